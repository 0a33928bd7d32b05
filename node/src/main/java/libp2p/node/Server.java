package libp2p.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.core.host.Capabilities;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.messaging.MessageCodec;
import libp2p.ipfs.ProvideStrategy;
import libp2p.ipfs.Role;
import libp2p.metrics.MetricsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import libp2p.node.host.Exit;
import libp2p.node.host.NodeOptions;
import libp2p.node.host.Output;
import libp2p.node.nat.ConnectionPrinter;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.fetch.Fetch;
import libp2p.protocols.files.FileExchange;
import libp2p.protocols.files.FileShare;
import libp2p.protocols.files.FolderSource;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.request.JsonRequests;
import libp2p.protocols.request.RequestLimits;
import libp2p.protocols.request.RequestResponse;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;

/** A host that serves until the process is told to end. */
final class Server {
    private final NodeOptions options;
    /** Requests that are answered with themselves; their bytes may be JSON. */
    private static final String RAW_REQUESTS = "/requests/json/1.0.0";

    private final Consumer<HostBuilder> listen;
    private final Output output;
    private final Set<Trial> trials = EnumSet.noneOf(Trial.class);
    private @Nullable InetSocketAddress metrics;
    private List<String> metricsNames = List.of();
    private List<Path> shared = List.of();
    private GatewayOptions gateway = new GatewayOptions();
    private DenylistOptions denylists = new DenylistOptions();
    private String provide = "roots";
    private @Nullable Role role;
    private List<String> capabilities = List.of();

    /** Services that cost their host as much as a stranger likes, for trying and measuring. */
    enum Trial {
        PERF,
        ECHO,
        REQUESTS,
        VALUES;

        HostService service() {
            return switch (this) {
                case PERF -> new Perf();
                case ECHO -> new Echo();
                case VALUES -> keys();
                case REQUESTS -> new JsonRequests((peer, data) -> "Processed: " + data);
            };
        }
    }

    /** Answers for every key below {@code /values/} with the key. */
    private static Fetch keys() {
        Fetch fetch = new Fetch();
        fetch.register("/values/", (peer, key) -> key);
        return fetch;
    }

    /** @param listen has a host listen */
    Server(NodeOptions options, Consumer<HostBuilder> listen) {
        this.options = options;
        this.listen = listen;
        this.output = options.output();
    }

    /** Shares files with peers that know their hashes. */
    Server sharing(List<Path> files) {
        shared = List.copyOf(files);
        return this;
    }

    private void share(HostBuilder builder) throws IOException {
        if (shared.isEmpty()) {
            return;
        }
        FolderSource source = new FolderSource(SystemEnvironment.shared());
        for (Path file : shared) {
            String hash = HexFormat.of().formatHex(source.add(file));
            output.event("shared", hash + " " + file, "sha256", hash, "path", file);
        }
        builder.with(new FileShare(source)).with(new FileExchange(source));
    }

    /**
     * Serves the content of the data directory.
     *
     * @param over HTTP, where an address is given
     * @param denied what is not served
     * @param announced in the DHT: {@code all}, {@code pinned}, {@code roots} or {@code none}
     */
    Server withContent(GatewayOptions over, DenylistOptions denied, String announced) {
        gateway = over;
        denylists = denied;
        provide = announced;
        return this;
    }

