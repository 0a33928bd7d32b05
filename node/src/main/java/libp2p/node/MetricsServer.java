package libp2p.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.resource.ResourceReport;
import libp2p.metrics.HostMetrics;
import libp2p.metrics.Limits;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.LimitsFile;

/**
 * Serves {@code /metrics}, {@code /resources} and {@code /limits} (text) and {@code /resources.json} over HTTP. Its class is loaded only where
 * metrics are asked for, and Micrometer with it.
 */
final class MetricsServer implements HostService {
    private static final int BACKLOG = 16;

    private final HostMetrics metrics;
    private final PrometheusMeterRegistry registry;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private MetricsServer(PrometheusMeterRegistry registry, HostMetrics metrics, InetSocketAddress address)
            throws IOException {
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

    /** Makes a server part of a host that is being built; it is closed with the host. */
    static MetricsServer install(HostBuilder builder, InetSocketAddress address) throws IOException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HostMetrics metrics = new HostMetrics(registry, Limits.DEFAULT);
        MetricsServer server = new MetricsServer(registry, metrics, address);
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
        http.createContext("/metrics", exchange -> {
            metrics.refresh();
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

    private static void answer(HttpExchange exchange, String path, String type, String text) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
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
