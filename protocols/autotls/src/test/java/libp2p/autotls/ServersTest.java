package libp2p.autotls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.limits.LimitSet;
import libp2p.http.auth.PeerIdAuthServer;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ACME servers and brokers that are hostile, broken or away. */
class ServersTest {
    private static final Environment ENVIRONMENT = SystemEnvironment.shared();
    private static final List<Multiaddr> ADDRESSES = List.of(Multiaddr.parse("/ip4/45.0.0.1/tcp/4001"));

    private final Identity identity = Identity.generate(ENVIRONMENT);
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private URI base;
    private String orderUrl;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.start();
        base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        orderUrl = base + "/order";
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private void serve(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            synchronized (asked) {
                asked.add(exchange.getRequestMethod() + " " + path);
            }
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().add("Replay-Nonce", "bm9uY2U");
                handler.handle(exchange);
            }
        });
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void serveAcme(HttpHandler order) {
        serve(
                "/directory",
                exchange -> answer(
                        exchange,
                        200,
                        "application/json",
                        "{\"newNonce\":\"%1$s/nonce\",\"newAccount\":\"%1$s/account\",\"newOrder\":\"%2$s\"}"
                                .formatted(base, orderUrl)));
        serve("/nonce", exchange -> exchange.sendResponseHeaders(200, -1));
        serve("/account", exchange -> {
            exchange.getResponseHeaders().add("Location", base + "/account/1");
            answer(exchange, 201, "application/json", "{\"status\":\"valid\"}");
        });
        serve("/order", order);
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private AutoTlsException failure(AutoTlsLimits limits) {
        AcmeIssuer issuer = new AcmeIssuer(ENVIRONMENT, limits, base.resolve("/directory"), null);
        return catchThrowableOfType(
                AutoTlsException.class,
                () -> issuer.issue(
                        "*.peer.forge.test",
                        newKeys(),
                        newKeys(),
                        value -> {},
                        Deadline.after(ENVIRONMENT, Duration.ofMinutes(1))));
    }

    private AutoTlsException failure() {
        return failure(AutoTlsLimits.DEFAULT);
    }

    private static AutoTlsLimits impatient() {
        return LimitSet.DEFAULT
                .with("autotls.request", Duration.ofMillis(300))
                .with("autotls.broker", Duration.ofMillis(300))
                .over(AutoTlsLimits.DEFAULT);
    }

    @Test
    void aRateLimitIsToldWithTheTimeOfTheServer() {
        serveAcme(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "7200");
            answer(
                    exchange,
                    429,
                    "application/problem+json",
                    "{\"type\":\"urn:ietf:params:acme:error:rateLimited\",\"detail\":\"too many certificates\"}");
        });
        AutoTlsException failure = failure();
        assertThat(failure).hasMessageContaining("too many certificates");
        assertThat(failure.cure()).startsWith("wait");
        assertThat(failure.retryAfter()).isBetween(Duration.ofMinutes(110), Duration.ofMinutes(130));
    }

    @Test
    void anAnswerThatIsTooLongIsNotRead() {
        serveAcme(exchange -> answer(exchange, 201, "application/json", " ".repeat(300 << 10)));
        assertThat(failure()).hasMessageContaining("body exceeds capacity: 262144");
    }

    @Test
    void anAnswerWithoutEndEndsInTime() {
        serveAcme(exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            awaitOver();
        });
        assertThat(failure(impatient())).hasMessageContaining("was not whole in time");
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theUsualPortMayBeNamedOrNot() throws Exception {
        assertThat(AcmeConnection.isAt(
                        URI.create("https://acme.example/directory"),
                        URI.create("https://acme.example:443/order").toURL()))
                .isTrue();
        assertThat(AcmeConnection.isAt(
                        URI.create("https://acme.example:443/directory"),
                        URI.create("https://acme.example:8443/order").toURL()))
                .isFalse();
    }

    @Test
    void urlsOfAnotherServerAreNotAsked() {
        serveAcme(exchange -> {});
        orderUrl = "http://127.0.0.1:1/order";
        assertThat(failure()).hasMessageContaining("leads to another one");
        orderUrl = base.toString().replace("127.0.0.1", "localhost") + "/order";
        assertThat(failure()).hasMessageContaining("leads to another one");
    }

    @Test
    void compressedAnswersAreRefused() {
        serveAcme(exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            answer(exchange, 201, "application/json", "bomb");
        });
        assertThat(failure()).hasStackTraceContaining("encoding that was not asked for");
    }

    @Test
    void whatIsNoAcmeServerIsToldSo() {
        serve("/directory", exchange -> answer(exchange, 200, "text/html", "<html>"));
        assertThat(failure()).hasMessageContaining("does not speak ACME");
    }

    @Test
    void aMalformedOrderIsToldSo() {
        serveAcme(exchange -> {
            exchange.getResponseHeaders().add("Location", base + "/order/1");
            answer(exchange, 201, "application/json", "{\"status\":\"pending\",\"authorizations\":[7]}");
        });
        assertThat(failure()).hasMessageContaining("does not speak ACME");
    }

    /** A document of as many levels as fit into the bound of an answer. */
    private static String nested(String before, String after) {
        int levels = (200 << 10) / 2;
        return before + "[".repeat(levels) + "]".repeat(levels) + after;
    }

    @Test
    void problemsOfManyLevelsFailTheOrderAlone() {
        serveAcme(exchange -> answer(
                exchange,
                403,
                "application/problem+json",
                nested("{\"type\":\"urn:ietf:params:acme:error:rateLimited\",\"more\":", "}")));
        assertThat(failure()).hasMessageContaining("has a limit of certificates");
        serveAcmeOrders(nested("{\"status\":\"invalid\",\"error\":{\"type\":\"x\",\"more\":", "}}"));
        assertThat(failure()).hasMessageContaining("refuses the order");
    }

    private void serveAcmeOrders(String order) {
        server.removeContext("/order");
        serve("/order", exchange -> {
            exchange.getResponseHeaders().add("Location", base + "/order/1");
            answer(
                    exchange,
                    201,
                    "application/json",
                    exchange.getRequestURI().getPath().endsWith("/1")
                            ? order
                            : "{\"status\":\"pending\",\"authorizations\":[\"%s/authorization\"]}".formatted(base));
        });
        serve("/authorization", exchange -> answer(exchange, 200, "application/json", "{\"status\":\"valid\"}"));
    }

    @Test
    void anOrderThatIsNeverReadyEndsInTime() {
        serveAcme(exchange -> {
            exchange.getResponseHeaders().add("Location", base + "/order/1");
            answer(
                    exchange,
                    201,
                    "application/json",
                    "{\"status\":\"pending\",\"authorizations\":[\"%s/authorization\"]}".formatted(base));
        });
        serve("/authorization", exchange -> answer(exchange, 200, "application/json", "{\"status\":\"valid\"}"));
        AutoTlsLimits limits =
                LimitSet.DEFAULT.with("autotls.poll", Duration.ofMillis(1)).over(AutoTlsLimits.DEFAULT);
        AcmeIssuer issuer = new AcmeIssuer(ENVIRONMENT, limits, base.resolve("/directory"), null);
        AutoTlsException failure = catchThrowableOfType(
                AutoTlsException.class,
                () -> issuer.issue(
                        "*.peer.forge.test",
                        newKeys(),
                        newKeys(),
                        value -> {},
                        Deadline.after(ENVIRONMENT, Duration.ofMillis(300))));
        assertThat(failure).hasMessageContaining("not done in time");
    }

    @Test
    void anAcmeServerThatIsAwayIsToldWithItsUrl() {
        server.stop(0);
        AutoTlsException failure = failure();
        assertThat(failure).hasMessageContaining("no answer of the ACME server 127.0.0.1");
        assertThat(failure.cure()).contains(base.toString());
    }

    private Broker broker() {
        return new Broker(ENVIRONMENT, AutoTlsLimits.DEFAULT, base, null, identity);
    }

    private void serveBroker(HttpHandler proved) {
        PeerIdAuthServer proofs =
                new PeerIdAuthServer(Identity.generate(ENVIRONMENT), ENVIRONMENT, Duration.ofHours(1));
        serve("/v1/_acme-challenge", exchange -> {
            PeerIdAuthServer.Outcome outcome =
                    proofs.check(exchange.getRequestHeaders().getFirst("Authorization"), base.getRawAuthority());
            switch (outcome) {
                case PeerIdAuthServer.Unauthenticated unknown -> {
                    exchange.getResponseHeaders().add("Set-Cookie", "lb=machine-1; Path=/; HttpOnly");
                    exchange.getResponseHeaders().add("WWW-Authenticate", unknown.challenge());
                    exchange.sendResponseHeaders(401, -1);
                }
                case PeerIdAuthServer.Authenticated known -> {
                    assertThat(known.peer()).isEqualTo(identity.peerId());
                    if (known.info() != null) {
                        exchange.getResponseHeaders().add("Authentication-Info", known.info());
                    }
                    proved.handle(exchange);
                }
            }
        });
    }

    private AutoTlsException refusal(int status, String... header) {
        serveBroker(exchange -> {
            if (header.length > 0) {
                exchange.getResponseHeaders().add(header[0], header[1]);
            }
            answer(exchange, status, "text/plain", "why\u001b[31m");
        });
        return catchThrowableOfType(AutoTlsException.class, () -> broker().publish("value", ADDRESSES));
    }

    @Test
    void theBrokerIsToldValueAndAddressesOnceTheCookieOfItsBalancerIsReturned() throws IOException {
        List<String> cookies = new ArrayList<>();
        serveBroker(exchange -> {
            cookies.add(exchange.getRequestHeaders().getFirst("Cookie"));
            exchange.sendResponseHeaders(200, -1);
        });
        broker().publish("value", ADDRESSES);
        assertThat(cookies).containsExactly("lb=machine-1");
    }

    @Test
    void aBrokerThatCannotReachThisHostIsToldWithTheFirewall() {
        AutoTlsException failure = refusal(400);
        assertThat(failure).hasMessageContaining("400").hasMessageNotContaining("\u001b");
        assertThat(failure.cure()).contains("firewall");
    }

    @Test
    void aBrokerThatDeniesIsToldWithItsOwner() {
        assertThat(refusal(403).cure()).contains("owner");
    }

    @Test
    void aBrokerThatIsBusyGetsItsPauseInSeconds() {
        assertThat(refusal(429, "Retry-After", "90").retryAfter()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aBrokerThatIsBusyGetsItsPauseUntilADate() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ENVIRONMENT.wallClock().plusSeconds(7200).atZone(ZoneOffset.UTC));
        assertThat(refusal(503, "Retry-After", date).retryAfter())
                .isBetween(Duration.ofMinutes(100), Duration.ofMinutes(121));
    }

    @Test
    void aServerThatDoesNotProveItsPeerIdIsNotTold() {
        serve("/v1/_acme-challenge", exchange -> exchange.sendResponseHeaders(200, -1));
        AutoTlsException failure =
                catchThrowableOfType(AutoTlsException.class, () -> broker().publish("value", ADDRESSES));
        assertThat(failure).hasMessageContaining("does not prove its peer id");
    }

    @Test
    void aBrokerThatIsNotWellGetsNoOrder() throws IOException {
        serve("/v1/health", exchange -> exchange.sendResponseHeaders(asked.size() == 1 ? 503 : 204, -1));
        AutoTlsException failure = catchThrowableOfType(AutoTlsException.class, () -> broker().check());
        assertThat(failure).hasMessageContaining("503");
        broker().check();
    }

    @Test
    void aBrokerThatIsAwayIsToldWithItsUrl() {
        server.stop(0);
        AutoTlsException failure = catchThrowableOfType(AutoTlsException.class, () -> broker().check());
        assertThat(failure).hasMessageContaining("cannot be reached");
        assertThat(failure.cure()).contains(base.toString());
    }
}
