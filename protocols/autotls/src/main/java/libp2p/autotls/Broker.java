package libp2p.autotls;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.auth.PeerIdAuthClient;
import libp2p.http.client.AuthenticatedHttpClient;
import libp2p.http.client.JdkHttpClient;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.toolbox.JSONBuilder;

/** The broker, which sets TXT records for peers that it reaches. One thread. */
final class Broker implements AutoTlsService.Registrar {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY = 429;

    private final Environment environment;
    private final AutoTlsLimits limits;
    private final URI base;
    private final @Nullable SSLContext trust;
    private final PeerIdAuthClient proofs;

    /** @param trust for a broker with a certificate of its own, or null for those that the JDK trusts */
    Broker(Environment environment, AutoTlsLimits limits, URI base, @Nullable SSLContext trust, Identity identity) {
        this.environment = environment;
        this.limits = limits;
        this.base = base;
        this.trust = trust;
        this.proofs = new PeerIdAuthClient(identity, environment);
    }

    /** Asks whether the broker is there, so that no order is begun in vain; blocks. */
    @Override
    public void check() throws AutoTlsException {
        try (HttpClient client = client()) {
            Deadline deadline = Deadline.after(environment, limits.request());
            try (HttpClientResponse response = client.send(HttpRequest.of("GET", "/v1/health", Map.of()), deadline)) {
                if (response.status() != NO_CONTENT) {
                    throw refused(response.status(), response.header("Retry-After"), "it is not well");
                }
            }
        } catch (AutoTlsException e) {
            throw e;
        } catch (IOException e) {
            throw away(e);
        }
    }

    /**
     * Has the broker dial this host and set the record; blocks.
     *
     * @param value of the record
     * @param addresses at which the broker may dial this host
     */
    @Override
    public void publish(String value, List<Multiaddr> addresses) throws AutoTlsException {
        byte[] body = new JSONBuilder()
                .put("value", value)
                .array("addresses", addresses.stream().map(Multiaddr::toString).toList())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        Deadline deadline = Deadline.after(environment, limits.broker());
        try (HttpClient client =
                new AuthenticatedHttpClient(new AffinityCookies(client()), proofs, base.getRawAuthority())) {
            HttpRequest request = HttpRequest.of(
                            "POST", "/v1/_acme-challenge", Map.of("Content-Type", "application/json"))
                    .withBody(body);
            try (HttpClientResponse response = client.send(request, deadline)) {
                if (response.status() != OK) {
                    String said = new String(
                            response.bytes("autotls.answer-bytes", limits.answerBytes()), StandardCharsets.UTF_8);
                    throw refused(response.status(), response.header("Retry-After"), said);
                }
            }
        } catch (AutoTlsException e) {
            throw e;
        } catch (HttpProtocolException e) {
            throw new AutoTlsException(
                    "the broker " + base.getHost() + " does not prove its peer id: " + e.getMessage(),
                    "see whether " + base + " is a broker of AutoTLS",
                    null,
                    e);
        } catch (IOException e) {
            throw away(e);
        }
    }

    private HttpClient client() {
        return new JdkHttpClient(environment, base, trust);
    }

    private AutoTlsException away(IOException e) {
        return new AutoTlsException(
                "the broker " + base.getHost() + " cannot be reached: " + e.getMessage(),
                "see whether this machine reaches " + base,
                null,
                e);
    }

    private AutoTlsException refused(int status, String retryAfter, String said) {
        String message = "the broker " + base.getHost() + " answers " + status + ": " + AutoTlsException.reason(said);
        String cure = switch (status) {
            case BAD_REQUEST ->
                "the broker must reach this host: open its TCP port in firewall and router, and announce no"
                        + " address that is not reachable";
            case FORBIDDEN -> "the broker does not serve this address or peer: ask its owner";
            case TOO_MANY -> "wait: no order is sent before";
            default -> "nothing to do but wait for the broker: it is tried again";
        };
        return new AutoTlsException(message, cure, retryAfter(retryAfter), null);
    }

    /** Seconds or a date (RFC 9110, section 10.2.3); null if it is neither. */
    private @Nullable Duration retryAfter(String text) {
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            Duration left = Duration.between(
                    environment.wallClock(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return left.isNegative() ? null : left;
        } catch (DateTimeException neither) {
            return null;
        }
    }
}
