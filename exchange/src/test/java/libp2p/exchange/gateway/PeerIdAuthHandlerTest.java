package libp2p.exchange.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.identity.Identity;
import libp2p.exchange.http.AuthenticatedCaller;
import libp2p.exchange.http.DirectCaller;
import libp2p.exchange.http.HttpReply;
import libp2p.http.HttpException;
import libp2p.http.auth.PeerIdAuthClient;
import libp2p.http.auth.PeerIdAuthServer;
import org.junit.jupiter.api.Test;

/** Clients that prove their peer ids to a gateway, and servers that lie. */
class PeerIdAuthHandlerTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    private final Identity server = Identity.generate(ENVIRONMENT);
    private final Identity client = Identity.generate(ENVIRONMENT);
    private final List<String> bodies = new ArrayList<>();
    private final HttpHandler handler = new PeerIdAuthHandler(
            new PeerIdAuthServer(server, ENVIRONMENT, Duration.ofHours(1)),
            "/auth",
            host -> host.equals("example.org:8080"),
            (peer, request, body) -> {
                String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                return GatewayResponse.of(200, Map.of("Content-Type", "text/plain"), peer + " " + text);
            });

    /** Adds the Host field that clients send, and notes what the server is shown. */
    private HttpHandler seen(String host, HttpHandler inner) {
        return (request, body) -> {
            byte[] bytes = body.readAllBytes();
            bodies.add(new String(bytes, StandardCharsets.UTF_8));
            Map<String, String> headers = new java.util.HashMap<>(request.headers());
            headers.put("host", host);
            return inner.handle(
                    new GatewayRequest(request.method(), request.path(), request.query(), headers),
                    new java.io.ByteArrayInputStream(bytes));
        };
    }

    private AuthenticatedCaller caller(HttpHandler inner) {
        return new AuthenticatedCaller(
                new DirectCaller("server", inner), new PeerIdAuthClient(client, ENVIRONMENT), "example.org:8080");
    }

    private static String post(AuthenticatedCaller caller) throws IOException {
        try (HttpReply reply =
                caller.call("POST", "/auth/x", Map.of(), "secret".getBytes(StandardCharsets.UTF_8), Deadline.NONE)) {
            return reply.status() + " " + new String(reply.bytes("answer", 1000), StandardCharsets.UTF_8);
        }
    }

    @Test
    void bothSidesLearnWhoTheOtherIsAndTheTokenServesTheNextTime() throws IOException {
        AuthenticatedCaller caller = caller(seen("example.org:8080", handler));
        assertThat(post(caller)).isEqualTo("200 " + client.peerId() + " secret");
        assertThat(caller.server()).isEqualTo(server.peerId());
        assertThat(bodies)
                .as("the body goes to a server that has proven its id")
                .containsExactly("", "secret");
        assertThat(post(caller)).isEqualTo("200 " + client.peerId() + " secret");
        assertThat(bodies).hasSize(3);
    }

    @Test
    void aServerDoesNotTakeProofsForOtherHosts() {
        AuthenticatedCaller relayed = caller(seen("evil.example", handler));
        assertThatThrownBy(() -> post(relayed)).isInstanceOf(IOException.class);
        assertThat(bodies).doesNotContain("secret");
    }

    /** The server in the middle passes everything on, to a server that takes every name. */
    @Test
    void aProofThatIsPassedOnIsRefused() {
        HttpHandler open = new PeerIdAuthHandler(
                new PeerIdAuthServer(server, ENVIRONMENT, Duration.ofHours(1)),
                "/auth",
                host -> true,
                (peer, request, body) -> GatewayResponse.of(200, Map.of(), "in"));
        AuthenticatedCaller caller = caller(seen("victim.example", open));
        assertThatThrownBy(() -> post(caller)).isInstanceOf(HttpException.class);
        assertThat(bodies).doesNotContain("secret");
    }

    @Test
    void aServerThatProvesNothingGetsNoBody() {
        for (int status : new int[] {200, 401, 403}) {
            HttpHandler silent = (request, body) -> GatewayResponse.of(status, Map.of(), "welcome");
            assertThatThrownBy(() -> post(caller(seen("example.org:8080", silent))))
                    .isInstanceOf(HttpException.class);
        }
        assertThat(bodies).doesNotContain("secret");
    }

    @Test
    void fieldsThatAreMalformedAreAnswered() throws IOException {
        for (String field : List.of(
                "libp2p-PeerID bearer=\"AAAA\"",
                "libp2p-PeerID bearer=\"!!\"",
                "libp2p-PeerID sig=\"AAAA\", opaque=\"" + "A".repeat(60) + "\"",
                "libp2p-PeerID public-key=\"AAAA\", challenge-server=\"x\"",
                "libp2p-PeerID bearer=" + "A".repeat(9000),
                "Basic dXNlcjpwYXNz")) {
            GatewayResponse response = handler.handle(
                    GatewayRequest.of("GET", "/auth", null, Map.of("Host", "example.org:8080", "Authorization", field)),
                    InputStream.nullInputStream());
            assertThat(response).isNotNull();
            assertThat(response.status()).as(field).isIn(400, 401);
        }
    }

    @Test
    void otherPathsAreForOthers() throws IOException {
        for (String path : List.of("/", "/authors", "/ipfs/x", "/a/auth")) {
            assertThat(handler.handle(
                            GatewayRequest.of("GET", path, null, Map.of("Host", "example.org:8080")),
                            InputStream.nullInputStream()))
                    .isNull();
        }
    }
}
