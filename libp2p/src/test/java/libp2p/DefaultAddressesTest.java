package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultAddressesTest {
    @Test
    void areTcpAndQuicOfBothFamiliesOnOnePortNumber() {
        assertThat(DefaultAddresses.onPort(4001).addresses())
                .map(Object::toString)
                .containsExactly(
                        "/ip4/0.0.0.0/tcp/4001",
                        "/ip4/0.0.0.0/udp/4001/quic-v1",
                        "/ip6/::/tcp/4001",
                        "/ip6/::/udp/4001/quic-v1");
    }
}
