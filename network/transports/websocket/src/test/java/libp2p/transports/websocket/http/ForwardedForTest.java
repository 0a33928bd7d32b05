package libp2p.transports.websocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.Predicate;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpHeaders.Field;
import libp2p.http.HttpProtocolException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForwardedForTest {
    private static final Predicate<InetAddress> TRUSTED =
            address -> address.getHostAddress().startsWith("10.");

    private static @Nullable String client(String proxy, String... lines) throws HttpProtocolException {
        HttpHeaders headers = new HttpHeaders(Arrays.stream(lines)
                .map(line -> new Field("x-forwarded-for", line))
                .toList());
        InetAddress client = ForwardedFor.client(InetAddress.ofLiteral(proxy), headers, TRUSTED);
        return client == null ? null : client.getHostAddress();
    }

    @Test
    void theNearestProxyTellsTheAddress() throws HttpProtocolException {
        assertThat(client("10.0.0.1", "203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("10.0.0.1", "2001:db8::7")).isEqualTo("2001:db8:0:0:0:0:0:7");
    }

    @Test
    void whatTheClientHasInventedIsPassedOver() throws HttpProtocolException {
        assertThat(client("10.0.0.1", "198.51.100.1, 203.0.113.7")).isEqualTo("203.0.113.7");
        assertThat(client("10.0.0.1", "no address, 10.0.0.5", "203.0.113.7")).isEqualTo("203.0.113.7");
    }

    @Test
    void proxiesBehindEachOtherArePassed() throws HttpProtocolException {
        assertThat(client("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "10.0.0.3"))
                .isEqualTo("203.0.113.7");
        assertThat(client("10.0.0.1", "10.0.0.9")).isEqualTo("10.0.0.9");
    }

    @Test
    void strangersAndSilentProxiesTellNothing() throws HttpProtocolException {
        assertThat(client("203.0.113.1", "203.0.113.7")).isNull();
        assertThat(client("10.0.0.1")).isNull();
        assertThat(client("10.0.0.1", " ")).isNull();
    }

    @Test
    void somethingElseThanAnAddressIsRefused() {
        for (String line : new String[] {"unknown", "203.0.113.7,", "203.0.113.7:4001", "localhost", "_hidden"}) {
            assertThatThrownBy(() -> client("10.0.0.1", line))
                    .as(line)
                    .isInstanceOf(HttpProtocolException.class)
                    .hasMessageContaining("X-Forwarded-For");
        }
    }
}
