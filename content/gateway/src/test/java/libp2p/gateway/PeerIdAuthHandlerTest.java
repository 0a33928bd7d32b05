package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.Identity;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.auth.PeerIdAuthClient;
import libp2p.http.auth.PeerIdAuthServer;
import libp2p.http.client.AuthenticatedHttpClient;
import libp2p.http.testing.DirectHttpClient;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Clients that prove their peer ids to a gateway, and servers that lie. */
class PeerIdAuthHandlerTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    private final Identity server = Identity.generate(ENVIRONMENT);
    private final Identity client = Identity.generate(ENVIRONMENT);
    private final List<String> bodies = new ArrayList<>();
    private final HttpHandler handler = new PeerIdAuthHandler(
            new PeerIdAuthServer(server, ENVIRONMENT, Duration.ofHours(1)),
            host -> host.equals("example.org:8080"),
            request -> {
                String text = new String(request.body().readAllBytes(), StandardCharsets.UTF_8);
                return HttpResponse.of(
                        200,
                        Map.of("Content-Type", "text/plain"),
                        request.context().peer() + " " + text);
            });

    /** Adds the Host field that clients send, and notes what the server is shown. */
    private HttpHandler seen(String host, HttpHandler inner) {
        return request -> {
            byte[] bytes = request.body().readAllBytes();
            bodies.add(new String(bytes, StandardCharsets.UTF_8));
            return inner.handle(
                    request.withHeaders(request.headers().with("Host", host)).withBody(bytes));
        };
    }

    private AuthenticatedHttpClient caller(HttpHandler inner) {
        return new AuthenticatedHttpClient(
                new DirectHttpClient("server", inner), new PeerIdAuthClient(client, ENVIRONMENT), "example.org:8080");
    }

    private static String post(AuthenticatedHttpClient caller) throws IOException {
        try (HttpClientResponse reply = caller.send(
                HttpRequest.of("POST", "/auth/x", Map.of()).withBody("secret".getBytes(StandardCharsets.UTF_8)),
                Deadline.NONE)) {
            return reply.status() + " " + new String(reply.bytes("answer", 1000), StandardCharsets.UTF_8);
        }
    }

    @Test
    void bothSidesLearnWhoTheOtherIsAndTheTokenServesTheNextTime() throws IOException {
        AuthenticatedHttpClient caller = caller(seen("example.org:8080", handler));
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
        AuthenticatedHttpClient relayed = caller(seen("evil.example", handler));
        assertThatThrownBy(() -> post(relayed)).isInstanceOf(IOException.class);
        assertThat(bodies).doesNotContain("secret");
    }

    /** The server in the middle passes everything on, to a server that takes every name. */
    @Test
    void aProofThatIsPassedOnIsRefused() {
        HttpHandler open = new PeerIdAuthHandler(
                new PeerIdAuthServer(server, ENVIRONMENT, Duration.ofHours(1)),
                host -> true,
                request -> HttpResponse.of(200, Map.of(), "in"));
        AuthenticatedHttpClient caller = caller(seen("victim.example", open));
        assertThatThrownBy(() -> post(caller)).isInstanceOf(HttpProtocolException.class);
        assertThat(bodies).doesNotContain("secret");
    }

    @Test
    void aServerThatProvesNothingGetsNoBody() {
        for (int status : new int[] {200, 401, 403}) {
            HttpHandler silent = request -> HttpResponse.of(status, Map.of(), "welcome");
            assertThatThrownBy(() -> post(caller(seen("example.org:8080", silent))))
                    .isInstanceOf(HttpProtocolException.class);
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
            HttpResponse response = handler.handle(
                    HttpRequest.of("GET", "/auth", Map.of("Host", "example.org:8080", "Authorization", field)));
            assertThat(response).isNotNull();
            assertThat(response.status()).as(field).isIn(400, 401);
        }
    }
}
