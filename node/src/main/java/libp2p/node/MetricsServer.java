package libp2p.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.resource.ResourceReport;
import libp2p.metrics.HostMetrics;
import libp2p.metrics.MetricsLimits;
import libp2p.nat.dcutr.HolePuncher;
import libp2p.node.host.Json;
import libp2p.node.nat.PunchMeters;
import libp2p.node.pubsub.PubSubMeters;
import libp2p.pubsub.PubSubService;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.LimitsFile;

/**
 * Serves {@code /metrics}, {@code /resources} and {@code /limits} (text) and {@code /resources.json} over HTTP. Its
 * class is loaded only where metrics are asked for, and Micrometer with it.
 */
final class MetricsServer implements HostService {
    private static final int BACKLOG = 16;

    private final HostMetrics metrics;
    private final PrometheusMeterRegistry registry;
    private final HttpServer http;
    private final List<String> names;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private MetricsServer(
            PrometheusMeterRegistry registry, HostMetrics metrics, InetSocketAddress address, List<String> names)
            throws IOException {
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
        this.registry = registry;
        this.metrics = metrics;
        bound("jdk.httpserver.maxConnections", "32");
        bound("sun.net.httpserver.maxReqTime", "10"); // seconds
        bound("sun.net.httpserver.maxRspTime", "60");
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException("cannot serve metrics at " + address + ": " + e.getMessage(), e);
        }
        http.setExecutor(threads);
    }

    private static void bound(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Makes a server part of a host that is being built; it is closed with the host.
     *
     * @param names under which it may be asked for beside its address and localhost
     */
    static MetricsServer install(HostBuilder builder, InetSocketAddress address, List<String> names)
            throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HostMetrics metrics = new HostMetrics(registry, MetricsLimits.DEFAULT);
        MetricsServer server = new MetricsServer(registry, metrics, address, names);
        builder.observer(metrics).service(server);
        return server;
    }

    String url() {
        InetSocketAddress address = http.getAddress();
        String host = address.getAddress().getHostAddress();
        return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    @Override
    public void start(Host host) {
        metrics.watch(host);
        PubSubMeters pubsub = host.find(PubSubService.class)
                .map(service -> PubSubMeters.bind(registry, service))
                .orElse(null);
        host.find(HolePuncher.class).ifPresent(puncher -> PunchMeters.bind(registry, puncher));
        http.createContext("/metrics", exchange -> {
            metrics.refresh();
            if (pubsub != null) {
                pubsub.refresh();
            }
            answer(exchange, "/metrics", "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
        });
        http.createContext("/resources", exchange -> {
            ResourceReport report = host.resourceManager().report();
            answer(exchange, "/resources", "text/plain; charset=utf-8", ResourceTree.text(report));
        });
        http.createContext("/resources.json", exchange -> {
            ResourceReport report = host.resourceManager().report();
            answer(exchange, "/resources.json", "application/json", Json.write(ResourceTree.json(report)));
        });
        if (host.resourceManager() instanceof CountingResourceManager counting) {
            String limits = LimitsFile.text(counting.limits());
            http.createContext("/limits", exchange -> answer(exchange, "/limits", "text/plain; charset=utf-8", limits));
        }
        http.start();
    }

    /**
     * Whether a request names this server as one who was told where it is would. A page of a stranger whose name has
     * been pointed at this machine (DNS rebinding) sends that name.
     */
    private boolean isMeant(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (host == null) {
            return false;
        }
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']');
        String name = (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || names.contains(name)) {
            return true;
        }
        String literal = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        try {
            InetAddress bound = http.getAddress().getAddress();
            InetAddress named = InetAddress.ofLiteral(literal);
            return bound.isAnyLocalAddress() || named.equals(bound) || named.isLoopbackAddress();
        } catch (IllegalArgumentException otherName) {
            return false;
        }
    }

    private void answer(HttpExchange exchange, String path, String type, String text) throws IOException {
        try (exchange) {
            if (!isMeant(exchange)) {
                exchange.sendResponseHeaders(403, -1);
            } else if (!exchange.getRequestURI().getPath().equals(path)) {
                exchange.sendResponseHeaders(404, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
            } else {
                byte[] body = text.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
        registry.close();
    }
}
