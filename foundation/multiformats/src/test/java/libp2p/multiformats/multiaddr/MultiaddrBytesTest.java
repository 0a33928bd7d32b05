package libp2p.multiformats.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrBytesTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "7f",
                "04",
                "047f0000",
                "047f00000106",
                "06005006",
                "80",
                "8400", // frames
                "860004",
                "ffffffffffffffffff01", // code not minimal, code too long
                "35",
                "3500",
                "3501",
                "358001",
                "35810061", // length missing, zero, too long, not minimal
                "35012f",
                "35010a",
                "35017f",
                "3502c285",
                "3501ff",
                "3503e280a8",
                "3503eda080", // slash, control, UTF-8
                "2a012f",
                "c103012f", // slash in zone and in SNI
                "90030161",
                "9003012f",
                "9003022f2f",
                "900302612f", // paths
                "bc03" + "00000000000000000000" + "0000", // onion port 0
                "be0301aa",
                "bf0301aa",
                "bf0321" + "000000000000000000000000000000000000000000000000000000000000000000",
                "a5030100",
                "a503021200",
                "a503020001",
                "a50303001100",
                "a5031411" + "1200112233445566778899aabbccddeeff00",
                "a503158100",
                "d203",
                "d2030112",
                "d203021220",
                "d20304122000ff",
                "8906000000000000", // memory with 6 bytes
            })
    void refusesMalformedBytes(String hex) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.fromBytes(HEX.parseHex(hex)))
                .withMessageMatching("(?s)(multiaddr|varint): .*");
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.fromBytes(HEX.parseHex("047f000001" + "35010a")))
                .withMessage("multiaddr: value of /dns: contains a control character (byte 5)");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multiaddr.fromBytes(HEX.parseHex("047f000001" + "5a")))
                .withMessage("multiaddr: unknown protocol code 90 (byte 5)");
    }

    @Test
    void componentsRefuseWhatTheirProtocolRefuses() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Component.ofBytes(Protocol.TCP, new byte[3]))
                .withMessage("multiaddr: a value of /tcp has 2 bytes, not 3");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Component.ofBytes(Protocol.DNS, new byte[2000]));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Component.ofBytes(Protocol.DNS, new byte[0]));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Component.of(Protocol.TCP));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Component.of(Protocol.WS, ""));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Component.of(Protocol.DNS, "a/b"));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Component.of(Protocol.UNIX, "a"));
        assertThat(Component.of(Protocol.UNIX, "/a/b")).hasToString("/unix/a/b");
        assertThat(Component.of(Protocol.WS).value()).isNull();
    }
}
