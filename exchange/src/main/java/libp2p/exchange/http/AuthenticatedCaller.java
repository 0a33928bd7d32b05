package libp2p.exchange.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.http.auth.PeerIdAuthClient;
import org.jspecify.annotations.Nullable;

/**
 * Calls a server that asks for peer ids
 * (<a href="https://github.com/libp2p/specs/blob/master/http/peer-id-auth.md">specification</a>): proves that of this
 * peer and has the server prove its own, once for each token. The body of a request goes to a server that has proven
 * its id, and to no other. Thread-safe.
 */
public final class AuthenticatedCaller implements HttpCaller {
    private final HttpCaller caller;
    private final PeerIdAuthClient client;
    private final String hostname;
    private volatile @Nullable PeerId server;

    /**
     * A caller that authenticates.
     *
     * @param caller of the server; closed with this one
     * @param hostname of the server, as it stands in the Host field
     */
    public AuthenticatedCaller(HttpCaller caller, PeerIdAuthClient client, String hostname) {
        this.caller = caller;
        this.client = client;
        this.hostname = hostname;
    }

    @Override
    public String name() {
        return caller.name();
    }

    @Override
    public HttpReply call(
            String method, String target, Map<String, String> headers, byte @Nullable [] body, Deadline deadline)
            throws IOException {
        PeerIdAuthClient.Handshake handshake = client.begin(hostname);
        while (true) {
            Map<String, String> all = new HashMap<>(headers);
            all.put("Authorization", handshake.authorization());
            boolean carried = body == null || handshake.mayCarryData();
            HttpReply reply = caller.call(method, target, all, carried ? body : null, deadline);
            boolean taken = false;
            try {
                if (!handshake.received(
                        reply.status(), reply.header("www-authenticate"), reply.header("authentication-info"))) {
                    server = handshake.server();
                    taken = true;
                    return reply;
                }
            } finally {
                if (!taken) {
                    reply.close();
                }
            }
        }
    }

    /** The identity that the server has proven last; null before the first answer. */
    public @Nullable PeerId server() {
        return server;
    }

    @Override
    public void close() {
        caller.close();
    }
}