    private static @Nullable ProvideStrategy strategy(String provide) {
        return switch (provide) {
            case "none" -> null;
            case "all", "pinned", "roots" -> ProvideStrategy.valueOf(provide.toUpperCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("--provide takes all, pinned, roots or none");
        };
    }

    /** Serves the content in a role. */
    Server in(Role value) {
        role = value;
        return this;
    }

    /** Declares capabilities. */
    Server declaring(List<String> protocols) {
        capabilities = List.copyOf(protocols);
        return this;
    }

    private void serveContent(HostBuilder builder, Path data) throws IOException {
        Consumer<String> listening = url -> output.event("gateway", "gateway at " + url, "url", url);
        Role mine = role;
        if (mine == null) {
            ContentServer.install(builder, data, options.limits(), gateway, strategy(provide), denylists, listening);
        } else {
            ContentServer.install(
                    builder,
                    data,
                    options.limits(),
                    gateway,
                    mine,
                    strategy(provide),
                    denylists,
                    listening,
                    this::advise);
        }
    }

    private void advise(Role advised) {
        String word = advised.name().toLowerCase(Locale.ROOT);
        output.event("role_advice", "this machine is fit for --role " + word, "role", word);
    }

    /** Serves these too. */
    Server with(Collection<Trial> services) {
        trials.addAll(services);
        return this;
    }

    /**
     * Serves metrics over HTTP.
     *
     * @param names under which they may be asked for, beside the address and localhost
     */
    Server withMetrics(InetSocketAddress address, List<String> names) {
        metrics = address;
        metricsNames = List.copyOf(names);
        return this;
    }

    int run() throws Exception {
        HostBuilder builder = options.host();
        CompletableFuture<Void> announced = new CompletableFuture<>();
        trials.forEach(trial -> builder.with(trial.service()));
        share(builder);
        listen.accept(builder);
        if (options.data != null) {
            serveContent(builder, options.data);
        }
        if (gateway.address() != null && options.data == null) {
            throw new IllegalArgumentException(
                    "--gateway-port serves the blocks of a data directory: not with --memory");
        }
        if (options.connections) {
            builder.with(new ConnectionPrinter(output));
            builder.with(new PeerPrinter(output, announced));
        }
        MetricsServer server = metrics == null
                ? null
                : MetricsServer.install(
                        builder, metrics, metricsNames, options.limits().of(MetricsLimits.class));
        Host host = start(builder, announced);
        capabilities.forEach(capability -> Capabilities.declare(host, capability));
        if (trials.contains(Trial.REQUESTS)) {
            RequestResponse<byte[], byte[]> raw = new RequestResponse<>(
                    RAW_REQUESTS, MessageCodec.BYTES, MessageCodec.BYTES, host.limits(RequestLimits.DEFAULT));
            raw.serve(host, (peer, request) -> request);
        }
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    host.close();
                    ended.countDown();
                    Runtime.getRuntime().halt(Exit.DONE); // otherwise the exit code tells of the signal
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            announce(output, host);
            options.nat().follow(host, output::event);
            options.pubsub.follow(host, output::event);
            options.discovery.follow(host, output::event);
            options.autoTls.follow(host, output::event);
            hint(host);
            if (server != null) {
                output.event("metrics", "metrics at " + server.url() + "/metrics", "url", server.url());
            }
        } finally {
            announced.complete(null); // the handler must not wait for ever
        }
        ended.await();
        return Exit.DONE;
    }

    private static Host start(HostBuilder builder, CompletableFuture<Void> announced) throws IOException {
        boolean started = false;
        try {
            Host host = builder.start();
            started = true;
            return host;
        } finally {
            if (!started) {
                announced.complete(null); // peers that have connected meanwhile must not wait for ever
            }
        }
    }

    /** The next command to type, for people. */
    private void hint(Host host) {
        if (options.json || host.addresses().isEmpty()) {
            return;
        }
        Multiaddr nearest = host.addresses().stream()
                .filter(Multiaddr::isLoopback)
                .findFirst()
                .orElse(host.addresses().getFirst());
        String address = nearest.withPeer(host.peerId().toBytes()).toString();
        StringBuilder hint = new StringBuilder("try it from another terminal:  ./p2p ping ").append(address);
        if (options.key == null && options.data == null) {
            hint.append("\nthe peer id is another at each start, and nothing is kept: so it is with --memory");
        }
        output.event("hint", hint.toString());
    }

    static void announce(Output output, Host host) {
        List<String> addresses = host.addresses().stream()
                .map(address -> address.withPeer(host.peerId().toBytes()).toString())
                .toList();
        StringBuilder human = new StringBuilder("peer " + host.peerId());
        addresses.forEach(address -> human.append("\nlistening on ").append(address));
        output.event("listening", human.toString(), "peer", host.peerId(), "addrs", addresses);
    }
}
