package libp2p.bitswap;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;

/**
 * Looks for providers when a session makes no progress: after a pause that doubles with each search and is short again
 * after progress. One search runs at a time. Thread-safe.
 */
final class ProviderSearch {
    private static final long LONGEST_PAUSE = 60_000_000_000L;
    private static final Duration LONGEST_SEARCH = Duration.ofSeconds(30);

    private final Host host;
    private final Environment environment;
    private final BitswapLimits limits;
    private final Consumer<PeerAddress> found;
    private final Consumer<IOException> failed;
    private final ReentrantLock lock = new ReentrantLock();
    private long pause;
    private long next;
    private boolean running;

    /**
     * @param found told of each provider
     * @param failed told why a search has failed
     */
    ProviderSearch(Host host, BitswapLimits limits, Consumer<PeerAddress> found, Consumer<IOException> failed) {
        this.host = host;
        this.environment = host.environment();
        this.limits = limits;
        this.found = found;
        this.failed = failed;
        progressed(environment.nanoTime());
    }

    /** A block has come: the next search is a short pause away. */
    void progressed(long now) {
        lock.lock();
        try {
            pause = limits.search().toNanos();
            next = now + pause;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a search is due; the caller then runs it. */
    boolean begin(long now) {
        lock.lock();
        try {
            if (running || now < next) {
                return false;
            }
            running = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** Searches for providers of a block for as long as it is wanted; blocks. */
    void run(Cid cid, Predicate<Cid> wanted) {
        Optional<ContentRouting> routing = host.find(ContentRouting.class);
        try {
            if (routing.isPresent()) {
                Deadline deadline = Deadline.after(environment, LONGEST_SEARCH);
                try (Results<PeerAddress> results = routing.get().findProviders(cid, deadline)) {
                    PeerAddress provider = results.next();
                    for (int i = 0; provider != null && i < limits.providers() && wanted.test(cid); i++) {
                        found.accept(provider);
                        provider = results.next();
                    }
                }
            }
        } catch (IOException e) {
            failed.accept(e);
        } finally {
            ended();
        }
    }

    private void ended() {
        lock.lock();
        try {
            running = false;
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            next = environment.nanoTime() + pause;
        } finally {
            lock.unlock();
        }
    }
}
