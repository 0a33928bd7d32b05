package libp2p.node.content;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.exchange.gateway.Gateway;
import libp2p.exchange.gateway.GatewayRequest;
import libp2p.exchange.gateway.GatewayResponse;
import libp2p.ipld.traversal.Budget;

/** The gateway over HTTP/1.1: at most {@value #REQUESTS} requests at a time, further ones are told to come again. */
final class GatewayServer implements AutoCloseable {
    private static final int REQUESTS = 256;
    private static final int BACKLOG = 256;

    private final HttpServer http;
    private final Gateway gateway;
    private final Semaphore free = new Semaphore(REQUESTS);

    GatewayServer(Environment environment, InetSocketAddress address, BlockStore store) throws IOException {
        gateway = new Gateway(store, Budget.STRANGER, false);
        try {
            http = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException("the gateway cannot listen on " + address + ": " + e.getMessage(), e);
        }
        http.setExecutor(task -> environment.start("gateway", task));
        http.createContext("/", this::serve);
        http.start();
    }

    String url() {
        InetSocketAddress bound = http.getAddress();
        return "http://" + bound.getAddress().getHostAddress() + ":" + bound.getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!free.tryAcquire()) {
                exchange.getResponseHeaders().set("Retry-After", "60");
                exchange.getResponseHeaders().set("Cache-Control", "no-store");
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            try {
                answer(exchange);
            } finally {
                free.release();
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
        GatewayRequest request;
        try {
            request = GatewayRequest.of(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    exchange.getRequestURI().getRawQuery(),
                    headers);
        } catch (IllegalArgumentException e) {
            exchange.sendResponseHeaders(400, -1);
            return;
        }
        GatewayResponse response = gateway.handle(request);
        response.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean without = request.method().equals("HEAD") || response.status() == 304 || response.length() == 0;
        if (without) {
            if (request.method().equals("HEAD") && response.length() > 0) {
                exchange.getResponseHeaders().set("Content-Length", Long.toString(response.length()));
            }
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), response.length() < 0 ? 0 : response.length());
        OutputStream out = exchange.getResponseBody();
        response.body().writeTo(out); // what fails here ends the connection before the last chunk
        out.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
