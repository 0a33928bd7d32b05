package libp2p.ipfs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockWriter;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.routing.ContentRouting;
import libp2p.fetch.Fetcher;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.TreeExporter;
import libp2p.kad.Kad;
import libp2p.multiformats.Cid;
import libp2p.nat.Nat;
import libp2p.nat.relay.RelayLimits;
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
 * budgets of memory, disk and <b>upload rate</b> (1 to 10 Mbit/s); {@link IpfsOptions} say where content is kept, which
 * peers lead into the network, and what is announced. Without a data directory everything is forgotten.
 *
 * <p>Thread-safe; methods block for the disk and the network.
 */
public final class IpfsPeer implements AutoCloseable {
    private final Environment environment;
    private final IpfsOptions options;
    private final Identity identity;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile State state;

    /** The parts that are exchanged when the role changes. */
    private record State(
            Role role, Host host, Content content, ContentRoutingManager routing, Announcements announcements) {}

    private IpfsPeer(Environment environment, IpfsOptions options, Identity identity, State state) {
        this.environment = environment;
        this.options = options;
        this.identity = identity;
        this.state = state;
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
        boolean started = false;
        try {
            State state = run(environment, options, identity, role, content, options.listen());
            started = true;
            return new IpfsPeer(environment, options, identity, state);
        } finally {
            if (!started) {
                content.close();
            }
        }
    }

    private static State run(
            Environment environment,
            IpfsOptions options,
            Identity identity,
            Role role,
            Content content,
            List<String> listen)
            throws IOException {
        HostBuilder builder = Libp2p.host()
                .environment(environment)
                .identity(identity)
                .listen(listen.toArray(String[]::new))
                .bootstrap(options.bootstrap().toArray(String[]::new));
        Path data = options.data();
        if (data != null) {
            builder.dataDirectory(data);
        }
        Kad kad = switch (role) {
            case MASTER -> Kad.server();
            case WORKER -> Kad.auto();
            case LEECHER -> Kad.client();
        };
        builder.with(kad.withPrefix(options.kadPrefix()), Bitswap.over(content.blocks, sendingLimits(role)));
        builder.with(
                role == Role.MASTER
                        ? Nat.create().withRelayService(RelayLimits.DEFAULT)
                        : Nat.create().withAutoRelay());
        options.addition().accept(builder);
        Host host = builder.start();
        return new State(
                role,
                host,
                content,
                new ContentRoutingManager(host, content, options),
                Announcements.start(
                        environment, content.repository, options.strategy(), () -> host.find(ContentRouting.class)));
    }

    private static BitswapLimits sendingLimits(Role role) {
        return BitswapLimits.DEFAULT.withSendRate(role.bitsPerSecond() / Byte.SIZE);
    }

    /** The role of this peer. */
    public Role role() {
        return state.role();
    }

    /**
     * Takes another role: the host and the store are opened anew with the same identity, addresses and content;
     * connections end and come again. Blocks; nothing that was stored is lost.
     *
     * @throws IllegalStateException if the content is in memory only, and would be lost
     */
    public void changeRole(Role role) throws IOException {
        changing.lock();
        try {
            State before = state;
            if (before.role() == role) {
                return;
            }
            List<String> listen = before.host().addresses().isEmpty()
                    ? options.listen()
                    : new ArrayList<>(new HashSet<>(before.host().addresses().stream()
                            .map(Object::toString)
                            .toList()));
            boolean lasting = options.data() != null;
            List<PeerAddress> neighbours = before.host().connections().stream()
                    .map(connection -> PeerAddress.of(connection.remotePeer(), List.of(connection.remoteAddress())))
                    .toList();
            before.announcements().close();
            before.host().close();
            Content content = before.content();
            if (lasting) {
                content.close();
                content = Content.open(environment, options, role);
            }
            state = run(environment, options, identity, role, content, listen);
            for (PeerAddress neighbour : neighbours) {
                try {
                    state.host().connect(neighbour);
                } catch (IOException gone) {
                    System.getLogger(IpfsPeer.class.getName())
                            .log(System.Logger.Level.DEBUG, () -> "not connected again: " + gone.getMessage());
                }
            }
        } finally {
            changing.unlock();
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

    /** Adds a file, pins it, and announces what the strategy names of it where there is anybody to tell. */
    public Cid add(byte[] data) throws IOException {
        return add(new ByteArrayInputStream(data));
    }

    /** As {@link #add(byte[])}, from a stream, which the caller closes. */
    public Cid add(InputStream in) throws IOException {
        State now = state;
        Cid cid;
        long size;
        try (BlockWriter writer = new BlockWriter(environment, now.content().blocks)) {
            var imported = new FileImporter(ImportOptions.V1_2025, writer).add(in);
            cid = imported.cid();
            size = imported.fileSize();
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
        try (Fetcher fetcher = state.routing().fetcher(List.of())) {
            Cid root = Cid.parse(cid);
            fetcher.download(root, Budget.OWN);
            return new TreeExporter(fetcher, count -> {}).export(root, target);
        }
    }

    /** Gets everything below a root and keeps it. */
    public void pin(Cid root) throws IOException {
        pin(root, Pins.OWN);
    }

    void pin(Cid root, String owner) throws IOException {
        State now = state;
        try (Fetcher fetcher = now.routing().fetcher(List.of())) {
            fetcher.download(root, Budget.OWN);
            now.content().pins.add(root, Pins.Kind.RECURSIVE, owner, fetcher);
        }
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
        State now = state;
        return NetworkGraph.of(now.host(), now.role().toString());
    }

    @Override
    public void close() {
        changing.lock();
        try {
            state.announcements().close();
            state.host().close();
            state.content().close();
        } catch (IOException e) {
            System.getLogger(IpfsPeer.class.getName())
                    .log(System.Logger.Level.WARNING, "closing the content: " + e.getMessage());
        } finally {
            changing.unlock();
        }
    }
}
