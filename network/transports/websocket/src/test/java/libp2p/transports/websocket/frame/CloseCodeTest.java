package libp2p.transports.websocket.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseCodeTest {
    private static int parse(String hex) throws WebSocketException {
        return CloseCode.parse(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    @Test
    void anEmptyCloseFrameHasNoCode() throws Exception {
        assertThat(parse("")).isEqualTo(CloseCode.NONE);
        assertThat(CloseCode.payload(CloseCode.NONE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1014, 3000, 3999, 4000, 4999})
    void takesTheCodesThatMayBeSent(int code) throws Exception {
        assertThat(CloseCode.parse(ByteBuffer.wrap(CloseCode.payload(code)))).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535})
    void refusesTheOthers(int code) {
        assertThatExceptionOfType(WebSocketException.class)
                .isThrownBy(() -> parse("%04x".formatted(code)))
                .satisfies(e -> assertThat(e.closeCode()).isEqualTo(CloseCode.PROTOCOL_ERROR));
    }

    @ParameterizedTest
    @CsvSource({"03, 1002", "03e8ff, 1007", "03e8c3, 1007", "03e8eda080, 1007", "03e8c0af, 1007"})
    void refusesHalfCodesAndReasonsThatAreNotUtf8(String hex, int code) {
        assertThatExceptionOfType(WebSocketException.class)
                .isThrownBy(() -> parse(hex))
                .satisfies(e -> assertThat(e.closeCode()).isEqualTo(code));
    }

    @Test
    void takesAReasonInUtf8() throws Exception {
        assertThat(parse("03e9" + "c3bc" + "f09f9880")).isEqualTo(CloseCode.GOING_AWAY);
    }
}
