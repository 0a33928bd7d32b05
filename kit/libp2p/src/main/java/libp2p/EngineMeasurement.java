package libp2p;

import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.system.SystemEnvironment;

/**
 * Measures the crypto engines once in a process that has enough to do to gain from it, in the background; connections
 * made afterwards use the fastest. A measurement costs about a second of processor time, a better engine saves some
 * tens of microseconds of a handshake: a process that makes few of them never measures. Never in a simulation, whose
 * results must not depend on the machine.
 */
final class EngineMeasurement {
    private static final System.Logger LOG = System.getLogger("libp2p");
    /** By then the code of the first connections is compiled, and a short command has ended; then again and again. */
    private static final long DELAY_NANOS = 30_000_000_000L;

    /** Handshakes, or checks of signatures, after which a measurement pays. */
    private static final long BUSY = 1_000;

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
            schedule(environment, crypto);
        }
    }

    private static void schedule(Environment environment, Crypto crypto) {
        environment.schedule(DELAY_NANOS, () -> measureIfBusy(environment, crypto));
    }

    private static void measureIfBusy(Environment environment, Crypto crypto) {
        if (crypto.publicKeyUses() < BUSY) {
            schedule(environment, crypto);
        } else {
            measure(environment, crypto);
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
