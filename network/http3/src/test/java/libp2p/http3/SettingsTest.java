package libp2p.http3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings decode(String hex) throws Http3Exception {
        return Settings.decode(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Map<Long, Long> values = new LinkedHashMap<>();
        values.put(Settings.ENABLE_CONNECT_PROTOCOL, 1L);
        values.put(Settings.WT_INITIAL_MAX_DATA, 1L << 60);
        values.put(Settings.ENABLE_WEBTRANSPORT_DRAFT_02, 1L);
        byte[] encoded = new Settings(values).encode();
        assertThat(encoded).isEqualTo(HexFormat.of().parseHex("0801" + "6b61d000000000000000" + "ab60374201"));
        Settings read = Settings.decode(encoded);
        values.forEach((number, value) -> assertThat(read.value(number)).isEqualTo(value));
        assertThat(read.value(Settings.H3_DATAGRAM)).isZero();
    }

    /** As Firefox 153 sends them, with one number that is of no specification. */
    @Test
    void unknownSettingsAreIgnored() throws Exception {
        Settings read = decode("01 80010000 07 14 ab603742 01 80ffd277 01 33 01 08 01 4e25 05");
        assertThat(read.value(Settings.H3_DATAGRAM)).isEqualTo(1);
        assertThat(read.value(Settings.ENABLE_CONNECT_PROTOCOL)).isEqualTo(1);
    }

    /** Each costs a hundred bytes of memory for three on the wire. */
    @Test
    void moreSettingsThanAnyPeerHasAreRefused() throws Exception {
        FrameWriter out = new FrameWriter();
        for (int i = 0; i < 256; i++) {
            out.integer(0x100 + i).integer(0);
        }
        Settings.decode(out.toByteArray());
        byte[] tooMany = out.integer(0x99).integer(0).toByteArray();
        assertThatThrownBy(() -> Settings.decode(tooMany))
                .isInstanceOfSatisfying(
                        Http3Exception.class,
                        refused -> assertThat(refused.code()).isEqualTo(Http3Error.EXCESSIVE_LOAD));
    }

    @ParameterizedTest
    @CsvSource({
        "0200, 0x109", // of HTTP/2
        "0500, 0x109",
        "08010801, 0x109", // twice
        "4e2505 4e2506, 0x109", // twice, and not known
        "0802, 0x109", // neither 0 nor 1
        "3302, 0x109",
        "ac7cf00002, 0x109",
        "08, 0x106", // no value
        "0840, 0x106" // half a value
    })
    void whatIsMalformedIsRefused(String hex, String code) {
        assertThatThrownBy(() -> decode(hex))
                .isInstanceOfSatisfying(
                        Http3Exception.class,
                        refused -> assertThat(refused.code()).isEqualTo(Long.decode(code)));
    }
}
