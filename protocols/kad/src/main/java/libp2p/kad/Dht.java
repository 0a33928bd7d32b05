package libp2p.kad;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.PeerRouting;
import libp2p.core.routing.Results;
import libp2p.core.routing.ValueStore;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.store.ProvidedKeys;
import libp2p.kad.store.ProviderStore;
import libp2p.kad.store.RecordStore;
import libp2p.kad.validator.Validators;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The DHT of a host: finds peers, providers and values, and keeps some for others. {@link Kad} adds it to a host.
 *
 * <pre>{@code
 * Dht writing = author.find(Dht.class).orElseThrow();
 * writing.awaitPeers(deadline); // the table has its first member
 * writing.provide(cid, deadline);
 * }</pre>
 *
 * <p>Every operation blocks until its deadline at the latest, asks some dozens of peers, and runs in the wide network
 * and in the local one at the same time, as far as there are peers. Results that may be many come one by one, as they
 * are found. Announcements hold for two days; {@link #startProviding} repeats them. Thread-safe.
 */
public final class Dht implements HostService, PeerRouting, ContentRouting, ValueStore {
    /** The outcome of one operation in one of the networks. */
    @FunctionalInterface
    private interface Operation<T> {
        T in(DhtNetwork network) throws IOException;
    }

    private static final System.Logger LOG = System.getLogger(Dht.class.getName());

    private final Kad settings;
    private final KadLimits limits;
    private final Validators validators;
    private final List<DhtNetwork> networks = new ArrayList<>();
    private final List<TableRefresher> refreshers = new ArrayList<>();
    private @Nullable Host host;
    private @Nullable FanOut fanOut;
    private @Nullable ProvidedKeys provided;
    private @Nullable Reprovider reprovider;
    private @Nullable RepeatingTimer collector;
    private @Nullable DhtPeerEvents events;

    Dht(Kad settings) {
        this.settings = settings;
        this.limits = settings.limits();
        this.validators = new Validators(settings.validators());
    }

    @Override
    public void start(Host started) {
        host = started;
        try {
            Datastore own = settings.datastore(started, "kad");
            networks.add(network(started, Kind.WIDE, settings.prefix() + "/kad/1.0.0", "kad-wan"));
            if (settings.isLocalToo()) {
                networks.add(network(started, Kind.LOCAL, settings.prefix() + "/lan/kad/1.0.0", "kad-lan"));
            }
            provided = ProvidedKeys.open(own, limits.store());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the datastore of the DHT cannot be read: " + e.getMessage(), e);
        }
        FanOut sending = new FanOut(started.environment(), limits.lookup().alpha());
        fanOut = sending;
        networks.forEach(network -> refreshers.add(
                new TableRefresher(started, network, limits, settings.isRefreshing(), settings.profile())));
        reprovider = new Reprovider(started, this, provided(), limits);
        collector = new RepeatingTimer(started.environment(), this::collect);
        for (DhtNetwork network : networks) {
            network.serve(
                    settings.mode() == Mode.SERVER || settings.mode() == Mode.AUTO && network.kind() == Kind.LOCAL);
        }
        events = new DhtPeerEvents(started, settings.mode(), networks, refreshers);
    }

    private DhtNetwork network(Host started, Kind kind, String protocol, String namespace) throws IOException {
        return new DhtNetwork(started, kind, protocol, limits, validators, settings.datastore(started, namespace));
    }

    @Override
    public void listening() {
        refreshers.forEach(TableRefresher::listening);
        if (collector != null) {
            collector.arm(limits.store().collect().toNanos());
        }
        if (reprovider != null) {
            reprovider.begin();
        }
        started(events).begin();
    }

    private void collect(RepeatingTimer timer) {
        for (DhtNetwork network : networks) {
            try {
                network.records().collect(host().environment().wallClock());
                network.providers().collect(host().environment().wallClock());
            } catch (IOException e) {
                LOG.log(Level.WARNING, "expired records are not deleted: " + e.getMessage());
            }
        }
        timer.arm(limits.store().collect().toNanos());
    }

    Host host() {
        return started(host);
    }

    private FanOut fanOut() {
        return started(fanOut);
    }

    private ProvidedKeys provided() {
        return started(provided);
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the DHT is not started; give Kad to the builder of a host by with(…)");
        }
        return part;
    }

    /** The networks in which there is a server to ask. */
    List<DhtNetwork> usable() {
        return networks.stream().filter(DhtNetwork::isUsable).toList();
    }

    /**
     * Runs an operation in all networks at once and returns its results.
     *
     * @throws IOException that of the first if none succeeded
     */
    private <T> List<T> everywhere(Operation<T> operation) throws IOException {
        List<DhtNetwork> networks = usable();
        if (networks.size() == 1) {
            return List.of(operation.in(networks.getFirst()));
        }
        ConcurrentLinkedQueue<T> results = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();
        try (TaskGroup group = new TaskGroup(host().environment(), "kad-network", Math.max(1, networks.size()))) {
            for (DhtNetwork network : networks) {
                group.fork(() -> {
                    try {
                        results.add(operation.in(network));
                    } catch (IOException e) {
                        failures.add(e);
                    }
                });
            }
            group.await(Deadline.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("an operation of the DHT was interrupted");
        }
        IOException failure = failures.poll();
        if (results.isEmpty() && failure != null) {
            throw failure;
        }
        return List.copyOf(results);
    }

    @Override
    public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException {
        Set<Multiaddr> addresses = new LinkedHashSet<>();
        if (!host().connections(peer).isEmpty()) {
            addresses.addAll(host().peerstore().addresses(peer));
        }
        if (addresses.isEmpty()) {
            everywhere(network -> PeerSearch.find(network, fanOut(), peer, deadline))
                    .forEach(addresses::addAll);
        }
        return List.copyOf(addresses);
    }

    /**
     * The peers of the networks that are closest to a name, closest first; blocks.
     *
     * @param name a binary peer id, the multihash of content, or the key of a record
     */
    public List<PeerAddress> closestPeers(byte[] name, Deadline deadline) throws IOException {
        Key target = Key.of(name);
        List<Contact> closest = new ArrayList<>();
        for (Lookup lookup : everywhere(network -> network.findClosest(name, StopCondition.CLOSEST, deadline))) {
            lookup.closest().stream()
                    .filter(contact -> !closest.contains(contact))
                    .forEach(closest::add);
        }
        return closest.stream()
                .sorted(Comparator.comparing(Contact::key, target::compareDistances))
                .limit(limits.lookup().k())
                .map(contact -> PeerAddress.of(contact.id(), contact.addresses()))
                .toList();
    }

    @Override
    public void putValue(byte[] key, byte[] value, Deadline deadline) throws IOException {
        validators.validate(key, value);
        for (DhtNetwork network : networks) {
            network.responder().store(key, value, RecordStore.OWN);
        }
        FanOut.Tally tally = new FanOut.Tally(0, 0);
        for (FanOut.Tally one :
                everywhere(network -> new Values(network, validators, fanOut()).put(key, value, deadline))) {
            tally = tally.plus(one);
        }
        requireTaken("a value", tally);
    }

    private void requireTaken(String what, FanOut.Tally tally) throws NotStoredException {
        if (tally.done() == 0) {
            throw new NotStoredException(what, networks.getFirst().protocol(), tally.asked());
        }
    }

    @Override
    public byte @Nullable [] getValue(byte[] key, Deadline deadline) throws IOException {
        return getValue(key, settings.quorum(), deadline);
    }

    @Override
    public byte @Nullable [] getValue(byte[] key, int quorum, Deadline deadline) throws IOException {
        Values.Best best = new Values.Best(key.clone(), validators, value -> true);
        search(best, quorum, deadline);
        return best.value();
    }

    @Override
    public Results<byte[]> searchValue(byte[] key, int quorum, Deadline deadline) {
        byte[] copy = key.clone();
        return new Search<>(
                host().environment(),
                "kad-search",
                sink -> search(new Values.Best(copy, validators, sink), quorum, deadline));
    }

    /** A value that is stored here counts as one answer. */
    private void search(Values.Best best, int quorum, Deadline deadline) throws IOException {
        validators.requireNamespace(best.key());
        for (DhtNetwork network : networks) {
            best.offer(network.responder().valid(best.key()));
        }
        if (quorum == 1 && best.value() != null) {
            return;
        }
        everywhere(network -> {
            new Values(network, validators, fanOut()).search(best, quorum, deadline);
            return true;
        });
    }

    @Override
    public void provide(Cid cid, Deadline deadline) throws IOException {
        provide(cid.hash().toBytes(), deadline);
    }

    /**
     * As {@link #provide(Cid, Deadline)}, for a key that need not be the multihash of content.
     *
     * @param key 1 to 80 bytes
     */
    public void provide(byte[] key, Deadline deadline) throws IOException {
        noteOwn(key);
        FanOut.Tally tally = new FanOut.Tally(0, 0);
        for (FanOut.Tally one :
                everywhere(network -> provide(new Providers(host(), network, fanOut()), key, deadline))) {
            tally = tally.plus(one);
        }
        requireTaken("an announcement", tally);
    }

    private FanOut.Tally provide(Providers providers, byte[] key, Deadline deadline) throws IOException {
        return settings.isOptimistic()
                ? providers.provideOptimistically(key, limits.lookup().k(), deadline)
                : providers.provide(key, deadline);
    }

    /** A peer that asks this host finds it as a provider too. */
    void noteOwn(byte[] key) throws IOException {
        ProviderStore.Provider self = new ProviderStore.Provider(host().peerId(), host().addresses());
        for (DhtNetwork network : networks) {
            network.providers()
                    .add(key, self, ProviderStore.OWN, host().environment().wallClock());
        }
    }

    @Override
    public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
        return findProviders(cid.hash().toBytes(), deadline);
    }

    /** As {@link #findProviders(Cid, Deadline)}, for a key that need not be the multihash of content. */
    public Results<PeerAddress> findProviders(byte[] key, Deadline deadline) {
        byte[] copy = key.clone();
        return new Search<>(host().environment(), "kad-providers", sink -> findProviders(copy, sink, deadline));
    }

    private void findProviders(byte[] key, Search.Sink<PeerAddress> sink, Deadline deadline) throws IOException {
        Set<PeerId> found = ConcurrentHashMap.newKeySet();
        for (DhtNetwork network : networks) {
            List<ProviderStore.Provider> known = network.providers()
                    .get(
                            key,
                            limits.serving().providersTold(),
                            host().environment().wallClock());
            for (ProviderStore.Provider provider : known) {
                if (found.add(provider.peer()) && !sink.put(PeerAddress.of(provider.peer(), provider.addresses()))) {
                    return;
                }
            }
        }
        everywhere(network -> {
            new Providers(host(), network, fanOut()).find(key, found, sink, deadline);
            return true;
        });
    }

    @Override
    public void startProviding(Collection<Cid> cids) throws IOException {
        try {
            provided().add(keys(cids));
        } catch (IllegalStateException e) {
            throw new libp2p.core.resource.LimitExceededException(
                    "kad",
                    "provided keys",
                    provided().size() + (long) cids.size(),
                    limits.store().provided(),
                    libp2p.core.resource.LimitExceededException.Side.LOCAL);
        }
        started(reprovider).soon();
    }

    @Override
    public void stopProviding(Collection<Cid> cids) throws IOException {
        provided().remove(keys(cids));
    }

    private static List<byte[]> keys(Collection<Cid> cids) {
        return cids.stream().map(cid -> cid.hash().toBytes()).toList();
    }

    /** The state of the networks, the wide one first. */
    public List<Status> status() {
        return networks.stream()
                .map(network -> new Status(
                        network.protocol(),
                        network.isServing(),
                        network.table().size(),
                        network.records().size(),
                        network.providers().size(),
                        Math.round(network.size()),
                        network.sent(),
                        network.answers(),
                        network.announcements()))
                .toList();
    }

    /**
     * State of one of the networks.
     *
     * @param protocol id
     * @param serving whether this host answers others
     * @param peers in the routing table
     * @param records that are kept
     * @param providers provider records that are kept
     * @param servers about how many the network has, judged by lookups; 0 if that is not known
     * @param requests that were sent so far and have answers
     * @param answers that came
     * @param announcements that were taken by peers: one for each key and peer
     */
    public record Status(
            String protocol,
            boolean serving,
            int peers,
            int records,
            int providers,
            long servers,
            long requests,
            long answers,
            long announcements) {}

    /** Looks around in all networks now instead of waiting for the next refresh; blocks. */
    public void refresh() throws IOException {
        try {
            for (TableRefresher one : refreshers) {
                one.refresh();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("a refresh was interrupted");
        }
    }

    /**
     * Asks all servers of the networks for all that they know; blocks. For an hour afterwards values and announcements
     * go to the closest of these servers without lookups. This is much traffic; a host never does it by itself.
     *
     * @return the servers that answered until the deadline
     */
    public List<PeerAddress> crawl(Deadline deadline) throws IOException {
        return survey(deadline).stream()
                .filter(CrawledPeer::reachable)
                .map(peer -> PeerAddress.of(peer.peer(), peer.addresses()))
                .toList();
    }

    /** As {@link #crawl}, with the servers that were named and did not answer. */
    public List<CrawledPeer> survey(Deadline deadline) throws IOException {
        Map<PeerId, CrawledPeer> found = new LinkedHashMap<>();
        List<Crawler.Outcome> outcomes = everywhere(network -> network.crawl(deadline));
        outcomes.forEach(outcome -> add(outcome.answered(), true, found));
        outcomes.forEach(outcome -> add(outcome.silent(), false, found));
        return List.copyOf(found.values());
    }

    private static void add(List<Contact> contacts, boolean reachable, Map<PeerId, CrawledPeer> to) {
        for (Contact contact : contacts) {
            to.putIfAbsent(contact.id(), new CrawledPeer(contact.id(), contact.addresses(), reachable));
        }
    }

    /** The peers of the routing tables, those of the wide network first. */
    public List<PeerId> tablePeers() {
        List<PeerId> peers = new ArrayList<>();
        networks.forEach(network ->
                network.table().peers().stream().map(peer -> peer.id()).forEach(peers::add));
        return peers;
    }

    /**
     * Waits until at least one peer that serves the DHT is known, for example after a host has connected to its first
     * peer; blocks.
     *
     * @return false if the deadline passes or the host closes first
     */
    public boolean awaitPeers(Deadline deadline) throws InterruptedException {
        return started(events).awaitUsable(deadline);
    }

    /** Values that others should have still reach them. */
    @Override
    public void closing(Deadline deadline) {
        try {
            fanOut().finish(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
        if (collector != null) {
            collector.close();
        }
        if (reprovider != null) {
            reprovider.close();
        }
        refreshers.forEach(TableRefresher::close);
        networks.forEach(DhtNetwork::close);
        if (fanOut != null) {
            fanOut.close();
        }
    }

    @Override
    public String toString() {
        return "Dht[" + settings.mode() + ", " + settings.prefix() + "]";
    }
}
