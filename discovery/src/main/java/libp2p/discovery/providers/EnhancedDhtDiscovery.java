package libp2p.discovery.providers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;

/**
 * Finds providers and says which are the best to ask. What is found is remembered, and so is how each has served, which whoever
 * fetches has to tell by {@link #served} and {@link #failed}. Thread-safe.
 */
public final class EnhancedDhtDiscovery {
    private final ContentRouting routing;
    private final Limits limits;
    private final ProviderStatistics statistics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cid, Map<PeerId, PeerAddress>> known;

    public EnhancedDhtDiscovery(Environment environment, ContentRouting routing, Limits limits) {
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

    /** How providers have served. */
    public ProviderStatistics statistics() {
        return statistics;
    }

    /**
     * Searches until so many providers are known, the network has no more, or the deadline passes; blocks. Those that were known
     * already count.
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

    /** As {@link #addProvider(Cid, PeerAddress)}, with what is thought of it, from 0 to 1. */
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

    /** A provider has given what it was asked for. */
    public void served(PeerId peer, Duration latency) {
        statistics.succeeded(peer, latency);
    }

    /** A provider has not given what it was asked for. */
    public void failed(PeerId peer) {
        statistics.failed(peer);
    }

    /** A provider has given something else than it was asked for; it is the last to be asked from now on. */
    public void lied(PeerId peer) {
        statistics.lied(peer);
    }
}
