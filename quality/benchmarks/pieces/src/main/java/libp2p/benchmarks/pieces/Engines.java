package libp2p.benchmarks.pieces;

import java.util.List;
import libp2p.crypto.Crypto;
import libp2p.crypto.Engine;
import libp2p.crypto.EnginePreference;
import libp2p.crypto.EngineReport;
import libp2p.crypto.Primitive;

/** The engines of this machine. */
final class Engines {
    private Engines() {}

    /** All primitives by one engine, where it implements them. */
    static Crypto crypto(String label) {
        return Crypto.of(EnginePreference.DEFAULT.preferEverywhere(Engine.ofLabel(label)));
    }

    /** The labels of the engines that are here and implement a primitive. */
    static String[] of(Primitive primitive) {
        return primitive.defaultOrder().stream()
                .map(Engine::label)
                .filter(label -> servedBy(crypto(label), primitive).equals(label))
                .toArray(String[]::new);
    }

    private static String servedBy(Crypto crypto, Primitive primitive) {
        List<EngineReport> reports = crypto.report();
        return reports.stream()
                .filter(report -> report.primitive() == primitive)
                .map(report -> report.engine().label())
                .findFirst()
                .orElseThrow();
    }
}
