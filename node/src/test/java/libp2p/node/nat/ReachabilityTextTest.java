package libp2p.node.nat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import libp2p.core.peer.AddressBook.Observation;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Publicness;
import org.junit.jupiter.api.Test;

class ReachabilityTextTest {
    private static Observation seen(String address, int observers) {
        return new Observation(Multiaddr.parse(address), observers);
    }

    private static String router(Observation... observations) {
        return ReachabilityText.router(List.of(observations), Publicness.STRICT::isPublic);
    }

    @Test
    void oneAddressForSeveralPeersIsThatOfARouterThatKeepsItsPort() {
        assertThat(router(seen("/ip4/8.8.8.8/tcp/4001", 3), seen("/ip4/8.8.8.8/udp/4001/quic-v1", 1)))
                .contains("keeps one port")
                .endsWith("[8.8.8.8]");
    }

    @Test
    void anotherAddressForEachPeerIsThatOfARouterThatTakesAnotherPort() {
        assertThat(router(seen("/ip4/8.8.8.8/tcp/1024", 1), seen("/ip4/8.8.8.8/tcp/1025", 1)))
                .contains("another port for each destination");
    }

    @Test
    void onePeersWordTellsNoKind() {
        assertThat(router(seen("/ip4/8.8.8.8/tcp/1024", 1), seen("/ip4/8.8.8.8/udp/1025/quic-v1", 1)))
                .contains("does not tell the kind");
        assertThat(router()).contains("No peer has said yet");
        assertThat(router(seen("/ip4/10.0.0.1/tcp/1024", 1))).endsWith("[10.0.0.1 (not public)]");
    }
}
