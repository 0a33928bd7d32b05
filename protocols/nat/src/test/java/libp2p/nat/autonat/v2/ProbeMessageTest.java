package libp2p.nat.autonat.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

class ProbeMessageTest {
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/1.2.3.4/tcp/5");

    @Test
    void messagesComeBackAsTheyWere() throws IOException {
        for (ProbeMessage message : List.of(
                new ProbeMessage.DialRequest(List.of(ADDRESS), -5),
                new ProbeMessage.DialResponse(200, 3, 101),
                new ProbeMessage.DialDataRequest(1, 50_000),
                new ProbeMessage.DialDataResponse(4000))) {
            assertThat(ProbeMessage.fromBytes(message.toBytes())).isEqualTo(message);
        }
        assertThat(DialBackMessages.readNonce(DialBackMessages.nonce(Long.MIN_VALUE)))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(DialBackMessages.readReceived(DialBackMessages.received())).isTrue();
    }

    /** The nonce is a fixed64 and not a varint: the message is written out by hand. */
    @Test
    void theEncodingIsThatOfTheSpecification() {
        assertThat(HexFormat.of().formatHex(new ProbeMessage.DialRequest(List.of(ADDRESS), 1).toBytes()))
                .isEqualTo("0a13" + "0a08" + "0401020304060005" + "11" + "0100000000000000");
        assertThat(HexFormat.of().formatHex(new ProbeMessage.DialResponse(200, 1, 100).toBytes()))
                .isEqualTo("1207" + "08c801" + "1001" + "1864");
        assertThat(HexFormat.of().formatHex(DialBackMessages.nonce(2))).isEqualTo("090200000000000000");
    }

    @Test
    void anAddressThatIsNotKnownKeepsItsNumber() throws IOException {
        byte[] bytes = new ProtobufWriter()
                .message(
                        1,
                        request -> request.bytes(1, new byte[] {(byte) 0xff, 0x7f, 0})
                                .bytes(1, ADDRESS.toBytes())
                                .fixed64(2, 7))
                .toByteArray();
        List<Multiaddr> expected = new ArrayList<>();
        expected.add(null);
        expected.add(ADDRESS);
        assertThat(ProbeMessage.fromBytes(bytes)).isEqualTo(new ProbeMessage.DialRequest(expected, 7));
    }

    @Test
    void whatIsTooMuchIsRefusedOrCut() throws IOException {
        assertThatThrownBy(() -> ProbeMessage.fromBytes(new byte[ProbeMessage.MAX_BYTES + 1]))
                .isInstanceOf(ProtobufException.class);
        assertThatThrownBy(() -> ProbeMessage.fromBytes(new byte[0])).hasMessageContaining("none of the four");
        byte[] data = new ProbeMessage.DialDataResponse(ProbeMessage.MAX_DATA + 1).toBytes();
        assertThatThrownBy(() -> ProbeMessage.fromBytes(data)).hasMessageContaining("more than the limit of 4096");
        byte[] many = new ProbeMessage.DialRequest(Collections.nCopies(80, ADDRESS), 1).toBytes();
        assertThat(ProbeMessage.fromBytes(many))
                .isEqualTo(new ProbeMessage.DialRequest(Collections.nCopies(ProbeMessage.MAX_ADDRESSES, ADDRESS), 1));
    }
}
