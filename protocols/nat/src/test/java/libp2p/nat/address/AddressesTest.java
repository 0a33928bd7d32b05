package libp2p.nat.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final String RELAY = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

    @Test
    void onlyAnAddressWithOneRelayThatItNamesIsACircuitToDial() {
        String at = "/ip4/203.0.113.1/udp/4001/quic-v1";
        assertThat(Circuits.relay(Multiaddr.parse(at + "/p2p/" + RELAY + "/p2p-circuit")))
                .satisfies(relay -> {
                    assertThat(relay.peer()).hasToString(RELAY);
                    assertThat(relay.addresses()).containsExactly(Multiaddr.parse(at));
                });
        assertThat(Circuits.isDialable(Multiaddr.parse(at + "/p2p/" + RELAY + "/p2p-circuit/p2p/" + RELAY)))
                .isTrue();
        assertThat(Circuits.relay(Multiaddr.parse("/p2p/" + RELAY + "/p2p-circuit")))
                .satisfies(relay -> assertThat(relay.addresses()).isEmpty());
        for (String other : List.of(
                at + "/p2p/" + RELAY,
                at + "/p2p-circuit",
                "/p2p-circuit",
                at + "/p2p/" + RELAY + "/p2p-circuit/webrtc",
                at + "/p2p/" + RELAY + "/p2p-circuit/p2p/" + RELAY + "/p2p-circuit")) {
            assertThat(Circuits.isDialable(Multiaddr.parse(other))).as(other).isFalse();
        }
    }

    @Test
    void networksAreOfTheSizeThatOneOwnerHas() throws Exception {
        assertThat(Subnet.machine(ip("192.0.2.1"))).isNotEqualTo(Subnet.machine(ip("192.0.2.2")));
        assertThat(Subnet.network(ip("192.0.2.1"))).isEqualTo(Subnet.network(ip("192.0.2.200")));
        assertThat(Subnet.machine(ip("2001:db8:0:100::1"))).isEqualTo(Subnet.machine(ip("2001:db8:0:1ff::2")));
        assertThat(Subnet.machine(ip("2001:db8:0:100::1"))).isNotEqualTo(Subnet.machine(ip("2001:db8:0:200::1")));
        assertThat(Subnet.network(ip("2001:db8:0:100::1"))).isEqualTo(Subnet.network(ip("2001:db8:0:200::1")));
        assertThat(Subnet.network(ip("2001:db8::1"))).isNotEqualTo(Subnet.network(ip("2001:db8:1::1")));
    }

    @Test
    void networksThatAreAssumedToBePublicAreAndNoOthers() throws Exception {
        Publicness rig = Publicness.assuming(List.of("198.51.100.0/24", "127.0.0.0/8", "2001:db8::/33"));
        assertThat(rig.isPublic(ip("198.51.100.7"))).isTrue();
        assertThat(rig.isPublic(ip("127.3.0.1"))).isTrue();
        assertThat(rig.isPublic(ip("203.0.113.7"))).isFalse();
        assertThat(rig.isPublic(ip("10.0.0.1"))).isFalse();
        assertThat(rig.isPublic(ip("2001:db8:7fff::1"))).isTrue();
        assertThat(rig.isPublic(ip("2001:db8:8000::1"))).isFalse();
        assertThat(rig.isPublic(ip("8.8.8.8"))).isTrue();
        assertThat(Publicness.STRICT.isPublic(Multiaddr.parse("/ip4/198.51.100.7/tcp/1")))
                .isFalse();
        assertThat(rig.isPublic(Multiaddr.parse("/ip4/198.51.100.7/tcp/1"))).isTrue();
        for (String wrong : List.of("10.0.0.0/33", "10.0.0.0/x", "here", "", "10.0.0.0/-1", "127.1/8", "10.0.0/8")) {
            assertThatThrownBy(() -> Publicness.assuming(List.of(wrong)))
                    .as(wrong)
                    .isInstanceOf(MalformedException.class);
        }
    }

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }
}
