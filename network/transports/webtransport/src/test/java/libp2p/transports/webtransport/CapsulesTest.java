package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapsulesTest {
    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static void assertRefused(String hex) {
        assertThatThrownBy(() -> new Capsules(new SessionCredit()).read(bytes(hex)))
                .isInstanceOfSatisfying(
                        Http3Exception.class,
                        refused -> assertThat(refused.code()).isEqualTo(Http3Error.MESSAGE_ERROR));
    }

    @Test
    void theEndOfASessionHasACodeAndAText() throws Exception {
        Capsules capsules = new Capsules(new SessionCredit());
        assertThat(capsules.read(bytes("6843 07 00001007 627965"))).isTrue();
        assertThat(capsules.code()).isEqualTo(0x1007);
        assertThat(capsules.text()).isEqualTo("bye");
    }

    @Test
    void itIsReadAsItIsWrittenByteByByte() throws Exception {
        for (String text : new String[] {"", "gone", "ü".repeat(512)}) {
            byte[] written = Capsules.close(0xffff_ffffL, text);
            Capsules capsules = new Capsules(new SessionCredit());
            for (int i = 0; i < written.length; i++) {
                assertThat(capsules.read(ByteBuffer.wrap(written, i, 1))).isEqualTo(i == written.length - 1);
            }
            assertThat(capsules.code()).isEqualTo(0xffff_ffffL);
            assertThat(capsules.text()).isEqualTo(text);
        }
    }

    @Test
    void aTextIsCutOffBetweenTwoCharacters() throws Exception {
        Capsules capsules = new Capsules(new SessionCredit());
        assertThat(capsules.read(ByteBuffer.wrap(Capsules.close(0, "x" + "ü".repeat(600)))))
                .isTrue();
        assertThat(capsules.text()).isEqualTo("x" + "ü".repeat(511));
    }

    @Test
    void otherCapsulesAreSkippedHoweverLongTheyAre() throws Exception {
        Capsules capsules = new Capsules(new SessionCredit());
        assertThat(capsules.read(bytes("800078ae 00" + "990b4d3d 04 80000000" + "00 ffffffffffffffff 0102")))
                .isFalse();
        assertThat(capsules.read(ByteBuffer.allocate(1 << 16))).isFalse();
    }

    /** As webtransport-go CVE-2026-21434: a reason without a bound. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "6843 03", // no code
                "6843 4405", // a text of 1,025 bytes
                "6843 ffffffffffffffff",
                "6843 04 00000000 00" // more behind it
            })
    void anEndThatIsMalformedIsRefused(String hex) {
        assertRefused(hex);
    }
}
