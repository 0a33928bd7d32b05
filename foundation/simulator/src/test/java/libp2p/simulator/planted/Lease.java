package libp2p.simulator.planted;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** A pooled thing that may be released more than once, by any thread, and goes back to the pool once. */
final class Lease {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final AtomicInteger pool;
    private final AtomicBoolean released = new AtomicBoolean();

    Lease(Environment environment, AtomicInteger pool, @Nullable Flaw flaw) {
        this.environment = environment;
        this.pool = pool;
        this.flaw = flaw;
    }

    void release() {
        if (flaw == Flaw.DOUBLE_RELEASE) {
            if (!released.get()) {
                environment.schedulePoint();
                released.set(true);
                pool.incrementAndGet();
            }
        } else if (released.compareAndSet(false, true)) {
            environment.schedulePoint();
            pool.incrementAndGet();
        }
    }
}
