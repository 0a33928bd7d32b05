package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class DialRankerTest {
    private static List<String> rank(String... addresses) {
        return DialRanker.rank(Arrays.stream(addresses).map(Multiaddr::parse).toList()).stream()
                .map(ranked -> ranked.address() + " " + ranked.delay().toMillis())
                .toList();
    }

    @Test
    void singleAddressIsDialedAtOnce() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1")).containsExactly("/ip4/1.2.3.4/tcp/1 0");
    }

    @Test
    void ipv6GoesFirstAndIpv4FollowsAfterAStep() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1", "/ip6/2600::1/tcp/1", "/ip4/1.2.3.5/tcp/2"))
                .containsExactly("/ip6/2600::1/tcp/1 0", "/ip4/1.2.3.4/tcp/1 250", "/ip4/1.2.3.5/tcp/2 250");
    }

    @Test
    void quicIsAheadOfTcpByOneMoreStep() {
        assertThat(rank(
                        "/ip4/1.2.3.4/tcp/1",
                        "/ip4/1.2.3.4/udp/1/quic-v1",
                        "/ip6/2600::1/udp/1/quic-v1",
                        "/ip6/2600::1/tcp/1"))
                .containsExactly(
                        "/ip6/2600::1/udp/1/quic-v1 0",
                        "/ip4/1.2.3.4/udp/1/quic-v1 250",
                        "/ip6/2600::1/tcp/1 500",
                        "/ip4/1.2.3.4/tcp/1 750");
    }

    @Test
    void privateAddressesHaveShortSteps() {
        assertThat(rank("/ip4/192.168.1.1/udp/1/quic-v1", "/ip4/192.168.1.1/tcp/1"))
                .containsExactly("/ip4/192.168.1.1/udp/1/quic-v1 0", "/ip4/192.168.1.1/tcp/1 30");
    }

    @Test
    void relaysWaitForDirectAddressesOnly() {
        String relay = "/ip4/1.1.1.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit";
        assertThat(rank(relay, "/ip4/1.2.3.4/tcp/1"))
                .containsExactly("/ip4/1.2.3.4/tcp/1 0", Multiaddr.parse(relay) + " 500");
        assertThat(rank(relay)).containsExactly(Multiaddr.parse(relay) + " 0");
    }

    @Test
    void everyAddressAppearsOnce() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/1")).hasSize(1);
    }
}
