package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.EngineUnavailableException;
import org.junit.jupiter.api.Test;

/** An engine that is loaded late, where many signatures are checked. */
class EngineTakeOverTest {
    private static Selection<Engine> selection(EnginePreference preference, boolean works) {
        return new Selection<>(
                Primitive.ED25519_VERIFY,
                preference,
                engine -> {
                    if (engine == Engine.AWS_LC && !works) {
                        throw new EngineUnavailableException("not here");
                    }
                    return engine;
                },
                engine -> true,
                engine -> () -> {});
    }

    @Test
    void takesOverFromTheFirstOfTheOrder() {
        Selection<Engine> selection = selection(EnginePreference.DEFAULT, true);
        assertThat(selection.implementation()).isEqualTo(Engine.LIBCRYPTO);
        selection.takeOver(Engine.AWS_LC);
        assertThat(selection.implementation()).isEqualTo(Engine.AWS_LC);
        assertThat(selection.report().engine()).isEqualTo(Engine.AWS_LC);
    }

    @Test
    void anEngineThatIsNotThereChangesNothingAndSaysWhy() {
        Selection<Engine> selection = selection(EnginePreference.DEFAULT, false);
        selection.takeOver(Engine.AWS_LC);
        assertThat(selection.implementation()).isEqualTo(Engine.LIBCRYPTO);
        assertThat(selection.report().passedOver())
                .containsExactly(new EngineReport.PassedOver(Engine.AWS_LC, "not here"));
    }

    @Test
    void whatIsFixedStays() {
        for (String fixed : List.of("fixed", "ed25519-verify=bc")) {
            Selection<Engine> selection = selection(EnginePreference.parse(fixed), true);
            Engine first = selection.implementation();
            selection.takeOver(Engine.AWS_LC);
            assertThat(selection.implementation()).as(fixed).isEqualTo(first);
        }
    }

    @Test
    void theRealEngineAgreesAboutTheSameSignatures() throws Exception {
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT);
        Signer signer = crypto.ed25519().signer(new byte[32]);
        byte[] signature = signer.sign(new byte[] {1});
        crypto.loadQuickerChecks();
        assertThat(crypto.report())
                .filteredOn(report -> report.primitive() == Primitive.ED25519_VERIFY)
                .extracting(EngineReport::engine)
                .containsExactly(Engine.AWS_LC);
        assertThat(crypto.ed25519().verify(signer.publicKey(), new byte[] {1}, signature))
                .isTrue();
        assertThat(crypto.ed25519().verify(signer.publicKey(), new byte[] {2}, signature))
                .isFalse();
    }

    @Test
    void checksThatReachTheEngineAreCountedAndToldOfOnce() throws Exception {
        CheckCount checks = new CheckCount(3);
        AtomicInteger told = new AtomicInteger();
        checks.whenReached(told::incrementAndGet);
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT);
        Signer signer = crypto.ed25519().signer(new byte[32]);
        byte[] signature = signer.sign(new byte[1]);
        Ed25519Engine engine = EngineCatalogue.ed25519(Engine.BOUNCY_CASTLE);
        Ed25519Scheme scheme = new Ed25519Scheme(engine, engine, checks);
        List<Integer> after = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            scheme.verify(signer.publicKey(), new byte[1], signature);
            scheme.verify(signer.publicKey(), new byte[1], new byte[63]);
            after.add(told.get());
        }
        assertThat(after).containsExactly(0, 0, 1, 1, 1);
    }

    @Test
    void whoAsksLateIsToldAtOnce() {
        CheckCount checks = new CheckCount(1);
        checks.made();
        AtomicInteger told = new AtomicInteger();
        checks.whenReached(told::incrementAndGet);
        assertThat(told).hasValue(1);
    }
}
