package libp2p.http.client;

import java.io.IOException;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.auth.PeerIdAuthClient;
import org.jspecify.annotations.Nullable;

/**
 * Calls a server that asks for peer ids
 * (<a href="https://github.com/libp2p/specs/blob/master/http/peer-id-auth.md">specification</a>): proves that of this
 * peer and has the server prove its own, once for each token. The body of a request goes to a server that has proven
 * its id, and to no other. Thread-safe.
 */
public final class AuthenticatedHttpClient implements HttpClient {
    private final HttpClient client;
    private final PeerIdAuthClient proofs;
    private final String hostname;
    private volatile @Nullable PeerId server;

    /**
     * A client that authenticates.
     *
     * @param client of the server; closed with this one
     * @param hostname of the server, as it stands in the Host field
     */
    public AuthenticatedHttpClient(HttpClient client, PeerIdAuthClient proofs, String hostname) {
        this.client = client;
        this.proofs = proofs;
        this.hostname = hostname;
    }

    @Override
    public String name() {
        return client.name();
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        byte[] body = request.body().readAllBytes();
        PeerIdAuthClient.Handshake handshake = proofs.begin(hostname);
        while (true) {
            HttpClientResponse response = client.send(
                    request.withHeaders(request.headers().with("Authorization", handshake.authorization()))
                            .withBody(handshake.mayCarryData() ? body : new byte[0]),
                    deadline);
            boolean taken = false;
            try {
                if (!handshake.received(
                        response.status(),
                        response.header("WWW-Authenticate"),
                        response.header("Authentication-Info"))) {
                    server = handshake.server();
                    taken = true;
                    return response;
                }
            } finally {
                if (!taken) {
                    response.close();
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
        client.close();
    }
}
