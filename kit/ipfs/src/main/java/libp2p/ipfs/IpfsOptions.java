package libp2p.ipfs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.blocks.BlockStore;
import libp2p.core.datastore.Datastore;
import libp2p.fetch.FetchSource;
import libp2p.kad.Kad;
import libp2p.kad.table.RefreshProfile;
import org.jspecify.annotations.Nullable;

/** The settings of an IPFS peer. Immutable. */
public final class IpfsOptions {
    /**
     * In memory, on a free TCP port of all interfaces, a minute of patience; pinned content is announced, by a worker
     * all that it has. No peer is dialed, and nothing bounds the rate at which blocks are given to others.
     */
    public static final IpfsOptions DEFAULT = new IpfsOptions(new Draft());

    /** A store that the application brings. */
    record GivenStore(BlockStore blocks, @Nullable Datastore records) {}

    private final Draft values;

    private IpfsOptions(Draft values) {
        this.values = values;
    }

    private static final class Draft {
        private @Nullable Path data;
        private List<String> listen = List.of("/ip4/0.0.0.0/tcp/0");
        private List<String> bootstrap = List.of();
        private String kadPrefix = Kad.IPFS;
        private List<FetchSource> sources = List.of();
        private Duration patience = Duration.ofMinutes(1);
        private @Nullable ProvideStrategy strategy;
        private Consumer<HostBuilder> addition = builder -> {};
        private @Nullable GivenStore store;
        private long sendRate;
        private List<String> discoveryTopics = List.of();
        private List<String> capabilities = List.of();
        private RefreshProfile refresh = RefreshProfile.EVEN;
        private boolean optimistic;
        private boolean switching;

        private Draft() {}

        private Draft(Draft from) {
            data = from.data;
            listen = from.listen;
            bootstrap = from.bootstrap;
            kadPrefix = from.kadPrefix;
            sources = from.sources;
            patience = from.patience;
            strategy = from.strategy;
            addition = from.addition;
            store = from.store;
            sendRate = from.sendRate;
            discoveryTopics = from.discoveryTopics;
            capabilities = from.capabilities;
            refresh = from.refresh;
            optimistic = from.optimistic;
            switching = from.switching;
        }
    }

    private IpfsOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(values);
        change.accept(draft);
        return new IpfsOptions(draft);
    }

    /** With a folder in which key, blocks and pins last. */
    public IpfsOptions withData(Path value) {
        return changed(draft -> draft.data = value);
    }

    /** With other addresses. */
    public IpfsOptions withListen(String... addresses) {
        return changed(draft -> draft.listen = List.of(addresses));
    }

    /** With peers that lead into the network. */
    public IpfsOptions withBootstrap(String... addresses) {
        return changed(draft -> draft.bootstrap = List.of(addresses));
    }

    /** In a network of its own; {@link Kad#IPFS} is the public one. */
    public IpfsOptions withKadPrefix(String value) {
        return changed(draft -> draft.kadPrefix = value);
    }

    /** With sources such as gateways beside Bitswap. */
    public IpfsOptions withSources(List<FetchSource> value) {
        return changed(draft -> draft.sources = List.copyOf(value));
    }

    /** With another time for which content is waited for while nothing comes from any source. */
    public IpfsOptions withPatience(Duration value) {
        return changed(draft -> draft.patience = value);
    }

    /** With a choice of what is announced, in place of that of the role. */
    public IpfsOptions withStrategy(ProvideStrategy value) {
        return changed(draft -> draft.strategy = value);
    }

    /** With further protocols, transports and limits: whatever the builder of a host takes; this has the last word. */
    public IpfsOptions with(Consumer<HostBuilder> value) {
        return changed(draft -> draft.addition = value);
    }

    /**
     * With a store of the application, such as one in a bucket or a database. The memory tier stands before it, and
     * where there is a {@linkplain #withData data directory}, a cache on the disk in it. The application closes the
     * store after the peer. Pins are kept in the data directory, or forgotten with the peer.
     */
    public IpfsOptions withStore(BlockStore blocks) {
        return changed(draft -> draft.store = new GivenStore(blocks, null));
    }

    /**
     * As {@link #withStore(BlockStore)}, with the pins in a datastore of the application, which nodes that share the
     * blocks share too.
     */
    public IpfsOptions withStore(BlockStore blocks, Datastore records) {
        return changed(draft -> draft.store = new GivenStore(blocks, records));
    }

    /**
     * With a bound on the rate at which blocks are given to others.
     *
     * @param bytesPerSecond 0 for none, which is the default
     */
    public IpfsOptions withSendRate(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes a second");
        }
        return changed(draft -> draft.sendRate = bytesPerSecond);
    }

    /**
     * With peers that are found by what they announce on topics, and this one announced there; see {@link
     * libp2p.discovery.pubsub.PubSubPeerDiscovery}.
     *
     * @param topics the topic of js-libp2p if none is named
     */
    public IpfsOptions withPubSubDiscovery(String... topics) {
        return changed(draft -> draft.discoveryTopics =
                topics.length == 0 ? List.of(libp2p.discovery.pubsub.PubSubPeerDiscovery.TOPIC) : List.of(topics));
    }

    /** With capabilities that others see; see {@link libp2p.core.host.Capabilities#declare}. */
    public IpfsOptions withCapabilities(String... protocols) {
        return changed(draft -> draft.capabilities = List.of(protocols));
    }

    /** With another pace at which the parts of the routing table are refreshed. */
    public IpfsOptions withRefreshProfile(RefreshProfile value) {
        return changed(draft -> draft.refresh = value);
    }

    /** With announcements that end as soon as most of the peers have them; see {@link Kad#withOptimisticProvide}. */
    public IpfsOptions withOptimisticProvide() {
        return changed(draft -> draft.optimistic = true);
    }

    /** With a role that changes by itself to the one that the machine is fit for; see {@link RoleAdvisor}. */
    public IpfsOptions withAutomaticRole() {
        return changed(draft -> draft.switching = true);
    }

    /** Where key, blocks and pins last; null if they are in memory. */
    public @Nullable Path data() {
        return values.data;
    }

    /** Addresses to listen on. */
    public List<String> listen() {
        return values.listen;
    }

    /** Peers that lead into the network. */
    public List<String> bootstrap() {
        return values.bootstrap;
    }

    /** The prefix of the DHT. */
    public String kadPrefix() {
        return values.kadPrefix;
    }

    /** Sources beside Bitswap. */
    public List<FetchSource> sources() {
        return values.sources;
    }

    /** How long content is waited for while nothing comes. */
    public Duration patience() {
        return values.patience;
    }

    /** What a peer of a role announces. */
    public ProvideStrategy strategy(Role role) {
        ProvideStrategy chosen = values.strategy;
        return chosen == null ? role.strategy() : chosen;
    }

    /** Bytes a second that are given to others at most; 0 if nothing bounds them. */
    public long sendRate() {
        return values.sendRate;
    }

    /** Topics on which peers are found. */
    public List<String> discoveryTopics() {
        return values.discoveryTopics;
    }

    /** Capabilities that others see. */
    public List<String> capabilities() {
        return values.capabilities;
    }

    RefreshProfile refresh() {
        return values.refresh;
    }

    boolean isOptimistic() {
        return values.optimistic;
    }

    boolean isSwitching() {
        return values.switching;
    }

    @Nullable
    GivenStore store() {
        return values.store;
    }

    Consumer<HostBuilder> addition() {
        return values.addition;
    }
}
