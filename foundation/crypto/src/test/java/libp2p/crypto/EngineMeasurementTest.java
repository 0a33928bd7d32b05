package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.crypto.EngineReport.Timing;
import libp2p.crypto.engine.EngineUnavailableException;
import org.junit.jupiter.api.Test;

/**
 * The changes that a measurement makes; time is that of the test, and each operation takes as long as the test says.
 */
class EngineMeasurementTest {
    private final AtomicLong clock = new AtomicLong();

    /** Engines of a primitive that need the given microseconds for an operation; an engine without any is not there. */
    private Selection<Engine> selection(EnginePreference preference, Map<Engine, Integer> micros) {
        return new Selection<>(
                Primitive.X25519,
                preference,
                engine -> {
                    if (!micros.containsKey(engine)) {
                        throw new EngineUnavailableException("not here");
                    }
                    return engine;
                },
                engine -> true,
                engine -> () -> clock.addAndGet(1_000L * micros.get(engine)));
    }

    private Selection<Engine> measured(EnginePreference preference, Map<Engine, Integer> micros) {
        Selection<Engine> selection = selection(preference, micros);
        selection.implementation();
        selection.measure(clock::get);
        return selection;
    }

    @Test
    void takesAnEngineThatIsMuchFasterHere() {
        Selection<Engine> selection = measured(
                EnginePreference.DEFAULT, Map.of(Engine.LIBCRYPTO, 50, Engine.BOUNCY_CASTLE, 70, Engine.JDK, 30));
        assertThat(selection.implementation()).isEqualTo(Engine.JDK);
        assertThat(selection.report().engine()).isEqualTo(Engine.JDK);
        assertThat(selection.report().timings())
                .containsExactly(
                        new Timing(Engine.LIBCRYPTO, 50_000),
                        new Timing(Engine.BOUNCY_CASTLE, 70_000),
                        new Timing(Engine.JDK, 30_000));
    }

    @Test
    void keepsTheEngineInUseWhenAnotherIsOnlyALittleFaster() {
        Selection<Engine> selection =
                measured(EnginePreference.DEFAULT, Map.of(Engine.LIBCRYPTO, 50, Engine.BOUNCY_CASTLE, 45));
        assertThat(selection.implementation()).isEqualTo(Engine.LIBCRYPTO);
        assertThat(selection.report().timings()).hasSize(2);
        assertThat(selection.report().passedOver())
                .containsExactly(new EngineReport.PassedOver(Engine.JDK, "not here"));
    }

    @Test
    void changesNothingThatIsFixed() {
        Map<Engine, Integer> micros = Map.of(Engine.LIBCRYPTO, 50, Engine.BOUNCY_CASTLE, 10, Engine.JDK, 90);
        for (String fixed : List.of("fixed", "x25519=libcrypto", "all=libcrypto", "aead=jdk,fixed")) {
            Selection<Engine> selection = measured(EnginePreference.parse(fixed), micros);
            assertThat(selection.implementation()).as(fixed).isEqualTo(Engine.LIBCRYPTO);
        }
        assertThat(measured(EnginePreference.parse("aead=jdk"), micros).implementation())
                .isEqualTo(Engine.BOUNCY_CASTLE);
        assertThat(clock.get()).isPositive();
    }

    @Test
    void measuresNothingThatIsNotInUse() {
        Selection<Engine> selection =
                selection(EnginePreference.DEFAULT, Map.of(Engine.LIBCRYPTO, 50, Engine.BOUNCY_CASTLE, 10));
        selection.measure(clock::get);
        assertThat(clock.get()).isZero();
        assertThat(selection.report().timings()).isEmpty();
        assertThat(selection.implementation()).isEqualTo(Engine.LIBCRYPTO);
    }

    @Test
    void givesUpEarlyOnAnEngineThatIsFarBehind() {
        AtomicLong slow = new AtomicLong();
        Selection<Engine> selection = new Selection<>(
                Primitive.X25519, EnginePreference.DEFAULT, engine -> engine, engine -> true, engine -> () -> {
                    long nanos = engine == Engine.JDK ? 4_000_000 : 1_000_000;
                    slow.addAndGet(engine == Engine.JDK ? nanos : 0);
                    clock.addAndGet(nanos);
                });
        selection.implementation();
        selection.measure(clock::get);
        assertThat(slow.get()).isEqualTo(8 * 4_000_000L);
        assertThat(clock.get() - slow.get()).isEqualTo(2 * 16 * 2_000_000L);
    }

    @Test
    void aFailureWhileMeasuringChangesNothing() {
        Selection<Engine> selection = new Selection<>(
                Primitive.X25519, EnginePreference.DEFAULT, engine -> engine, engine -> true, engine -> () -> {
                    throw new IllegalStateException("broken");
                });
        selection.implementation();
        selection.measure(clock::get);
        assertThat(selection.implementation()).isEqualTo(Engine.LIBCRYPTO);
    }

    /**
     * With a clock that stands still for one block and then leaps, every probe of the real engines runs twenty times.
     */
    @Test
    void everyRealEngineCanBeMeasured() {
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT);
        crypto.report();
        crypto.measure(() -> clock.addAndGet(8_000_000));
        assertThat(crypto.report())
                .filteredOn(report -> report.primitive() != Primitive.SECP256K1)
                .allSatisfy(report ->
                        assertThat(report.timings()).as(report.toString()).hasSizeGreaterThan(1));
    }

    @Test
    void whatExistsKeepsItsEngine() throws Exception {
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT);
        AeadSealer sealer = crypto.chacha20Poly1305().sealer(new byte[32]);
        crypto.measure(() -> clock.addAndGet(8_000_000));
        byte[] sealed = sealer.seal(0, new byte[0], new byte[100]);
        sealer.close();
        try (AeadOpener opener = crypto.chacha20Poly1305().opener(new byte[32])) {
            assertThat(opener.open(0, new byte[0], sealed)).isEqualTo(new byte[100]);
        }
    }
}
