package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.Map;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Vectors;
import org.junit.jupiter.api.Test;

class MultiaddrVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void readsEveryAddressThatTheReferenceImplementationReads() {
        for (Object text : Vectors.array("multiaddr/valid.json")) {
            Multiaddr address = Multiaddr.parse((String) text);
            assertThat(Multiaddr.fromBytes(address.toBytes())).isEqualTo(address);
            assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
        }
    }

    @Test
    void refusesEveryAddressThatTheReferenceImplementationRefuses() {
        for (Object text : Vectors.array("multiaddr/invalid.json")) {
            assertThatExceptionOfType(MalformedException.class)
                    .as("%s", text)
                    .isThrownBy(() -> Multiaddr.parse((String) text))
                    .withMessageStartingWith("multiaddr: ");
        }
    }

    @Test
    void textAndBytesAgreeWithTheReferenceImplementation() {
        for (Map<String, Object> vector : Vectors.objects("multiaddr/string_bytes.json")) {
            String text = (String) vector.get("text");
            byte[] bytes = HEX.parseHex((String) vector.get("hex"));
            assertThat(Multiaddr.parse(text).toBytes()).as(text).isEqualTo(bytes);
            assertThat(Multiaddr.fromBytes(bytes)).hasToString(text);
        }
    }

    @Test
    void canonicalFormsAgreeWithTheReferenceImplementation() {
        for (Map<String, Object> vector : Vectors.objects("golden-go/multiaddr_bytes.json")) {
            String text = (String) vector.get("text");
            byte[] bytes = HEX.parseHex((String) vector.get("bytes"));
            assertThat(Multiaddr.parse(text).toBytes()).as(text).isEqualTo(bytes);
            assertThat(Multiaddr.parse(text)).hasToString((String) vector.get("canonical"));
            assertThat(Multiaddr.fromBytes(bytes)).hasToString((String) vector.get("canonical"));
        }
    }
}
