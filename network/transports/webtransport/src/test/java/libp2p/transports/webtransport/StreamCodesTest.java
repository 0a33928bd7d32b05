package libp2p.transports.webtransport;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.connection.ErrorCode;
import libp2p.http3.Http3Error;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCodesTest {
    /** The first two are those of draft-ietf-webtrans-http3, section 4.4; 7 was seen from a browser. */
    @ParameterizedTest
    @CsvSource({
        "0, 0x52e4a40fa8db",
        "0xffffffff, 0x52e5ac983162",
        "7, 0x52e4a40fa8e2",
        "29, 0x52e4a40fa8f8",
        "30, 0x52e4a40fa8fa"
    })
    void codesHaveTheirPlaces(String code, String wire) {
        assertThat(StreamCodes.toWire(Long.decode(code))).isEqualTo(Long.decode(wire));
        assertThat(StreamCodes.fromWire(Long.decode(wire))).isEqualTo(Long.decode(code));
    }

    @Test
    void everyCodeComesBackAndNoneIsReserved() {
        for (long code = 0; code < 10_000; code++) {
            long wire = StreamCodes.toWire(code);
            assertThat((wire - 0x21) % 0x1f).isNotZero();
            assertThat(StreamCodes.fromWire(wire)).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x52e4a40fa8daL, 0x52e5ac983163L, 0x52e4a40fa8f9L, Http3Error.SESSION_GONE})
    void otherCodesAreOutOfRange(long wire) {
        assertThat(StreamCodes.fromWire(wire)).isEqualTo(ErrorCode.STREAM_CODE_OUT_OF_RANGE);
    }
}
