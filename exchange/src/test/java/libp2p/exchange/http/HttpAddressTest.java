package libp2p.exchange.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Network;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP servers that strangers name: nobody has this host call what only it can reach. */
class HttpAddressTest {
    private static final Map<String, List<String>> NAMES = Map.of(
            "public.example", List.of("93.184.216.34", "2606:2800:220:1::1"),
            "private.example", List.of("192.168.1.1"),
            "loopback.example", List.of("127.0.0.1"),
            "mixed.example", List.of("93.184.216.34", "10.0.0.1"),
            "metadata.example", List.of("169.254.169.254"),
            "local6.example", List.of("fd00::1"),
            "mapped.example", List.of("::1"));

    /** The system, with names of its own. */
    private static final class Named extends ForwardingEnvironment {
        private final List<String> asked = new ArrayList<>();

        Named() {
            super(SystemEnvironment.shared());
        }

        @Override
        public Network network() {
            return (Network) Proxy.newProxyInstance(
                    Network.class.getClassLoader(), new Class<?>[] {Network.class}, (proxy, method, arguments) -> {
                        if (!method.getName().equals("resolve")) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        asked.add((String) arguments[0]);
                        return look((String) arguments[0]);
                    });
        }

        private static List<InetAddress> look(String name) throws UnknownHostException {
            List<String> literals = NAMES.get(name);
            if (literals == null) {
                throw new UnknownHostException(name);
            }
            return literals.stream().map(InetAddress::ofLiteral).toList();
        }
    }

    private final Named names = new Named();

    @ParameterizedTest
    @CsvSource({
        "/dns4/example.net/tcp/443/tls/http, https://example.net:443",
        "/ip4/93.184.216.34/tcp/8080/https, https://93.184.216.34:8080",
        "/dns/example.net/tcp/443/https/http-path/a%2Fb, https://example.net:443/a/b",
    })
    void serversThatStrangersNameHaveTlsAndPublicAddresses(String address, String url) {
        assertThat(HttpAddress.uri(Multiaddr.parse(address), false)).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ip4/127.0.0.1/tcp/443/tls/http",
                "/ip4/10.0.0.1/tcp/443/https",
                "/ip4/169.254.169.254/tcp/443/https",
                "/ip6/::1/tcp/443/https",
                "/ip6/fd00::1/tcp/443/https",
                "/dns4/localhost/tcp/443/https",
                "/dns4/a.localhost/tcp/443/https",
                "/dns4/router.local/tcp/443/https",
                "/dns4/metadata.google.internal/tcp/443/https",
                "/dns4/intranet/tcp/443/https",
                "/dns4/example.net/tcp/80/http",
                "/ip4/93.184.216.34/tcp/4001"
            })
    void othersAreNotTakenFromStrangers(String address) {
        assertThat(HttpAddress.uri(Multiaddr.parse(address), false)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "https://public.example/, false",
        "https://private.example/, true",
        "https://loopback.example:8080/, true",
        "https://mixed.example/, true",
        "https://metadata.example/, true",
        "https://local6.example/, true",
        "https://mapped.example/, true",
        "https://127.0.0.1/, true",
        "https://93.184.216.34/, false",
        "https://[::1]/, true",
        "https://[2606:2800:220:1::1]/, false",
        "https://localhost/, true",
        "https://intranet/, true",
    })
    void namesAreNearIfOneOfTheirAddressesIs(URI url, boolean near) throws IOException {
        assertThat(HttpAddress.isNear(url, names, Deadline.NONE)).isEqualTo(near);
    }

    @Test
    void namesWithoutAddressesAreAnError() {
        assertThatThrownBy(() -> HttpAddress.isNear(URI.create("https://nowhere.example"), names, Deadline.NONE))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aCallerOfPublicServersCallsNoOther() {
        for (String name : List.of("private.example", "mixed.example", "loopback.example")) {
            try (HttpCaller caller = new JdkHttpCaller(names, URI.create("https://" + name + ":1"), null, true)) {
                assertThatThrownBy(() -> caller.call("GET", "/", Map.of(), null, soon(names)))
                        .isInstanceOf(HttpException.class)
                        .hasMessageContaining("not public");
            }
        }
        assertThat(names.asked).as("at every call").hasSize(3);
    }

    private static Deadline soon(Environment environment) {
        return Deadline.afterNanos(environment, 10_000_000_000L);
    }
}
