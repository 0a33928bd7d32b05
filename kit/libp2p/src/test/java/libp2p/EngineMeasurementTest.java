package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.crypto.EnginePreference;
import libp2p.crypto.EngineReport;
import libp2p.crypto.Primitive;
import libp2p.simulator.Simulation;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** When the engines are measured; what a measurement changes is tested in the module of the engines. */
class EngineMeasurementTest {
    private final List<Long> delays = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();

    /** Keeps what is scheduled; its clock leaps from call to call. */
    private final Environment environment = (Environment) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Environment.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "schedule" -> {
                    delays.add((Long) arguments[0]);
                    tasks.add((Runnable) arguments[1]);
                    yield null;
                }
                case "offload" -> ((Callable<?>) arguments[0]).call();
                case "nanoTime" -> clock.addAndGet(8_000_000);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    @Test
    void measuresWhatIsInUseOnceThereHaveBeenAThousandHandshakes() {
        Crypto crypto = Crypto.of(EnginePreference.DEFAULT);
        crypto.x25519();
        AtomicBoolean scheduled = new AtomicBoolean();
        EngineMeasurement.schedule(environment, scheduled, crypto);
        EngineMeasurement.schedule(environment, scheduled, crypto);
        assertThat(delays).containsExactly(30_000_000_000L);
        tasks.getFirst().run();
        assertThat(clock).as("a host with little to do measures nothing").hasValue(0);
        assertThat(delays).as("and looks again").containsExactly(30_000_000_000L, 30_000_000_000L);
        for (int i = 1; i < 1_000; i++) {
            crypto.x25519();
        }
        tasks.getLast().run();
        assertThat(delays).as("once").hasSize(2);
        assertThat(crypto.report())
                .allSatisfy(report -> assertThat(report.timings().isEmpty())
                        .as(report.toString())
                        .isEqualTo(report.primitive() != Primitive.X25519
                                && report.primitive() != Primitive.X25519_PUBLIC));
        assertThat(crypto.report()).extracting(EngineReport::primitive).contains(Primitive.X25519);
    }

    @Test
    void measuresNothingInASimulationAndNothingInATest() {
        Simulation.run(
                1,
                simulation -> assertThat(EngineMeasurement.isReal(simulation.host("host", "10.0.0.1")))
                        .isFalse());
        try (SystemEnvironment own = SystemEnvironment.create()) {
            assertThat(EngineMeasurement.isReal(own)).isFalse();
        }
        assertThat(EngineMeasurement.isReal(SystemEnvironment.shared())).isTrue();
    }
}
