package libp2p.discovery.providers;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Finds providers and says which are the best to ask. Found providers are remembered, with how each has served:
 * {@link #fetch} asks the best ones and notes the outcome; a caller that fetches in another way tells it by
 * {@link #served}, {@link #failed} and {@link #lied}. Thread-safe.
 */
public final class EnhancedDhtDiscovery {
    /** Providers that are looked for unless the caller says otherwise. */
    public static final int FOUND = 5;

    /** Providers that are asked unless the caller says otherwise. */
    public static final int OPTIMAL = 3;

    /** Gets something from one provider. */
    @FunctionalInterface
    public interface Attempt<T> {
        /**
         * Asks; blocks.
         *
         * @throws InvalidRecordException if the provider gave something else than it was asked for; it is not asked
         *     again
         * @throws IOException if the provider did not give it
         */
        T from(PeerAddress provider) throws IOException;
    }

    private final Environment environment;
    private final ContentRouting routing;
    private final ProviderLimits limits;
    private final ProviderStatistics statistics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cid, Map<PeerId, PeerAddress>> known;

    /** Finds and announces by way of provider records; bounded by the limits. */
    public EnhancedDhtDiscovery(Environment environment, ContentRouting routing, ProviderLimits limits) {
        this.environment = environment;
        this.routing = routing;
        this.limits = limits;
        this.statistics = new ProviderStatistics(environment, limits);
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Cid, Map<PeerId, PeerAddress>> eldest) {
                return size() > limits.contents();
            }
        };
    }

    /** The record of how providers have served. */
    public ProviderStatistics statistics() {
        return statistics;
    }

    /**
     * Searches until so many providers are known, the network has no more, or the deadline passes; blocks. Those that
     * were known already count.
     *
     * @param count for example 5
     * @return those that are known, the best first
     */
    public List<PeerAddress> findProviders(Cid cid, int count, Deadline deadline) throws IOException {
        if (providers(cid).size() < count) {
            try (Results<PeerAddress> results = routing.findProviders(cid, deadline)) {
                PeerAddress found;
                while (providers(cid).size() < count && (found = results.next()) != null) {
                    addProvider(cid, found);
                }
            }
        }
        return optimalProviders(cid, count, Set.of());
    }

    /** As {@link #findProviders(Cid, int, Deadline)}, until {@link #FOUND} are known. */
    public List<PeerAddress> findProviders(Cid cid, Deadline deadline) throws IOException {
        return findProviders(cid, FOUND, deadline);
    }

    /** The best {@link #OPTIMAL} of the providers that are known. */
    public List<PeerAddress> optimalProviders(Cid cid) {
        return optimalProviders(cid, OPTIMAL, Set.of());
    }

    /**
     * Gets something from the best of the providers, or, when that one fails, from the next; searches first if too few
     * are known. How it went, and how long it took, is noted of each that was asked. Blocks.
     *
     * @param attempts providers that are asked at most; at least 1
     * @throws IOException that of the last provider, with those of the others as suppressed; or that no peer provides
     *     the content
     */
    public <T> T fetch(Cid cid, int attempts, Deadline deadline, Attempt<T> attempt) throws IOException {
        IOException failure = null;
        for (PeerAddress provider : findProviders(cid, attempts, deadline)) {
            PeerId peer = Objects.requireNonNull(provider.peer());
            if (deadline.passed(environment)) {
                break;
            }
            long start = environment.nanoTime();
            try {
                T result = attempt.from(provider);
                served(peer, Duration.ofNanos(environment.nanoTime() - start));
                return result;
            } catch (InvalidRecordException e) {
                lied(peer);
                failure = with(e, failure);
            } catch (InterruptedIOException e) {
                if (!(e instanceof DeadlineExceededException)) {
                    throw e; // the caller's wish, which says nothing of the provider
                }
                failed(peer);
                failure = with(e, failure);
            } catch (IOException e) {
                failed(peer);
                failure = with(e, failure);
            }
        }
        throw failure != null ? failure : new DeadlineExceededException("looking for a provider of " + cid);
    }

    private static IOException with(IOException failure, @Nullable IOException earlier) {
        if (earlier != null) {
            failure.addSuppressed(earlier);
        }
        return failure;
    }

    /** Notes a provider that was learned of in another way. */
    public void addProvider(Cid cid, PeerAddress provider) {
        PeerId peer = provider.peer();
        if (peer == null) {
            return;
        }
        lock.lock();
        try {
            Map<PeerId, PeerAddress> providers = known.computeIfAbsent(cid, one -> new LinkedHashMap<>());
            if (providers.size() < limits.providersPerContent() || providers.containsKey(peer)) {
                providers.put(peer, provider);
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #addProvider(Cid, PeerAddress)}, with its reputation, from 0 to 1. */
    public void addProvider(Cid cid, PeerAddress provider, double reputation) {
        addProvider(cid, provider);
        if (provider.peer() != null) {
            statistics.reputation(provider.peer(), reputation);
        }
    }

    private Map<PeerId, PeerAddress> providers(Cid cid) {
        lock.lock();
        try {
            return new LinkedHashMap<>(known.getOrDefault(cid, Map.of()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * The best of the providers that are known.
     *
     * @param count for example 3
     * @param preferred peers that the caller would rather ask
     */
    public List<PeerAddress> optimalProviders(Cid cid, int count, Set<PeerId> preferred) {
        Map<PeerId, PeerAddress> providers = providers(cid);
        List<PeerAddress> best = new ArrayList<>();
        for (PeerId peer : statistics.rank(providers.keySet(), preferred)) {
            PeerAddress provider = providers.get(peer);
            if (best.size() < count && provider != null) {
                best.add(provider);
            }
        }
        return best;
    }

    /** A provider has given the content. */
    public void served(PeerId peer, Duration latency) {
        statistics.succeeded(peer, latency);
    }

    /** A provider has not given the content. */
    public void failed(PeerId peer) {
        statistics.failed(peer);
    }

    /** A provider has given something else than it was asked for; it is the last to be asked from now on. */
    public void lied(PeerId peer) {
        statistics.lied(peer);
    }
}
