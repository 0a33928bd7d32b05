package libp2p.discovery.namespace;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.MergedResults;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/**
 * Several ways to find peers as one: all are asked at the same time, within one deadline, and a peer that several know
 * is found once. Immutable and thread-safe.
 */
public final class CombinedDiscovery implements Discovery {
    private final Environment environment;
    private final List<Discovery> sources;
    private final NamespaceLimits limits;

    /** @param sources at least one, for example those over the DHT and at a rendezvous point */
    public CombinedDiscovery(Environment environment, List<? extends Discovery> sources, NamespaceLimits limits) {
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("no way to find peers");
        }
        this.environment = environment;
        this.sources = List.copyOf(sources);
        this.limits = limits;
    }

    /**
     * Announces this host everywhere.
     *
     * @return the shortest time for which an announcement holds that was made
     * @throws IOException if none was made: the first failure, with the others as suppressed
     */
    @Override
    public Duration advertise(String namespace, Deadline deadline) throws IOException {
        Outcome outcome = new Outcome();
        try (TaskGroup group = new TaskGroup(environment, "advertise", sources.size())) {
            for (Discovery source : sources) {
                group.fork(() -> outcome.of(source, namespace, deadline));
            }
            if (!group.await(deadline)) {
                outcome.failed(new DeadlineExceededException("announcing a namespace in every way"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while announcing a namespace");
        }
        return outcome.get();
    }

    @Override
    public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
        List<Results<PeerAddress>> searches = new ArrayList<>();
        for (Discovery source : sources) {
            searches.add(source.findPeers(namespace, deadline));
        }
        MergedResults.Bounds bounds = new MergedResults.Bounds(limits.waiting(), limits.results());
        return MergedResults.of(environment, "find-peers", searches, PeerAddress::peer, bounds, deadline);
    }

    /** The results of the announcements. */
    private static final class Outcome {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable Duration shortest;
        private @Nullable IOException failure;

        void of(Discovery source, String namespace, Deadline deadline) {
            try {
                Duration holds = source.advertise(namespace, deadline);
                lock.lock();
                try {
                    shortest = shortest == null || holds.compareTo(shortest) < 0 ? holds : shortest;
                } finally {
                    lock.unlock();
                }
            } catch (IOException e) {
                failed(e);
            }
        }

        void failed(IOException e) {
            lock.lock();
            try {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            } finally {
                lock.unlock();
            }
        }

        Duration get() throws IOException {
            lock.lock();
            try {
                if (shortest != null) {
                    return shortest;
                }
                throw failure != null ? failure : new IOException("nothing was announced");
            } finally {
                lock.unlock();
            }
        }
    }
}
