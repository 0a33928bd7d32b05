package libp2p.ipfs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.Capabilities;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.discovery.bootstrap.Bootstrap;
import libp2p.discovery.bootstrap.BootstrapLimits;
import libp2p.fetch.Reputation;
import libp2p.kad.Kad;
import libp2p.kad.table.RefreshProfile;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Finds who has content by the content routing of a host, remembers it for a while, and tells whom to ask best, by what
 * each has done: the {@link Reputation} that fetchers use and fill. Thread-safe.
 */
public final class EnhancedDhtDiscovery implements AutoCloseable {
    /** Providers that a search without a count ends with. */
    public static final int FOUND = 5;

    /** Bytes that relays carry in one circuit where they have go-libp2p's limits. */
    static final long CIRCUIT_BYTES = 128 << 10;

    private static final System.Logger LOG = System.getLogger(EnhancedDhtDiscovery.class.getName());

    /** The way to a provider. */
    public enum ConnectionType {
        /** It can be dialed, as far as is known. */
        DIRECT,
        /** It is reached through relays alone, which carry little. */
        RELAYED;

        /** What the addresses say. */
        static ConnectionType of(PeerAddress provider) {
            return !provider.addresses().isEmpty()
                            && provider.addresses().stream().allMatch(address -> address.has(Protocol.P2P_CIRCUIT))
                    ? RELAYED
                    : DIRECT;
        }
    }

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

    private record Known(PeerAddress address, ConnectionType connection, long until) {}

    private final Host host;
    private final Role role;
    private final List<PeerAddress> bootstrap;
    private final Reputation reputation;
    private final ProviderLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cid, Map<PeerId, Known>> known;
    private final Set<Results<PeerAddress>> searches = new LinkedHashSet<>();
    private @Nullable Bootstrap connecting;
    private boolean closed;

