package libp2p.node.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.Limits;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.ObservedBlockStore;
import libp2p.blocks.SendingRate;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.metrics.CounterSource;
import libp2p.core.routing.ContentRouting;
import libp2p.denylist.DenylistLimits;
import libp2p.denylist.Denylists;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOverStreams;
import libp2p.graphsync.GraphSync;
import libp2p.graphsync.GraphSyncLimits;
import libp2p.graphsync.ServingPolicy;
import libp2p.http.streams.HttpStreams;
import libp2p.ipfs.Announcements;
import libp2p.ipfs.ProvideStrategy;
import libp2p.ipfs.Repository;
import libp2p.ipfs.Role;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.policy.CountedPolicy;
import libp2p.multiformats.Cid;
import libp2p.node.control.ControlService;
import libp2p.node.control.Operation;
import libp2p.node.host.HeapKeeper;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Serves the content of a data directory to peers, and does the commands of its owner, over the control socket of the
 * directory.
 */
public final class ContentServer implements HostService, CounterSource {
    private static final System.Logger LOG = System.getLogger(ContentServer.class.getName());

    private final Repository store;
    /** What peers are given, perhaps from a cache. */
    private final BlockStore served;
    /** For commands: peers that wait for a block hear of what these store. */
    private volatile BlockStore blocks;

    private final Path data;
    private final Limits limits;
    private final GatewayOptions gatewayOptions;
    private final Consumer<String> listening;
    private final @Nullable ProvideStrategy strategy;
    private final Denylists denylists;
    private final CountedPolicy ofGateway;
    private final CountedPolicy ofBitswap;
    private final CountedPolicy ofGraphSync;
    private final CountedPolicy ofCommands;
    private volatile @Nullable Host host;
    private volatile @Nullable GatewayServer gateway;
    private volatile @Nullable HeapKeeper heap;
    private volatile @Nullable Announcements announcements;

    private ContentServer(
            Repository store,
            BlockStore served,
            Path data,
            Limits limits,
            GatewayOptions gatewayOptions,
            @Nullable ProvideStrategy strategy,
            Denylists denylists,
            Consumer<String> listening) {
        this.store = store;
        this.served = served;
        blocks = served;
        this.data = data;
        this.limits = limits;
        this.gatewayOptions = gatewayOptions;
        this.strategy = strategy;
        this.denylists = denylists;
        ofGateway = new CountedPolicy(denylists);
        ofBitswap = new CountedPolicy(denylists);
        ofGraphSync = new CountedPolicy(denylists);
        ofCommands = new CountedPolicy(denylists);
        this.listening = listening;
    }

    /**
     * Adds the content of a data directory to a host: Bitswap, GraphSync and the trustless gateway over its blocks, the
     * control socket, and perhaps a gateway.
     *
     * @param limits of the store, and of what commands use
     * @param gateway where and how a gateway is served
     * @param strategy what is announced where there is a DHT; null for nothing but what {@code p2p provide} names
     * @param denylists of what is neither served nor got
     * @param listening hears of the URL of the gateway
     */
    public static void install(
            HostBuilder builder,
            Path data,
            Limits limits,
            GatewayOptions gateway,
            @Nullable ProvideStrategy strategy,
            DenylistOptions denylists,
            Consumer<String> listening)
            throws IOException {
        Denylists lists = denylists.open(SystemEnvironment.shared(), limits.of(DenylistLimits.class));
        Repository store = open(data, limits, lists);
        install(builder, store, store.blocks(), data, limits, gateway, strategy, lists, listening);
    }

    /**
     * As the other, in a role: within its budget of disk, with its memory tier, and measured.
     *
     * @param advice hears of another role that the machine is fit for
     */
    public static void install(
            HostBuilder builder,
            Path data,
            Limits limits,
            GatewayOptions gateway,
            Role role,
            @Nullable ProvideStrategy strategy,
            DenylistOptions denylists,
            Consumer<String> listening,
            Consumer<Role> advice)
            throws IOException {
        Limits budget = limits.with(
                BlockStoreLimits.class,
                bounds -> bounds.withStoreBytes(Math.min(bounds.storeBytes(), role.diskBytes())));
        Denylists lists = denylists.open(SystemEnvironment.shared(), limits.of(DenylistLimits.class));
        Repository store = open(data, budget, lists);
        BlockStore tiers = RoleService.install(builder, SystemEnvironment.shared(), role, data, store, advice);
        install(builder, store, tiers, data, budget, gateway, strategy, lists, listening);
    }

