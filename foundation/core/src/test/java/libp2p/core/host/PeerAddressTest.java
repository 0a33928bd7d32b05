package libp2p.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class PeerAddressTest {
    private static final String ID = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    @Test
    void splitsThePeerOffAnAddress() {
        PeerAddress address = PeerAddress.parse("/ip4/192.0.2.1/tcp/4001/p2p/" + ID);
        assertThat(address.peer()).hasToString(ID);
        assertThat(address.addresses()).containsExactly(Multiaddr.parse("/ip4/192.0.2.1/tcp/4001"));
    }

    @Test
    void readsAddressesWithoutPeerAndPeersWithoutAddress() {
        assertThat(PeerAddress.parse("/ip4/192.0.2.1/tcp/4001").peer()).isNull();
        assertThat(PeerAddress.parse("/p2p/" + ID)).isEqualTo(PeerAddress.of(PeerId.parse(ID)));
    }

    @Test
    void keepsTheRelayOfACircuit() {
        PeerAddress address = PeerAddress.parse("/ip4/192.0.2.1/tcp/4001/p2p/" + ID + "/p2p-circuit/p2p/" + ID);
        assertThat(address.addresses())
                .containsExactly(Multiaddr.parse("/ip4/192.0.2.1/tcp/4001/p2p/" + ID + "/p2p-circuit"));
    }

    @Test
    void needsAPeerOrAnAddress() {
        assertThatThrownBy(() -> new PeerAddress(null, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PeerAddress.parse("nonsense")).isInstanceOf(MalformedException.class);
    }
}
