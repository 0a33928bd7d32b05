package libp2p.node.content;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.routing.ValueStore;
import libp2p.exchange.gateway.Gateway;
import libp2p.exchange.gateway.HttpHandler;
import libp2p.exchange.gateway.RecordNames;
import libp2p.gateway.HttpServer;
import libp2p.gateway.Limits;

/** The gateway of a node. */
final class GatewayServer implements AutoCloseable {
    private static final Duration LOOKUP = Duration.ofSeconds(30);

    private final HttpServer http;

    GatewayServer(Host host, InetSocketAddress address, GatewayOptions options, BlockStore store) throws IOException {
        Environment environment = host.environment();
        Gateway gateway = new Gateway(
                store,
                libp2p.exchange.gateway.GatewayOptions.DEFAULT
                        .withTrustlessOnly(options.isTrustless())
                        .withDomains(options.domains())
                        .withNames(new RecordNames(environment, name -> {
                            Optional<ValueStore> values = host.find(ValueStore.class);
                            return values.isEmpty()
                                    ? null
                                    : values.get().getValue(name.routingKey(), Deadline.after(environment, LOOKUP));
                        })));
        List<HttpHandler> handlers = new ArrayList<>();
        handlers.add((request, body) -> gateway.handle(request));
        try {
            http = HttpServer.start(address, options.tls(environment), HttpHandler.firstOf(handlers), Limits.DEFAULT);
        } catch (IOException e) {
            throw new IOException("the gateway cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    String url() {
        return http.url();
    }

    @Override
    public void close() {
        http.close();
    }
}