    /**
     * A discovery that has not started; it finds nothing over a host without content routing but what it is told.
     *
     * @param bootstrap peers that lead into the network
     * @param reputation what is known of providers, under their peer ids
     */
    public EnhancedDhtDiscovery(
            Host host, Role role, List<PeerAddress> bootstrap, Reputation reputation, ProviderLimits limits) {
        this.host = host;
        this.role = role;
        this.bootstrap = List.copyOf(bootstrap);
        this.reputation = reputation;
        this.limits = host.limits(limits);
        int contents = this.limits.contents();
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Cid, Map<PeerId, Known>> eldest) {
                return size() > contents;
            }
        };
    }

    /** The DHT of a host with a role, to be given to its builder. */
    public static Kad family(Role role, String prefix, RefreshProfile refresh) {
        return Kad.in(role.mode()).withPrefix(prefix).withRefreshProfile(refresh);
    }

    /** The role. */
    public Role role() {
        return role;
    }

    /** The record of how providers have served. */
    public Reputation reputation() {
        return reputation;
    }

    /** Connects to the bootstrap peers, in the background, now and whenever there are too few peers. Called once. */
    public void start() {
        lock.lock();
        try {
            if (closed || connecting != null) {
                throw new IllegalStateException("a discovery starts once");
            }
            if (!bootstrap.isEmpty()) {
                connecting = new Bootstrap(bootstrap, host.limits(BootstrapLimits.DEFAULT));
                connecting.start(host);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the searches that are under way, and connects no more. Idempotent. */
    @Override
    public void close() {
        List<Results<PeerAddress>> open;
        lock.lock();
        try {
            closed = true;
            open = List.copyOf(searches);
            if (connecting != null) {
                connecting.close();
            }
        } finally {
            lock.unlock();
        }
        open.forEach(Results::close);
    }

    /** As {@link #findProviders(Cid, int, Deadline, Consumer)}, for {@link #FOUND}, for the time of the limits. */
    public List<PeerAddress> findProviders(Cid cid) throws IOException {
        return findProviders(cid, FOUND, Deadline.after(environment(), limits.search()), provider -> {});
    }

    /**
     * Searches until so many providers are known, the network has no more, or the deadline passes; blocks. Those that
     * were known already count.
     *
     * @param count for example 5
     * @param found told of each provider that the network names, as it comes, on this thread
     * @return those that are known, the best first
     */
    public List<PeerAddress> findProviders(Cid cid, int count, Deadline deadline, Consumer<PeerAddress> found)
            throws IOException {
        ContentRouting routing = host.find(ContentRouting.class).orElse(null);
        if (routing != null && providers(cid).size() < count) {
            Results<PeerAddress> results = begin(routing.findProviders(cid, deadline));
            try (results) {
                PeerAddress next;
                while (providers(cid).size() < count && (next = results.next()) != null) {
                    if (addProvider(cid, next, ConnectionType.of(next))) {
                        found.accept(next);
                    }
                }
            } finally {
                end(results);
            }
        }
        return optimalProviders(cid, ProviderChoice.DEFAULT.withCount(count));
    }

    private Results<PeerAddress> begin(Results<PeerAddress> results) {
        lock.lock();
        try {
            if (!closed) {
                searches.add(results);
                return results;
            }
        } finally {
            lock.unlock();
        }
        results.close();
        throw new IllegalStateException("the discovery has ended");
    }

    private void end(Results<PeerAddress> results) {
        lock.lock();
        try {
            searches.remove(results);
        } finally {
            lock.unlock();
        }
    }

    private Environment environment() {
        return host.environment();
    }

    /** Notes a provider that was learned of in another way; false if it is this host, or there are enough. */
    public boolean addProvider(Cid cid, PeerAddress provider, ConnectionType connection) {
        PeerId peer = provider.peer();
        if (peer == null || peer.equals(host.peerId())) {
            return false;
        }
        long until = environment().nanoTime() + limits.lifetime().toNanos();
        lock.lock();
        try {
            Map<PeerId, Known> providers = known.computeIfAbsent(cid, one -> new LinkedHashMap<>());
            if (providers.size() >= limits.providersPerContent() && !providers.containsKey(peer)) {
                return false;
            }
            providers.put(peer, new Known(provider, connection, until));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #addProvider(Cid, PeerAddress, ConnectionType)}.
     *
     * @param belief in it to begin with, from 0 to 1; 0.5 for unknown peers
     */
    public boolean addProvider(Cid cid, PeerAddress provider, ConnectionType connection, double belief) {
        boolean added = addProvider(cid, provider, connection);
        if (added) {
            reputation.believe(Objects.requireNonNull(provider.peer()).toString(), belief);
        }
        return added;
    }

    private Map<PeerId, Known> providers(Cid cid) {
        long now = environment().nanoTime();
        lock.lock();
        try {
            Map<PeerId, Known> all = known.get(cid);
            if (all == null) {
                return Map.of();
            }
            Iterator<Known> each = all.values().iterator();
            while (each.hasNext()) {
                if (each.next().until() - now < 0) {
                    each.remove();
                }
            }
            return new LinkedHashMap<>(all);
        } finally {
            lock.unlock();
        }
    }

    /** The best three of the providers that are known. */
    public List<PeerAddress> optimalProviders(Cid cid) {
        return optimalProviders(cid, ProviderChoice.DEFAULT);
    }

    /**
     * The best of the providers that are known: by {@link Reputation#best}, which leaves out those that sent wrong bytes.
     */
    public List<PeerAddress> optimalProviders(Cid cid, ProviderChoice choice) {
        Map<String, Known> candidates = new LinkedHashMap<>();
        String capability = choice.capability();
        providers(cid).forEach((peer, provider) -> {
            if (capability == null || Capabilities.of(host.peerstore(), peer).speaks(capability)) {
                candidates.put(peer.toString(), provider);
            }
        });
        List<PeerAddress> direct = new ArrayList<>();
        List<PeerAddress> relayed = new ArrayList<>();
        for (String peer : reputation.best(candidates.keySet(), candidates.size(), choice.wanted())) {
            Known provider = Objects.requireNonNull(candidates.get(peer));
            boolean last = provider.connection() == ConnectionType.RELAYED && choice.contentBytes() > CIRCUIT_BYTES;
            (last ? relayed : direct).add(provider.address());
        }
        direct.addAll(relayed);
        return direct.subList(0, Math.min(direct.size(), choice.count()));
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
        for (PeerAddress provider : findProviders(cid, attempts, deadline, found -> {})) {
            PeerId peer = Objects.requireNonNull(provider.peer());
            if (deadline.passed(environment())) {
                break;
            }
            long start = environment().nanoTime();
            try {
                T result = attempt.from(provider);
                served(peer, Duration.ofNanos(environment().nanoTime() - start), 0);
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

    /**
     * A provider has given the content.
     *
     * @param latency of all that was received
     * @param bytesReceived 0 if they were not counted
     */
    public void served(PeerId peer, Duration latency, long bytesReceived) {
        reputation.succeeded(peer.toString(), bytesReceived, latency.toNanos());
    }

    /** A provider has not given the content. */
    public void failed(PeerId peer) {
        reputation.failed(peer.toString());
    }

    /** A provider has given something else than it was asked for; it is not asked again. */
    public void lied(PeerId peer) {
        try {
            reputation.lied(peer.toString());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "a liar is remembered until this process ends only: " + e);
        }
    }
}
