package libp2p.node;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.resource.ResourceReport;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.jetty.HttpServer;
import libp2p.http.jetty.HttpServerLimits;
import libp2p.metrics.HostMetrics;
import libp2p.metrics.MetricsLimits;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.node.host.Json;
import libp2p.node.host.ResourceTree;
import libp2p.node.nat.PunchMeters;
import libp2p.node.pubsub.PubSubMeters;
import libp2p.pubsub.PubSubService;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.LimitsFile;

/**
 * Serves {@code /metrics}, {@code /resources} and {@code /limits} (text) and {@code /resources.json} over HTTP. Its
 * class is loaded only where metrics are asked for, and Micrometer and Jetty with it. Before the host starts there are
 * no pages.
 */
final class MetricsServer implements HostService {
    /** The port of Prometheus' exporter of OpenTelemetry, which no other program is likely to have. */
    static final String DEFAULT_PORT = "9464";

    private static final HttpServerLimits LIMITS = HttpServerLimits.DEFAULT
            .withConnections(32)
            .withRequests(32)
            .withIdle(Duration.ofSeconds(10))
            .withRequest(Duration.ofMinutes(1));

    private final HostMetrics metrics;
    private final PrometheusMeterRegistry registry;
    private final List<String> names;
    private final InetAddress bound;
    private final Map<String, HttpHandler> pages = new ConcurrentHashMap<>();
    private final HttpServer http;

    private MetricsServer(
            PrometheusMeterRegistry registry, HostMetrics metrics, InetSocketAddress address, List<String> names)
            throws IOException {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        this.registry = registry;
        this.metrics = metrics;
        bound = address.getAddress();
        try {
            http = HttpServer.start(address, null, this::answer, LIMITS);
        } catch (IOException e) {
            throw new IOException("cannot serve metrics at " + address + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a server part of a host that is being built; it is closed with the host.
     *
     * @param names under which it may be asked for beside its address and localhost
     */
    static MetricsServer install(
            HostBuilder builder, InetSocketAddress address, List<String> names, MetricsLimits limits)
            throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HostMetrics metrics = new HostMetrics(registry, limits);
        MetricsServer server = new MetricsServer(registry, metrics, address, names);
        builder.observer(metrics).with(server);
        return server;
    }

    String url() {
        return http.url();
    }

    @Override
    public void start(Host host) {
        metrics.watch(host);
        PubSubMeters pubsub = host.find(PubSubService.class)
                .map(service -> PubSubMeters.bind(registry, service))
                .orElse(null);
        host.find(HolePuncher.class).ifPresent(puncher -> PunchMeters.bind(registry, puncher));
        pages.put("/metrics", request -> {
            metrics.refresh();
            if (pubsub != null) {
                pubsub.refresh();
            }
            return page("text/plain; version=0.0.4; charset=utf-8", registry.scrape());
        });
        pages.put("/resources", request -> {
            ResourceReport report = host.resourceManager().report();
            return page("text/plain; charset=utf-8", ResourceTree.text(report));
        });
        pages.put("/resources.json", request -> {
            ResourceReport report = host.resourceManager().report();
            return page("application/json", Json.write(ResourceTree.json(report)));
        });
        if (host.resourceManager() instanceof CountingResourceManager counting) {
            String limits = LimitsFile.text(counting.limits());
            pages.put("/limits", request -> page("text/plain; charset=utf-8", limits));
        }
    }

    private static HttpResponse page(String type, String text) {
        return HttpResponse.of(200, Map.of("Content-Type", type), text);
    }

    /**
     * Whether a request names this server as one who was told where it is would. A page of a stranger whose name has
     * been pointed at this machine (DNS rebinding) sends that name.
     */
    private boolean isMeant(HttpRequest request) {
        String host = request.header("Host");
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']');
        String name = (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || names.contains(name)) {
            return true;
        }
        String literal = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        try {
            InetAddress named = InetAddress.ofLiteral(literal);
            return bound.isAnyLocalAddress() || named.equals(bound) || named.isLoopbackAddress();
        } catch (IllegalArgumentException otherName) {
            return false;
        }
    }

    private HttpResponse answer(HttpRequest request) throws IOException {
        HttpHandler page = pages.get(request.path());
        if (!isMeant(request)) {
            return HttpResponse.of(403, Map.of(), "");
        }
        if (page == null) {
            return HttpResponse.of(404, Map.of(), "");
        }
        return request.method().equals("GET") ? page.handle(request) : HttpResponse.of(405, Map.of("Allow", "GET"), "");
    }

    @Override
    public void close() {
        http.close();
        registry.close();
    }
}
