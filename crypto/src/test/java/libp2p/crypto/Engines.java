package libp2p.crypto;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/** Gives a test the primitives of one engine, or skips it, saying why. */
final class Engines {
    private Engines() {}

    static Crypto only(Engine engine, Primitive... primitives) {
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT.preferEverywhere(engine));
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
                .filter(engine -> report(Crypto.of(EnginePreference.DEFAULT.prefer(primitive, engine)), primitive)
                                .engine()
                        == engine)
                .toList();
    }

    private static EngineReport report(Crypto crypto, Primitive primitive) {
        return crypto.report().stream()
                .filter(report -> report.primitive() == primitive)
                .findFirst()
                .orElseThrow();
    }
}
