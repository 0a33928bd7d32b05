package libp2p;

import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.crypto.Crypto;

/**
 * Measures the crypto engines once in a process that lives long enough to gain from it, in the background; connections
 * made afterwards use the fastest. Never in a simulation, whose results must not depend on the machine.
 */
final class EngineMeasurement {
    private static final System.Logger LOG = System.getLogger("libp2p");
    /** By then the code of the first connections is compiled, and a short command has ended. */
    private static final long DELAY_NANOS = 30_000_000_000L;

    private static final AtomicBoolean SCHEDULED = new AtomicBoolean();

    private EngineMeasurement() {}

    /** Called for every host that starts. */
    static void schedule(Environment environment) {
        if (isReal(environment)) {
            schedule(environment, SCHEDULED, Crypto.standard());
        }
    }

    /** Only the environment of the process outlives every host. */
    static boolean isReal(Environment environment) {
        return environment == SystemEnvironment.shared();
    }

    static void schedule(Environment environment, AtomicBoolean scheduled, Crypto crypto) {
        if (scheduled.compareAndSet(false, true)) {
            environment.schedule(DELAY_NANOS, () -> measure(environment, crypto));
        }
    }

    private static void measure(Environment environment, Crypto crypto) {
        try {
            environment.offload(() -> {
                crypto.measure(environment::nanoTime);
                return null;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "crypto engines not measured", e);
        }
    }
}
