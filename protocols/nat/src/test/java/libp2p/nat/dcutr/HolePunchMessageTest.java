package libp2p.nat.dcutr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class HolePunchMessageTest {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/1.2.3.4/udp/5/quic-v1");

    @Test
    void messagesComeBackAsTheyWere() throws IOException {
        for (HolePunchMessage message : List.of(
                new HolePunchMessage(HolePunchMessage.Type.CONNECT, List.of(ADDRESS)),
                new HolePunchMessage(HolePunchMessage.Type.SYNC, List.of()))) {
            assertThat(HolePunchMessage.fromBytes(message.toBytes())).isEqualTo(message);
        }
    }

    @Test
    void theEncodingIsThatOfTheSpecification() {
        assertThat(HexFormat.of().formatHex(new HolePunchMessage(HolePunchMessage.Type.SYNC, List.of()).toBytes()))
                .isEqualTo("08ac02");
    }

    @Test
    void whatIsTooMuchIsRefusedOrCut() throws IOException {
        byte[] many = new HolePunchMessage(HolePunchMessage.Type.CONNECT, Collections.nCopies(60, ADDRESS)).toBytes();
        assertThat(HolePunchMessage.fromBytes(many).addresses()).hasSize(HolePunchMessage.MAX_ADDRESSES);
        assertThatThrownBy(() -> HolePunchMessage.fromBytes(new byte[HolePunchMessage.MAX_BYTES + 1]))
                .hasMessageContaining("more than the limit of 4096");
        assertThatThrownBy(() -> HolePunchMessage.fromBytes(new byte[] {8, 1})).hasMessageContaining("unknown type 1");
    }
}
