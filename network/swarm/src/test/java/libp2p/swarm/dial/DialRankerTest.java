package libp2p.swarm.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class DialRankerTest {
    private static final String RELAY = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    private static List<String> rank(String... addresses) {
        return rank(Arrays.stream(addresses).map(Multiaddr::parse).toList(), List.of());
    }

    private static List<String> rank(List<Multiaddr> addresses, List<Multiaddr> failed) {
        return DialRanker.rank(addresses, failed).stream()
                .map(ranked -> ranked.address() + " " + ranked.delay().toMillis())
                .toList();
    }

    @Test
    void singleAddressIsDialedAtOnce() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1")).containsExactly("/ip4/1.2.3.4/tcp/1 0");
    }

    @Test
    void ipv6GoesFirstIpv4FollowsAfterAStepAndTheRestAfterAnother() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1", "/ip6/2600::1/tcp/1", "/ip4/1.2.3.5/tcp/2", "/ip6/2600::1/tcp/2"))
                .containsExactly(
                        "/ip6/2600::1/tcp/1 0",
                        "/ip4/1.2.3.4/tcp/1 250",
                        "/ip6/2600::1/tcp/2 500",
                        "/ip4/1.2.3.5/tcp/2 500");
    }

    @Test
    void withoutIpv6AllButTheLowestPortWaitForOneStep() {
        assertThat(rank("/ip4/1.2.3.4/tcp/3", "/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/2"))
                .containsExactly("/ip4/1.2.3.4/tcp/1 0", "/ip4/1.2.3.4/tcp/2 250", "/ip4/1.2.3.4/tcp/3 250");
    }

    @Test
    void aWebSocketOnThePortOfPlainTcpComesLast() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1/ws", "/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/2/tls/ws"))
                .containsExactly("/ip4/1.2.3.4/tcp/1 0", "/ip4/1.2.3.4/tcp/2/tls/ws 250", "/ip4/1.2.3.4/tcp/1/ws 1250");
        assertThat(rank("/ip4/1.2.3.4/tcp/1/ws", "/ip4/1.2.3.5/tcp/1"))
                .containsExactly("/ip4/1.2.3.4/tcp/1/ws 0", "/ip4/1.2.3.5/tcp/1 250");
    }

    @Test
    void whatIsNeitherQuicNorTcpComesASecondAfterThem() {
        assertThat(rank("/ip4/1.2.3.4/udp/1/webrtc-direct", "/ip4/1.2.3.4/udp/1/quic-v1", "/ip4/1.2.3.4/tcp/1"))
                .containsExactly(
                        "/ip4/1.2.3.4/udp/1/quic-v1 0",
                        "/ip4/1.2.3.4/tcp/1 250",
                        "/ip4/1.2.3.4/udp/1/webrtc-direct 1250");
    }

    @Test
    void addressesThatFailedComeASecondAfterAllOthers() {
        Multiaddr six = Multiaddr.parse("/ip6/2600::1/tcp/1");
        Multiaddr four = Multiaddr.parse("/ip4/1.2.3.4/tcp/1");
        Multiaddr quic = Multiaddr.parse("/ip4/1.2.3.4/udp/1/quic-v1");
        assertThat(rank(List.of(six, four, quic), List.of(quic, six)))
                .containsExactly(four + " 0", quic + " 1000", six + " 1250");
        assertThat(rank(List.of(four), List.of(four))).containsExactly(four + " 0");
    }

    @Test
    void addressesThatCountAsPublicHoldRelaysBackAndOthersDoNot() {
        Multiaddr direct = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
        Multiaddr relayed = Multiaddr.parse("/ip4/127.0.0.1/tcp/2/p2p/" + RELAY + "/p2p-circuit");
        assertThat(DialRanker.rank(List.of(relayed, direct), List.of()))
                .containsExactly(
                        new DialRanker.Ranked(direct, Duration.ZERO), new DialRanker.Ranked(relayed, Duration.ZERO));
        assertThat(DialRanker.rank(List.of(relayed, direct), List.of(), address -> true))
                .containsExactly(
                        new DialRanker.Ranked(direct, Duration.ZERO),
                        new DialRanker.Ranked(relayed, Duration.ofMillis(500)));
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
    void relaysWaitForPublicAddressesOnly() {
        String relay = "/ip4/1.1.1.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit";
        assertThat(rank(relay, "/ip4/1.2.3.4/tcp/1"))
                .containsExactly("/ip4/1.2.3.4/tcp/1 0", Multiaddr.parse(relay) + " 500");
        assertThat(rank(relay, "/ip4/192.168.1.1/tcp/1"))
                .containsExactly("/ip4/192.168.1.1/tcp/1 0", Multiaddr.parse(relay) + " 0");
        assertThat(rank(relay)).containsExactly(Multiaddr.parse(relay) + " 0");
    }

    @Test
    void everyAddressAppearsOnce() {
        assertThat(rank("/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/1")).hasSize(1);
    }
}
