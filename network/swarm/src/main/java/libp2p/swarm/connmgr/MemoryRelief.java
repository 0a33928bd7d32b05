package libp2p.swarm.connmgr;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.host.Host;
import org.jspecify.annotations.Nullable;

/**
 * Closes a part of the connections each time the environment tells that memory is short. Thread-safe, but for {@link
 * #watch}.
 */
final class MemoryRelief {
    private static final System.Logger LOG = System.getLogger(MemoryRelief.class.getName());

    /** A connection holds much if it holds so many times as much as the one in the middle. */
    private static final int MUCH = 4;

    /** No connection with less holds much, in bytes; an idle one of QUIC is charged a quarter of it. */
    private static final long LEAST_MUCH = 2 << 20;

    private final Host host;
    private final TagBook tags;
    private final TrimmingLimits options;
    private final ReentrantLock lock = new ReentrantLock();
    private long quietUntil = Long.MIN_VALUE;
    private MemoryPressure.@Nullable Watch watch;
    private boolean closed;

    MemoryRelief(Host host, TagBook tags, TrimmingLimits options) {
        this.host = host;
        this.tags = tags;
        this.options = options;
    }

    /** Watches from now on, if it does not yet; one thread calls it. */
    void watch() {
        if (watch != null || options.relief() == 0) {
            return;
        }
        MemoryPressure.Watch begun = host.environment().memoryPressure().watch(this::memoryIsShort);
        lock.lock();
        try {
            watch = begun;
            if (!closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        begun.close();
    }

    /** Called by a thread of the runtime. */
    private void memoryIsShort() {
        lock.lock();
        try {
            long now = host.environment().nanoTime();
            if (closed || now < quietUntil) {
                return;
            }
            quietUntil =
                    Deadline.after(host.environment(), options.reliefPause()).nanos();
        } finally {
            lock.unlock();
        }
        host.environment().start("memory relief", this::relieve);
    }

    private void relieve() {
        List<Connection> connections = host.connections();
        List<TrimCandidate> candidates = Ranking.of(connections, tags, Math.min(options.low(), connections.size()));
        int count = (int) Math.ceil(candidates.size() * options.relief());
        if (count > 0) {
            LOG.log(
                    Level.WARNING,
                    () -> "memory is short: closing " + count + " of " + candidates.size() + " connections");
            candidates.stream()
                    .sorted(TrimCandidate.cost(much(candidates)))
                    .limit(count)
                    .toList()
                    .forEach(candidate -> candidate.close(host.environment(), "memory is short"));
        }
    }

    private static long much(List<TrimCandidate> candidates) {
        long[] held =
                candidates.stream().mapToLong(TrimCandidate::memory).sorted().toArray();
        return Math.max(LEAST_MUCH, MUCH * held[held.length / 2]);
    }

    /** Ends the watching; idempotent. */
    void close() {
        MemoryPressure.Watch ending;
        lock.lock();
        try {
            closed = true;
            ending = watch;
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.close();
        }
    }
}
