package libp2p.ipfs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Capabilities;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.routing.PubSub;
import libp2p.fetch.Fetcher;
import libp2p.ipld.BlockSink;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.TreeExporter;
import libp2p.ipld.unixfs.TreeImporter;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.system.SystemEnvironment;

/**
 * An IPFS peer: adds content and gives it to others, and gets content from them, each piece named by the hash of its
 * bytes (CID).
 *
 * <pre>{@code
 * try (IpfsPeer master = IpfsPeer.start(Role.MASTER, options);
 *         IpfsPeer worker = IpfsPeer.start(Role.WORKER, options)) {
 *     Cid cid = master.add(data);
 *     System.out.println("added " + cid);
 *     worker.connect(master.host().fullAddresses().getFirst().toString());
 *     …
 * }
 * }</pre>
 *
 * <p>Every block is verified before it is returned, so it does not matter which peer it comes from. A {@link Role} sets
 * budgets of memory and disk; {@link IpfsOptions} say where content is kept, which peers lead into the network, and
 * what is announced. Without a data directory everything is forgotten.
 *
 * <p>Thread-safe; methods block for the disk and the network.
 */
public final class IpfsPeer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IpfsPeer.class.getName());
    private static final Duration MEASUREMENTS = Duration.ofMinutes(10);

    private final Environment environment;
    private final IpfsOptions options;
    private final Identity identity;
    private final ResourceMeter meter;
    private final RoleAdvisor advisor;
    private final RepeatingTimer measuring;
    private final TopicHandlers handlers = new TopicHandlers();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile PeerParts state;
    private volatile Role advice;
    private volatile boolean closed;

    private IpfsPeer(
            Environment environment, IpfsOptions options, Identity identity, ResourceMeter meter, PeerParts state) {
        this.environment = environment;
        this.options = options;
        this.identity = identity;
        this.meter = meter;
        this.state = state;
        advice = state.role();
        advisor = new RoleAdvisor(state.role());
        measuring = new RepeatingTimer(environment, this::consider);
        measuring.arm(MEASUREMENTS.toNanos());
    }

    /** Starts a peer; blocks until it listens. */
    public static IpfsPeer start(Role role, IpfsOptions options) throws IOException {
        return start(SystemEnvironment.shared(), role, options);
    }

    /** As {@link #start(Role, IpfsOptions)}, in another environment. */
    public static IpfsPeer start(Environment environment, Role role, IpfsOptions options) throws IOException {
        Path data = options.data();
        Identity identity = data == null
                ? Identity.generate(KeyType.ED25519, environment)
                : Identity.loadOrCreate(data.resolve("node.key"), KeyType.ED25519, environment);
        Content content = Content.open(environment, options, role);
        ResourceMeter meter = new ResourceMeter(environment, options.sendRate() * Byte.SIZE);
        boolean started = false;
        try {
            PeerParts state = PeerParts.start(environment, options, identity, meter, role, content, options.listen());
            started = true;
            return new IpfsPeer(environment, options, identity, meter, state);
        } finally {
            if (!started) {
                content.close();
            }
        }
    }

    /** The role of this peer. */
    public Role role() {
        return state.role();
    }

    /**
     * Takes another role: the host is started anew with the same identity, addresses and subscriptions, and so is a
     * store on the disk; connections end and come again. Blocks; nothing that was stored is lost. If the peer cannot be
     * started in the new role, it goes on in the former one.
     *
     * @throws IOException if the peer cannot be started in that role
     * @throws IllegalStateException if the peer is closed
     */
    public void changeRole(Role role) throws IOException {
        changing.lock();
        try {
            PeerParts before = state;
            if (closed) {
                throw new IllegalStateException("the peer is closed");
            }
            if (before.role() == role) {
                return;
            }
            List<String> listen = listening(before.host());
            if (listen.isEmpty()) {
                listen = options.listen();
            }
            List<PeerAddress> neighbours = before.host().connections().stream()
                    .map(connection -> PeerAddress.of(connection.remotePeer(), List.of(connection.remoteAddress())))
                    .toList();
            before.stop();
            try {
                state = again(before, role, listen);
            } catch (IOException | RuntimeException e) {
                resume(before, listen, e);
                throw e;
            }
            handlers.moveTo(state.host());
            neighbours.forEach(this::connectAgain);
        } finally {
            changing.unlock();
        }
    }

    /** Where a host listens, as another one can be told to: the hashes of certificates are its own to find. */
    private static List<String> listening(Host host) {
        return host.addressBook().entries().stream()
                .filter(entry -> entry.origin() == Origin.LISTEN)
                .map(entry -> Multiaddr.of(entry.address().components().stream()
                        .filter(component -> component.protocol() != Protocol.CERTHASH)
                        .toList()))
                .map(Object::toString)
                .distinct()
                .toList();
    }

    /** The state of a peer that goes on in a role after its host has ended. */
    private PeerParts again(PeerParts before, Role role, List<String> listen) throws IOException {
        Content content = before.content();
        if (options.data() == null && options.store() == null) { // the blocks are in memory, and would be lost
            return PeerParts.start(environment, options, identity, meter, role, content, listen);
        }
        content.close();
        content = Content.open(environment, options, role);
        boolean done = false;
        try {
            PeerParts started = PeerParts.start(environment, options, identity, meter, role, content, listen);
            done = true;
            return started;
        } finally {
            if (!done) {
                content.close();
            }
        }
    }

    private void resume(PeerParts before, List<String> listen, Exception cause) {
        try {
            state = again(before, before.role(), listen);
            handlers.moveTo(state.host());
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void connectAgain(PeerAddress neighbour) {
        try {
            state.host().connect(neighbour);
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, () -> "not connected again: " + gone.getMessage());
        }
    }

    /** What this process uses of the budget of its role; blocks for the disk. */
    public RoleAdvisor.Resources used() throws IOException {
        return meter.used(state.content().blocks);
    }

    /** The role that this machine is fit for, by the measurement of the last ten minutes. */
    public Role advice() {
        return advice;
    }

    /** Measures, and takes the role that fits, where that is asked for. */
    private void consider(RepeatingTimer again) {
        again.arm(MEASUREMENTS.toNanos());
        try {
            Content content = state.content();
            Role advised = advisor.advise(meter.available(content.blocks, content.folder));
            if (advised != advice) {
                LOG.log(Level.INFO, "the machine is fit for the role " + advised);
            }
            advice = advised;
            if (options.isSwitching() && !closed) {
                changeRole(advised);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the role stays " + state.role() + ": " + e.getMessage());
        }
    }

    /** The host, until the role changes: for further protocols. */
    public Host host() {
        return state.host();
    }

    /** Finds, retrieves and announces content, until the role changes. */
    public ContentRoutingManager routing() {
        return state.routing();
    }

    /** The blocks of this peer. */
    public BlockStore blocks() {
        return state.content().blocks;
    }

    /** Counters of the tiers. */
    public TieredBlockStore.Stats tiers() {
        return state.content().blocks.stats();
    }

    /** The pins of this peer. */
    public Pins pins() {
        return state.content().pins;
    }

    /** Connects to a peer. */
    public void connect(String address) throws IOException {
        state.host().connect(PeerAddress.parse(address));
    }

    /** Adds a file, pins it, and announces what the strategy names of it where there is a routing. */
    public Cid add(byte[] data) throws IOException {
        return add(new ByteArrayInputStream(data));
    }

    /** As {@link #add(byte[])}, from a stream, which the caller closes. */
    public Cid add(InputStream in) throws IOException {
        return add(in, ProgressListener.NONE);
    }

    /**
     * As {@link #add(InputStream)}.
     *
     * @param progress told of the bytes of the blocks that are made
     */
    public Cid add(InputStream in, ProgressListener progress) throws IOException {
        return add(progress, sink -> new FileImporter(ImportOptions.V1_2025, sink).add(in));
    }

    /** As {@link #add(Path, ProgressListener)}, telling nothing. */
    public Cid add(Path path) throws IOException {
        return add(path, ProgressListener.NONE);
    }

    /**
     * Adds a file, or a folder with all that is in it but names that begin with a dot, pins it, and announces what the
     * strategy names of it.
     *
     * @param progress told of the bytes of the blocks that are made
     */
    public Cid add(Path path, ProgressListener progress) throws IOException {
        Path name = path.getFileName();
        return add(
                progress,
                sink -> new TreeImporter(ImportOptions.V1_2025, sink, false, false, false, (entry, imported) -> {})
                        .add(path, name == null ? "" : name.toString()));
    }

    /** Makes the blocks of something. */
    private interface Import {
        Imported into(BlockSink sink) throws IOException;
    }

    private Cid add(ProgressListener progress, Import what) throws IOException {
        PeerParts now = state;
        Cid cid;
        long size;
        ProgressTally made = new ProgressTally(progress);
        try (BlockWriter writer = new BlockWriter(environment, now.content().blocks)) {
            Imported imported = what.into(block -> {
                writer.put(block);
                made.add(block.size());
            });
            cid = imported.cid();
            size = imported.isFile() ? imported.fileSize() : imported.cumulativeSize();
            now.content().pins.add(cid, Pins.Kind.RECURSIVE, writer);
        }
        now.host().find(Bitswap.class).ifPresent(bitswap -> bitswap.stored(List.of(cid.hash())));
        now.routing().announce(cid, size, Map.of());
        return cid;
    }

    /** A file, from here or else from peers, read as it comes; the caller closes it. */
    public InputStream cat(String path) throws IOException {
        return state.routing().retrieve(path);
    }

    /** All bytes of a file, from here or else from peers. */
    public byte[] contentByCid(String cid) throws IOException {
        try (InputStream in = cat(cid)) {
            return in.readAllBytes();
        }
    }

    /** Writes a file or directory to the disk; returns its bytes. */
    public long get(String cid, Path target) throws IOException {
        return get(cid, target, ProgressListener.NONE);
    }

    /**
     * As {@link #get(String, Path)}.
     *
     * @param progress told of the bytes of blocks that have come from others
     */
    public long get(String cid, Path target, ProgressListener progress) throws IOException {
        Cid root = Cid.parse(cid);
        try (Fetcher fetcher = fetcher(state, root, progress)) {
            fetcher.download(root, Budget.OWN);
            return new TreeExporter(fetcher, count -> {}).export(root, target);
        }
    }

    private static Fetcher fetcher(PeerParts now, Cid root, ProgressListener progress) {
        ProgressTally came = new ProgressTally(progress);
        return now.routing()
                .fetcher(now.routing().discovery().optimalProviders(root), (source, count) -> came.add(count));
    }

    /** Gets everything below a root and keeps it. */
    public void pin(Cid root) throws IOException {
        pin(root, ProgressListener.NONE);
    }

    /**
     * As {@link #pin(Cid)}.
     *
     * @param progress told of the bytes of blocks that have come from others
     */
    public void pin(Cid root, ProgressListener progress) throws IOException {
        pin(root, Pins.OWN, progress);
    }

    void pin(Cid root, String owner) throws IOException {
        pin(root, owner, ProgressListener.NONE);
    }

    private void pin(Cid root, String owner, ProgressListener progress) throws IOException {
        PeerParts now = state;
        try (Fetcher fetcher = fetcher(now, root, progress)) {
            fetcher.download(root, Budget.OWN);
            now.content().pins.add(root, Pins.Kind.RECURSIVE, owner, fetcher);
        }
    }

    // --------------------------------------------------------------------------------------------------------- topics

    private PubSub pubsub() {
        return state.host().find(PubSub.class).orElseThrow();
    }

    /**
     * Publishes a message to a topic; returns when it is on its way to the peers that are known now.
     *
     * @return the id of the message
     * @throws IOException if it is longer than the limit, or a validator does not accept it
     */
    public byte[] publish(String topic, byte[] data) throws IOException {
        return pubsub().publish(topic, data);
    }

    /** As {@link #publish(String, byte[])}, in UTF-8. */
    public byte[] publish(String topic, String text) throws IOException {
        return publish(topic, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Subscribes a handler to a topic until the registration is closed, also when the role changes. Each handler gets
     * the messages one after the other, on a thread of its own.
     *
     * @throws IllegalStateException if this peer has joined too many topics
     */
    public Registration subscribe(String topic, PubSub.Listener handler) {
        changing.lock();
        try {
            return handlers.add(state.host(), topic, handler);
        } finally {
            changing.unlock();
        }
    }

    /** Ends the subscriptions of one handler to a topic; idempotent. */
    public void unsubscribe(String topic, PubSub.Listener handler) {
        handlers.remove(topic, handler);
    }

    /** Ends all subscriptions to a topic; idempotent. */
    public void unsubscribe(String topic) {
        handlers.remove(topic, null);
    }

    /** The peers that are known to be subscribed to a topic, sorted. */
    public List<PeerId> topicPeers(String topic) {
        return pubsub().peers(topic);
    }

    /** The topics that this peer is subscribed to, sorted; those of the discovery of peers are among them. */
    public List<String> topics() {
        return pubsub().topics();
    }

    // ----------------------------------------------------------------------------------- capabilities and attestations

    /** The connected peers that have declared a capability, sorted; see {@link Capabilities#declare}. */
    public List<PeerId> peersWith(String capability) {
        return Capabilities.connectedWith(state.host(), capability);
    }

    /** Signed statements about content, of this peer and of others. */
    public Attestations attestations() {
        return state.host().find(Attestations.class).orElseThrow();
    }

    /** Removes blocks that no pin keeps, and gives the disk back what they took. */
    public GarbageCollector.Result collectGarbage() throws IOException {
        return state.content().collectGarbage();
    }

    /**
     * Announces what the strategy of this peer names, from now on; the DHT repeats it.
     *
     * @return how many CIDs, 0 if there is no peer to tell
     */
    public long reprovide() throws IOException {
        return state.announcements().announceAll();
    }

    /** The part of the network that this peer sees. */
    public NetworkGraph graph() {
        PeerParts now = state;
        return NetworkGraph.of(now.host(), now.role().toString());
    }

    @Override
    public void close() {
        measuring.close();
        changing.lock();
        try {
            closed = true;
            state.stop();
            state.content().close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the content: " + e.getMessage());
        } finally {
            changing.unlock();
        }
    }
}
