package libp2p.gateway;

import java.io.IOException;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpHandler;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.auth.PeerIdAuthServer;

/**
 * Asks clients for their peer ids, and proves that of this peer. A proof holds for the host that it
 * was made for, and only hosts that this server goes by are taken, so that no host passes a proof on to it.
 * Thread-safe.
 */
public final class PeerIdAuthHandler implements HttpHandler {
    private final PeerIdAuthServer server;
    private final Predicate<String> hosts;
    private final HttpHandler known;

    /**
     * A handler before another.
     *
     * @param hosts which values of the Host field stand for this server
     * @param known answers clients that have proven their ids, which it finds in
     *     {@link libp2p.http.RequestContext#peer}
     */
    public PeerIdAuthHandler(PeerIdAuthServer server, Predicate<String> hosts, HttpHandler known) {
        this.server = server;
        this.hosts = hosts;
        this.known = known;
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
        String host = request.header("host");
        if (!hosts.test(host)) {
            return HttpResponse.text(400, "this server does not go by that host");
        }
        try {
            String authorization = request.header("authorization");
            return switch (server.check(authorization.isEmpty() ? null : authorization, host)) {
                case PeerIdAuthServer.Unauthenticated(String challenge) ->
                    HttpResponse.text(401, "prove your peer id")
                            .with("WWW-Authenticate", challenge)
                            .with("Cache-Control", "no-store");
                case PeerIdAuthServer.Authenticated(PeerId peer, String info) -> {
                    HttpResponse answer = known.handle(
                                    request.withContext(request.context().withPeer(peer)))
                            .with("Cache-Control", "no-store");
                    yield info == null ? answer : answer.with("Authentication-Info", info);
                }
            };
        } catch (HttpProtocolException e) {
            return HttpResponse.text(e.status(), String.valueOf(e.getMessage()));
        }
    }
}
