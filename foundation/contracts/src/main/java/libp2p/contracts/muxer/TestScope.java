package libp2p.contracts.muxer;

import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;

/** Counts memory, up to a limit. */
public final class TestScope implements ResourceScope {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /** Grants everything. */
    public TestScope() {
        this(Long.MAX_VALUE);
    }

    /** Grants so many bytes at once. */
    public TestScope(long limit) {
        this.limit = limit;
    }

    /** Bytes that are charged now. */
    public long used() {
        return used.get();
    }

    /** The most bytes that were charged at once. */
    public long peak() {
        return peak.get();
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public Reservation reserve(long bytes, int priority) throws LimitExceededException {
        Held held = new Held();
        held.grow(bytes, priority);
        return held;
    }

    @Override
    public ScopeUsage usage() {
        return new ScopeUsage(0, 0, 0, 0, 0, used.get());
    }

    private final class Held implements Reservation {
        private final AtomicLong bytes = new AtomicLong(); // one owner changes it at a time
        private volatile boolean closed;

        @Override
        public long bytes() {
            return bytes.get();
        }

        @Override
        public void grow(long more, int priority) throws LimitExceededException {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            long allowed = limit == Long.MAX_VALUE ? limit : limit / 256 * (priority + 1);
            long sum = used.addAndGet(more);
            if (sum > allowed) {
                used.addAndGet(-more);
                throw new LimitExceededException(name(), "memory", sum, limit, LimitExceededException.Side.LOCAL);
            }
            peak.accumulateAndGet(sum, Math::max);
            bytes.addAndGet(more);
        }

        @Override
        public void shrink(long less) {
            if (less > bytes.get()) {
                throw new IllegalArgumentException("gives " + less + " of " + bytes + " back");
            }
            bytes.addAndGet(-less);
            used.addAndGet(-less);
        }

        @Override
        public void close() {
            closed = true;
            used.addAndGet(-bytes.getAndSet(0));
        }
    }
}
