package libp2p.node.host;

import java.util.function.LongSupplier;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;

/**
 * Keeps the heap of a process through which much content flows near what lives in it. Blocks live for some tenths of a
 * second, long enough for some of them to reach the old generation, and the serial collector collects that only when
 * the heap has grown to its maximum, a quarter of the machine. So a collection is asked for when the heap has grown by
 * a quarter since the last one, or by {@value #SLACK} bytes where that is more. Thread-safe.
 */
public final class HeapKeeper implements AutoCloseable {
    private static final long PERIOD_NANOS = 250_000_000;
    /** Between two looks while the heap grows: a quick import leaves 50 MiB of garbage in 250 ms. */
    private static final long GROWING_NANOS = 50_000_000;

    private static final long SLACK = 4 << 20;

    private final RepeatingTimer timer;
    private final LongSupplier committed;
    private final Runnable collection;
    private volatile long limit;
    private long last;

    /** Begins to look at the heap of this process; ends with {@link #close}. */
    public HeapKeeper(Environment environment) {
        this(environment, Runtime.getRuntime()::totalMemory, Runtime.getRuntime()::gc);
    }

    /**
     * @param committed bytes of the heap that the process holds
     * @param collection gives back those that are not in use
     */
    HeapKeeper(Environment environment, LongSupplier committed, Runnable collection) {
        this.committed = committed;
        this.collection = collection;
        limit = limit();
        timer = new RepeatingTimer(environment, this::look);
        timer.arm(PERIOD_NANOS);
    }

    private long limit() {
        long now = committed.getAsLong();
        return now + Math.max(SLACK, now / 4);
    }

    private void look(RepeatingTimer again) {
        long now = committed.getAsLong();
        boolean grows = now > last;
        last = now;
        if (now > limit) {
            collection.run();
            limit = limit();
            last = committed.getAsLong();
        }
        again.arm(grows ? GROWING_NANOS : PERIOD_NANOS);
    }

    /** Looks no more. Idempotent. */
    @Override
    public void close() {
        timer.close();
    }
}
