package libp2p.nat.autonat.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class DialMessageTest {
    private static final PeerId PEER =
            Identity.generate(SystemEnvironment.shared()).peerId();
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");

    @Test
    void messagesComeBackAsTheyWere() throws IOException {
        for (DialMessage message : List.of(
                new DialMessage.Request(PEER, List.of(ADDRESS)),
                new DialMessage.Response(DialMessage.Response.OK, ADDRESS),
                new DialMessage.Response(DialMessage.Response.DIAL_REFUSED, null))) {
            assertThat(DialMessage.fromBytes(message.toBytes())).isEqualTo(message);
        }
    }

    @Test
    void theEncodingIsThatOfTheSpecification() {
        assertThat(HexFormat.of().formatHex(new DialMessage.Response(101, null).toBytes()))
                .isEqualTo("0801" + "1a02" + "0865");
        assertThat(HexFormat.of().formatHex(new DialMessage.Request(null, List.of(ADDRESS)).toBytes()))
                .isEqualTo("0800" + "120c" + "0a0a" + "1208" + "0401020304060005");
    }

    @Test
    void whatIsTooMuchIsRefusedOrCut() throws IOException {
        byte[] many = new DialMessage.Request(PEER, Collections.nCopies(60, ADDRESS)).toBytes();
        assertThat(DialMessage.fromBytes(many))
                .isEqualTo(new DialMessage.Request(PEER, Collections.nCopies(DialMessage.MAX_ADDRESSES, ADDRESS)));
        assertThatThrownBy(() -> DialMessage.fromBytes(new byte[DialMessage.MAX_BYTES + 1]))
                .hasMessageContaining("more than the limit of 4096");
        assertThatThrownBy(() -> DialMessage.fromBytes(new byte[] {8, 1})).hasMessageContaining("without its content");
    }
}
