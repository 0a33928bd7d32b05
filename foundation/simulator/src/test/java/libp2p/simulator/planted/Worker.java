package libp2p.simulator.planted;

import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** A thread and the object it works for. */
final class Worker {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private @Nullable StringBuilder log;

    Worker(Environment environment, @Nullable Flaw flaw) {
        this.environment = environment;
        this.flaw = flaw;
    }

    void start() {
        if (flaw == Flaw.STARTED_TOO_EARLY) {
            environment.start("worker", this::run);
            log = new StringBuilder();
        } else {
            log = new StringBuilder();
            environment.start("worker", this::run);
        }
    }

    private void run() {
        log.append("works");
    }
}