    /** Opens a store; where that fails, the lists are not looked at any more. */
    private static Repository open(Path data, Limits limits, Denylists lists) throws IOException {
        try {
            return ContentAccess.open(SystemEnvironment.shared(), data, limits);
        } catch (IOException | RuntimeException e) {
            lists.close();
            throw e;
        }
    }

    private static void install(
            HostBuilder builder,
            Repository store,
            BlockStore served,
            Path data,
            Limits limits,
            GatewayOptions gateway,
            @Nullable ProvideStrategy strategy,
            Denylists lists,
            Consumer<String> listening) {
        ContentServer server = new ContentServer(store, served, data, limits, gateway, strategy, lists, listening);
        builder.with(server)
                .with(new ControlService(data, server::operations))
                .with(Bitswap.over(served, BitswapLimits.DEFAULT, server.ofBitswap::allows))
                .with(GraphSync.over(served, GraphSyncLimits.DEFAULT, serving(server.ofGraphSync)))
                .with(HttpStreams.serving(
                        GatewayOverStreams.PROTOCOL,
                        "/",
                        new GatewayOverStreams(
                                new Gateway(
                                        served,
                                        libp2p.gateway.GatewayOptions.DEFAULT
                                                .withTrustlessOnly(true)
                                                .withPolicy(server.ofGateway)),
                                server::rate)));
    }

    private static ServingPolicy serving(ContentPolicy policy) {
        return new ServingPolicy() {
            @Override
            public boolean serves(Cid cid) {
                return policy.allows(cid);
            }
        };
    }

    /** What the denylists have kept from being served or got, by the place that was asked. */
    @Override
    public List<Counter> counters() {
        return List.of(
                new Counter("denylist", "gateway", ofGateway::denials),
                new Counter("denylist", "bitswap", ofBitswap::denials),
                new Counter("denylist", "graphsync", ofGraphSync::denials),
                new Counter("denylist", "commands", ofCommands::denials));
    }

    private Optional<SendingRate> rate() {
        Host started = host;
        return started == null ? Optional.empty() : started.find(Bitswap.class).map(Bitswap::rate);
    }

    private Map<String, Operation> operations(Host host) {
        ContentAccess access = new ContentAccess(
                host.environment(),
                limits,
                store,
                blocks,
                () -> host,
                roots -> announce(host, roots),
                ContentAccess.Peers.OF_NODE,
                ofCommands);
        return ContentOperations.of(access, data.toString());
    }

    @Override
    public void start(Host host) {
        this.host = host;
        heap = new HeapKeeper(host.environment());
        blocks = new ObservedBlockStore(
                served, hashes -> host.find(Bitswap.class).ifPresent(bitswap -> bitswap.stored(hashes)));
        InetSocketAddress address = gatewayOptions.address();
        if (address != null) {
            try {
                gateway = new GatewayServer(host, address, gatewayOptions, store, blocks, ofGateway, ofCommands);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean announce(Host host, Collection<Cid> roots) throws IOException {
        Optional<ContentRouting> routing = host.find(ContentRouting.class);
        if (routing.isEmpty()) {
            return false;
        }
        try {
            routing.get().startProviding(roots);
            return true;
        } catch (UnsupportedOperationException servers) { // of delegated routing alone
            return false;
        }
    }

    @Override
    public void listening() {
        Host started = host;
        if (started != null) {
            announcements = Announcements.start(
                    started.environment(), store, strategy, () -> started.find(ContentRouting.class));
        }
        GatewayServer open = gateway;
        if (open != null) {
            listening.accept(open.url());
        }
    }

    @Override
    public void close() {
        HeapKeeper keeper = heap;
        if (keeper != null) {
            keeper.close();
        }
        Announcements told = announcements;
        if (told != null) {
            told.close();
        }
        GatewayServer serving = gateway;
        if (serving != null) {
            serving.close();
        }
        denylists.close();
        try {
            store.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the content: " + e.getMessage());
        }
    }
}
