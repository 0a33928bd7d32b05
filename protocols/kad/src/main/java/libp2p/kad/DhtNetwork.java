package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import libp2p.core.connection.DialException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.connection.StreamResetException;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageExchange;
import libp2p.core.peer.AddressScope;
import libp2p.core.resource.LimitExceededException;
import libp2p.kad.key.Key;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.NetworkSize;
import libp2p.kad.lookup.Region;
import libp2p.kad.lookup.StopCondition;
import libp2p.kad.message.KadMessage;
import libp2p.kad.message.KadPeer;
import libp2p.kad.message.MessageType;
import libp2p.kad.store.PeerHistory;
import libp2p.kad.store.ProviderStore;
import libp2p.kad.store.RecordStore;
import libp2p.kad.store.SavedPeers;
import libp2p.kad.table.RoutingTable;
import libp2p.kad.validator.Validators;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * One network of peers that speak one protocol id: its routing table, its stores, and the requests to its
 * members. A host is in two at once, the wide one and that of its local network. Thread-safe.
 */
final class DhtNetwork implements LookupRunner.Network {
    /** The servers that answered a crawl, and when it ended (ns, monotonic). */
    private record Crawled(List<Contact> servers, long at) {}

    private static final System.Logger LOG = System.getLogger(DhtNetwork.class.getName());
    private static final Duration FRESH = Duration.ofHours(1);
    private final Host host;
    private final Kind kind;
    private final String protocol;
    private final KadLimits limits;
    private final RoutingTable table;
    private final TableMembership members;
    private final RecordStore records;
    private final ProviderStore providers;
    private final SavedPeers saved;
    private final PeerHistory history;
    private final Requests requests;
    private final RequestHandler responder;
    private final LookupRunner runner;
    private final NetworkSize size = new NetworkSize();
    private final AtomicLong sent = new AtomicLong();
    private final RandomGenerator regions;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong announced = new AtomicLong();
    private final ReentrantLock serving = new ReentrantLock();
    private @Nullable Registration registration;
    private volatile @Nullable Crawled crawled;
    /** The peers that are asked, with the number of requests. */
    private final Map<PeerId, Integer> asking = new ConcurrentHashMap<>();

    DhtNetwork(Host host, Kind kind, String protocol, KadLimits limits, Validators validators, Datastore datastore)
            throws IOException {
        this.host = host;
        this.kind = kind;
        this.protocol = protocol;
        this.limits = limits;
        Key self = Key.of(host.peerId());
        table = new RoutingTable(self, limits.table());
        records = RecordStore.open(datastore, limits.store(), host.environment().random("kad.records"));
        providers =
                ProviderStore.open(datastore, limits.store(), host.environment().random("kad.providers"));
        saved = new SavedPeers(datastore);
        history = PeerHistory.open(datastore, limits.store().remembered());
        SignedRecords signed = new SignedRecords(host);
        requests = new Requests(host, protocol, limits, signed);
        int perGroup = limits.table().perGroup();
        members = new TableMembership(
                host, kind, protocol, self, table, perGroup, requests, new TableMembership.Checks() {
                    @Override
                    public boolean isAsked(PeerId peer) {
                        return asking.containsKey(peer);
                    }

                    @Override
                    public void check(Contact peer) throws IOException {
                        ask(
                                peer,
                                KadMessage.of(
                                        MessageType.FIND_NODE, host.peerId().toBytes()));
                    }
                });
        responder = new RequestHandler(host, limits, table, validators, records, providers, requests, signed);
        runner = new LookupRunner(host.environment(), this);
        regions = host.environment().random("kad.region");
    }

    Kind kind() {
        return kind;
    }

    String protocol() {
        return protocol;
    }

    RoutingTable table() {
        return table;
    }

    /** Which peers are in the table. */
    TableMembership members() {
        return members;
    }

    RequestHandler responder() {
        return responder;
    }

    RecordStore records() {
        return records;
    }

    ProviderStore providers() {
        return providers;
    }

    Requests requests() {
        return requests;
    }

    long sent() {
        return sent.get();
    }

    long answers() {
        return answered.get();
    }

    /** Announcements that peers have taken. */
    long announcements() {
        return announced.get();
    }

    /** About how many servers there are; 0 if that is not known. */
    double size() {
        return size.estimate();
    }

