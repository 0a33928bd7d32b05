package libp2p.exchange.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpException;
import libp2p.http.auth.PeerIdAuthServer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the clients of some paths for their peer ids, and proves that of this peer. A proof holds for the host that it
 * was made for, and only hosts that this server goes by are taken, so that nobody passes a proof on to it. Thread-safe.
 */
public final class PeerIdAuthHandler implements HttpHandler {
    /** Answers a client that is known. */
    @FunctionalInterface
    public interface Known {
        /** The answer to a request of a peer; may block. */
        GatewayResponse handle(PeerId client, GatewayRequest request, InputStream body) throws IOException;
    }

    private final PeerIdAuthServer server;
    private final String path;
    private final Predicate<String> hosts;
    private final Known known;

    /**
     * A handler of one path and all below it.
     *
     * @param path without a slash at its end
     * @param hosts which values of the Host field stand for this server
     * @param known answers
     */
    public PeerIdAuthHandler(PeerIdAuthServer server, String path, Predicate<String> hosts, Known known) {
        this.server = server;
        this.path = path;
        this.hosts = hosts;
        this.known = known;
    }

    @Override
    public @Nullable GatewayResponse handle(GatewayRequest request, InputStream body) throws IOException {
        if (!request.path().equals(path) && !request.path().startsWith(path + "/")) {
            return null;
        }
        String host = request.header("host");
        if (!hosts.test(host)) {
            return GatewayResponse.text(400, new LinkedHashMap<>(), "this server does not go by that host");
        }
        try {
            String authorization = request.header("authorization");
            return switch (server.check(authorization.isEmpty() ? null : authorization, host)) {
                case PeerIdAuthServer.Unauthenticated(String challenge) ->
                    GatewayResponse.text(
                            401,
                            new LinkedHashMap<>(Map.of("WWW-Authenticate", challenge, "Cache-Control", "no-store")),
                            "prove your peer id");
                case PeerIdAuthServer.Authenticated(PeerId peer, String info) -> {
                    GatewayResponse answer = known.handle(peer, request, body);
                    Map<String, String> headers = new LinkedHashMap<>(answer.headers());
                    headers.put("Cache-Control", "no-store");
                    if (info != null) {
                        headers.put("Authentication-Info", info);
                    }
                    yield new GatewayResponse(answer.status(), headers, answer.length(), answer.body());
                }
            };
        } catch (HttpException e) {
            return GatewayResponse.text(e.status(), new LinkedHashMap<>(), String.valueOf(e.getMessage()));
        }
    }
}
