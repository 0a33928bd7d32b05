package libp2p;

import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.system.SystemEnvironment;

/**
 * Loads the quicker engine for Ed25519 signatures once in a process that checks many, in the background. Never in a
 * simulation, whose results must not depend on the machine.
 */
final class QuickerChecks {
    private static final System.Logger LOG = System.getLogger("libp2p");

    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    private QuickerChecks() {}

    /** Called for every host that starts. */
    static void prepare(Environment environment) {
        if (isReal(environment) && PREPARED.compareAndSet(false, true)) {
            prepare(environment, Crypto.standard());
        }
    }

    /** Only the environment of the process outlives every host. */
    static boolean isReal(Environment environment) {
        return environment == SystemEnvironment.shared();
    }

    static void prepare(Environment environment, Crypto crypto) {
        crypto.whenChecksAreMany(() -> environment.start("crypto engine", () -> load(environment, crypto)));
    }

    private static void load(Environment environment, Crypto crypto) {
        try {
            environment.offload(() -> {
                crypto.loadQuickerChecks();
                return null;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "no quicker engine for Ed25519", e);
        }
    }
}
