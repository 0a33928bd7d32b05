package libp2p.swarm.connmgr;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.host.Host;
import libp2p.swarm.connmgr.TrimmingConnectionManager.Options;
import org.jspecify.annotations.Nullable;

/**
 * Closes a part of the connections each time the environment tells that memory is short. Thread-safe, but for {@link
 * #watch}.
 */
final class MemoryRelief {
    private static final System.Logger LOG = System.getLogger(MemoryRelief.class.getName());

    private final Host host;
    private final TagBook tags;
    private final Options options;
    private final ReentrantLock lock = new ReentrantLock();
    private long quietUntil = Long.MIN_VALUE;
    private MemoryPressure.@Nullable Watch watch;
    private boolean closed;

    MemoryRelief(Host host, TagBook tags, Options options) {
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
        List<Candidate> candidates = Ranking.of(host.connections(), tags, options.low());
        int count = (int) Math.ceil(candidates.size() * options.relief());
        if (count > 0) {
            LOG.log(
                    Level.WARNING,
                    () -> "memory is short: closing " + count + " of " + candidates.size() + " connections");
            candidates.stream()
                    .sorted(Candidate.COST)
                    .limit(count)
                    .toList()
                    .forEach(candidate -> candidate.close(host.environment(), "memory is short"));
        }
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