    boolean isServing() {
        serving.lock();
        try {
            return registration != null;
        } finally {
            serving.unlock();
        }
    }

    /** Begins or ends to answer others; identify tells the peers. */
    void serve(boolean wanted) {
        serving.lock();
        try {
            if (wanted && registration == null) {
                MessageCodec<KadMessage> codec = Requests.codec(limits.message());
                registration = MessageExchange.of(protocol, codec, codec)
                        .withLimit(limits.message().bytes())
                        .withTimeout(limits.serving().idle())
                        .withWaiting(limits.serving().waiting())
                        .withOptions(HandlerOptions.DEFAULT.withService(requests.service()))
                        .serve(host, this::answer);
            } else if (!wanted && registration != null) {
                registration.close();
                registration = null;
            }
        } finally {
            serving.unlock();
        }
    }

    private @Nullable KadMessage answer(PeerId from, KadMessage request) throws IOException {
        return responder.answer(from, request);
    }

    /** Asks a peer, and notes whether it answered, and how fast. */
    @Override
    public KadMessage ask(Contact contact, KadMessage request) throws IOException {
        Environment environment = host.environment();
        boolean connected = !host.connections(contact.id()).isEmpty();
        if (!connected
                && contact.addresses().isEmpty()
                && host.peerstore().addresses(contact.id()).isEmpty()) {
            throw new NoAddressException(contact.id(), protocol);
        }
        long start = environment.nanoTime();
        sent.incrementAndGet();
        asking.merge(contact.id(), 1, Integer::sum);
        try {
            KadMessage answer = requests.ask(contact.id(), contact.addresses(), request);
            answered.incrementAndGet();
            long latency = connected ? environment.nanoTime() - start : 0;
            history.answered(contact.id(), latency);
            members.answered(contact.id(), latency);
            return answer;
        } catch (IOException e) {
            failed(contact.id(), e);
            throw e;
        } finally {
            asking.computeIfPresent(contact.id(), (peer, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Sends a peer messages that have no answers, all on one stream. */
    void tell(Contact contact, List<KadMessage> messages) throws IOException {
        try {
            requests.tellAll(contact.id(), contact.addresses(), messages);
            announced.addAndGet(messages.size());
        } catch (IOException e) {
            failed(contact.id(), e);
            throw e;
        }
    }

    /**
     * A peer that cannot be reached, or speaks the protocol no more, leaves the table; one that only refuses stays, and
     * so does one that has connected to this host while the dial failed.
     */
    private void failed(PeerId peer, IOException why) {
        boolean own = why instanceof InterruptedIOException && !(why instanceof DeadlineExceededException)
                || why instanceof LimitExceededException
                || why instanceof HostClosedException;
        boolean refused = (why instanceof StreamResetException || why instanceof DialException)
                && !host.connections(peer).isEmpty();
        if (!own) {
            history.failed(peer);
        }
        if (!own && !refused) {
            members.remove(peer);
        }
    }

    @Override
    public @Nullable Multiaddr seen(Contact contact) {
        List<Multiaddr> seen = members.seen(contact.id());
        return seen.isEmpty() ? null : seen.getFirst();
    }

    /** The IP group that a peer is connected from. */
    String groupOf(Contact contact) {
        return host.groupOf(contact.id());
    }

    @Override
    public List<Contact> closer(Contact from, KadMessage answer) {
        AddressScope reach = requests.reachOf(from.id());
        List<Contact> contacts = new ArrayList<>();
        for (KadPeer peer : answer.closerPeers()) {
            List<Multiaddr> addresses = told(reach, peer);
            boolean known = !addresses.isEmpty() || !host.connections(peer.id()).isEmpty();
            if (known && !peer.id().equals(host.peerId())) {
                contacts.add(new Contact(peer.id(), Key.of(peer.id()), addresses, history.expected(peer.id())));
            }
        }
        return contacts;
    }

    /** The addresses that another peer names for a peer, as far as they are to be believed. */
    List<Multiaddr> told(@Nullable AddressScope by, KadPeer peer) {
        return kind.fitting(by == null ? AddressScope.INTERNET : by, peer.addresses());
    }

    /** Whether there is a peer to ask. */
    boolean isUsable() {
        return table.size() > 0 || !members.neighbours(1).isEmpty();
    }

    /** A lookup that has not begun. */
    Lookup lookup(Key target, StopCondition goal, Deadline deadline) {
        int k = limits.lookup().k();
        var from = goal == StopCondition.WIDE ? table.spread(target, k, regions) : table.closest(target, k);
        List<Contact> seeds = from.stream()
                .map(peer -> new Contact(peer.id(), peer.key(), peer.addresses(), history.expected(peer.id())))
                .toList();
        return new Lookup(
                target,
                host.peerId(),
                goal,
                limits.lookup(),
                seeds.isEmpty() ? members.neighbours(k) : seeds,
                deadline.nanos());
    }

    /** Runs a lookup to its end; blocks. */
    void run(Lookup lookup, Function<Contact, KadMessage> request, LookupRunner.Visitor visitor) throws IOException {
        runner.run(lookup, request, limits.lookup().requests(), visitor);
    }

    /** The peers closest to a name, closest first; blocks. */
    Lookup findClosest(byte[] name, StopCondition goal, Deadline deadline) throws IOException {
        Lookup lookup = lookup(Key.of(name), goal, deadline);
        KadMessage request = KadMessage.of(MessageType.FIND_NODE, name);
        run(lookup, contact -> request, (from, answer) -> false);
        return lookup;
    }

    /** The peers closest to a name, by the last crawl while that is fresh, else by a lookup; blocks. */
    List<Contact> closest(byte[] name, Deadline deadline) throws IOException {
        Crawled last = crawled;
        long now = host.environment().nanoTime();
        if (last == null
                || now - last.at() > FRESH.toNanos()
                || last.servers().size() < limits.lookup().k()) {
            return findClosest(name, StopCondition.CLOSEST, deadline).closest();
        }
        Key target = Key.of(name);
        return Lookup.diverse(
                last.servers().stream().sorted(Comparator.comparing(Contact::key, target::compareDistances)),
                limits.lookup());
    }

    /** Asks all servers for all that they know, and remembers for an hour which of them answered; blocks. */
    Crawler.Outcome crawl(Deadline deadline) throws IOException {
        Crawler.Outcome found = new Crawler(host, this, limits.lookup().k()).crawl(deadline);
        crawled = new Crawled(found.answered(), host.environment().nanoTime());
        return found;
    }

    /** As {@link #findClosest} for a place that no peer could choose: the distances tell how large the network is. */
    void sample(byte[] name, Deadline deadline) throws IOException {
        Lookup lookup = findClosest(name, StopCondition.CLOSEST, deadline);
        size.add(lookup.target(), lookup.uncrowded());
    }

    /** The peers next to this host have been looked up: the depth of the table tells how large the network is. */
    void measureTable() {
        size.measure(table.size(), table::sizeOf, limits.table().k());
    }

    /** The peers around a key whose closest peers are suspiciously close, from places beside it; else none; blocks. */
    List<Contact> surroundings(Key target, List<Contact> closest, Deadline deadline) throws IOException {
        return surroundings(target, closest, false, deadline);
    }

    /** As {@link #surroundings(Key, List, Deadline)}; with certainty alone for callers that judge very many keys. */
    List<Contact> surroundings(Key target, List<Contact> closest, boolean isCertain, Deadline deadline)
            throws IOException {
        List<Contact> region = Region.around(
                target,
                closest,
                size.estimate(),
                limits.lookup().k(),
                isCertain,
                regions,
                names -> runner.closest(
                        names,
                        name -> lookup(Key.of(name), StopCondition.WIDE, deadline),
                        limits.lookup().requests()));
        if (!region.isEmpty()) {
            LOG.log(Level.DEBUG, "the peers next to a key are closer than chance puts them; its region is used");
        }
        return region;
    }

    /** Saves the peers of the table, and how peers have answered. */
    void save() throws IOException {
        try {
            saved.save(table.peers().stream()
                    .map(peer -> new SavedPeers.Saved(peer.id(), peer.addresses()))
                    .toList());
        } finally {
            history.save();
        }
    }

    /** The peers of the last run, reliable and fast ones first, unknown ones last. */
    List<SavedPeers.Saved> saved() throws IOException {
        return saved.load().stream()
                .sorted(Comparator.comparingLong(one -> {
                    long expected = history.expected(one.peer());
                    return expected == 0 ? Long.MAX_VALUE : expected;
                }))
                .toList();
    }

    void close() {
        serve(false);
        runner.close();
        requests.close();
    }
}
