package libp2p.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import libp2p.ipfs.Role;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import libp2p.node.content.RoutingOptions;
import libp2p.node.dht.DhtOptions;
import libp2p.node.host.DataFolder;
import libp2p.node.host.NodeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p node}. */
@Command(
        name = "node",
        description = "Runs a node until it is told to end (SIGTERM, Ctrl-C).",
        mixinStandardHelpOptions = true)
final class NodeCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private NodeOptions options = new NodeOptions();

    @Mixin
    private DhtOptions dht = new DhtOptions();

    @Mixin
    private RoutingOptions routing = new RoutingOptions();

    @Mixin
    private GatewayOptions gateway = new GatewayOptions();

    @Mixin
    private DenylistOptions denylists = new DenylistOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            arity = "0..1",
            fallbackValue = MetricsServer.DEFAULT_PORT,
            description = "Serves /metrics (Prometheus) and /resources over HTTP; without a number: ${FALLBACK-VALUE}.")
    @Nullable
    private Integer metricsPort;

    @Option(
            names = "--metrics-address",
            paramLabel = "IP",
            description = "Where they are served; default: 127.0.0.1. There is no password.")
    private @Nullable String metricsAddress;

    @Option(
            names = "--metrics-name",
            paramLabel = "NAME",
            split = ",",
            description = "Names by which HTTP clients may ask for them, beside the address and localhost.")
    private List<String> metricsNames = List.of();

    @Option(
            names = "--serve",
            paramLabel = "SERVICE",
            split = ",",
            description = "Also serve ${COMPLETION-CANDIDATES}: for trying; they cost as much as any peer likes.")
    private List<Server.Trial> serve = List.of();

    @Option(
            names = "--provide",
            paramLabel = "STRATEGY",
            description =
                    "The part of the data directory that is announced in the DHT: roots (of pins), pinned (with all"
                            + " below), all (blocks), none; default: roots.")
    private @Nullable String provide;

    @Option(
            names = "--share",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files that peers get by their SHA-256, which is printed.")
    private List<Path> share = List.of();

    @Option(
            names = "--memory",
            description = "Keep nothing: another peer id at each start, and no content. Default: the data directory of"
                    + " --data, else $P2P_DATA, else p2p in $XDG_DATA_HOME or ~/.local/share.")
    private boolean memory;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description =
                    "A role with its budget: master (a server of the DHT and a relay), worker (a server where it can be"
                            + " reached, announces all that it has) or leecher (a client). Other options of the node win.")
    private @Nullable Role role;

    @Option(
            names = "--capability",
            paramLabel = "PROTOCOL",
            description = "Declare a protocol id that stands for something that this node can do; peers see it by"
                    + " identify. Repeatable.")
    private List<String> capabilities = List.of();

    @Override
    public Integer call() throws Exception {
        if (memory && options.data != null) {
            throw new IllegalArgumentException("--memory and --data exclude each other");
        }
        if (memory && provide != null) {
            throw new IllegalArgumentException("--provide announces a data directory: not with --memory");
        }
        if (memory && denylists.isNamed()) {
            throw new IllegalArgumentException(
                    "--denylist is about the content of a data directory: not with --memory");
        }
        if (metricsPort == null && (metricsAddress != null || !metricsNames.isEmpty())) {
            throw new IllegalArgumentException("--metrics-address and --metrics-name need --metrics-port");
        }
        if (!memory && options.data == null) {
            options.data = DataFolder.ofUser();
        }
        options.nat().want();
        if (role != null) {
            dht.orElse(role.mode());
            options.nat().forRole(role.isRelay());
            if (memory) {
                throw new IllegalArgumentException("--role has a budget for a data directory: not with --memory");
            }
        }
        if (routing.needsPubSub()) {
            options.pubsub.want();
        }
        options.addition = builder -> {
            routing.addTo(builder);
            dht.addTo(builder, routing.needsPubSub());
        };
        Server server = new Server(options, builder -> listen.install(builder, options.autoTls::listening))
                .with(serve)
                .sharing(share)
                .declaring(capabilities)
                .withContent(gateway, denylists, provide == null ? announced() : provide);
        if (role != null) {
            server.in(role);
        }
        if (metricsPort != null) {
            server.withMetrics(
                    new InetSocketAddress(metricsAddress == null ? "127.0.0.1" : metricsAddress, metricsPort),
                    metricsNames);
        }
        return server.run();
    }

    private String announced() {
        return role == null ? "roots" : role.strategy().name().toLowerCase(Locale.ROOT);
    }
}
