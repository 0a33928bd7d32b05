package libp2p.security.tls13;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simple handshake of RFC 8448, section 3. */
class KeyScheduleTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Tag("vectors")
    @Test
    void secretsAndKeysAreThoseOfTheRfc() {
        KeySchedule schedule = new KeySchedule();
        KeySchedule.Secrets handshake = schedule.handshake(
                hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"),
                hex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8"));
        assertThat(handshake.client())
                .isEqualTo(hex("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"));
        assertThat(handshake.server())
                .isEqualTo(hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"));
        assertThat(KeySchedule.expandLabel(handshake.server(), "key", new byte[0], 16))
                .isEqualTo(hex("3fce516009c21727d0f2e4e86ee403bc"));
        assertThat(KeySchedule.expandLabel(handshake.server(), "iv", new byte[0], 12))
                .isEqualTo(hex("5d313eb2671276ee13000b30"));
        assertThat(KeySchedule.expandLabel(handshake.server(), "finished", new byte[0], 32))
                .isEqualTo(hex("008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8"));
        KeySchedule.Secrets application =
                schedule.application(hex("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13"));
        assertThat(application.client())
                .isEqualTo(hex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"));
        assertThat(application.server())
                .isEqualTo(hex("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"));
    }
}
