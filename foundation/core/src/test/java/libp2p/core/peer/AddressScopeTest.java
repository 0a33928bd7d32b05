package libp2p.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far the peers of connections reach. */
class AddressScopeTest {
    private static final String RELAY = "/p2p/12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d/p2p-circuit";
    private static final Multiaddr INSIDE = Multiaddr.parse("/ip4/10.0.0.7/tcp/80");

    private static Connection over(String address) {
        return (Connection) Proxy.newProxyInstance(
                AddressScopeTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("remoteAddress");
                    return Multiaddr.parse(address);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "/ip4/127.0.0.1/tcp/1, MACHINE",
        "/ip4/10.0.0.1/tcp/1, NETWORK",
        "/ip4/8.8.8.8/tcp/1, INTERNET",
        "/ip4/127.0.0.1/tcp/1" + RELAY + ", INTERNET",
        "/ip4/10.0.0.1/tcp/1" + RELAY + ", INTERNET",
        "/ip6/fd00::1/udp/1/quic-v1" + RELAY + ", INTERNET",
    })
    void aPeerBehindARelayOfThisNetworkTellsNoAddressesOfThisNetwork(String address, AddressScope reach) {
        assertThat(AddressScope.of(over(address))).isEqualTo(reach);
        assertThat(AddressScope.of(over(address)).fitting(List.of(INSIDE)))
                .hasSize(reach == AddressScope.INTERNET ? 0 : 1);
    }
}
