package libp2p.crypto;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives a test the primitives of one engine, or skips it, saying why. */
final class Engines {
    private static final Map<Engine, Crypto> INSTANCES = Stream.of(Engine.values())
            .collect(Collectors.toMap(
                    engine -> engine, engine -> Crypto.of(EnginePreference.DEFAULT.preferEverywhere(engine))));

    private Engines() {}

    static Crypto only(Engine engine, Primitive... primitives) {
        Crypto crypto = INSTANCES.get(engine);
        for (Primitive primitive : primitives) {
            assumeTrue(primitive.defaultOrder().contains(engine), engine.label() + " has no " + primitive.label());
            EngineReport report = report(crypto, primitive);
            assumeTrue(report.engine() == engine, () -> engine.label() + " is not here: " + report.passedOver());
        }
        return crypto;
    }

    /** The engines that serve a primitive on this machine. */
    static List<Engine> available(Primitive primitive) {
        return primitive.defaultOrder().stream()
                .filter(engine -> report(INSTANCES.get(engine), primitive).engine() == engine)
                .toList();
    }

    private static EngineReport report(Crypto crypto, Primitive primitive) {
        return crypto.report().stream()
                .filter(report -> report.primitive() == primitive)
                .findFirst()
                .orElseThrow();
    }
}
