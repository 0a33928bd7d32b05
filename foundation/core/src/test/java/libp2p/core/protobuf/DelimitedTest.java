package libp2p.core.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelimitedTest {
    private static InputStream stream(String hex) {
        return new ByteArrayInputStream(HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 70_000})
    void readsMessagesOneAfterTheOther(int length) throws IOException {
        byte[] message = new byte[length];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Delimited.write(out, message);
        Delimited.write(out, new byte[] {9});
        InputStream in = new ByteArrayInputStream(out.toByteArray());
        assertThat(Delimited.readOrEnd("test", in, length)).isEqualTo(message);
        assertThat(Delimited.read("test", in, 1)).containsExactly(9);
        assertThat(Delimited.readOrEnd("test", in, 1)).isNull();
        assertThatThrownBy(() -> Delimited.read("test", in, 1))
                .isInstanceOf(EOFException.class)
                .hasMessage("test: the stream ends before it");
    }

    @Test
    void refusesMessagesLongerThanTheLimitWithoutReadingThem() {
        assertThatThrownBy(() -> Delimited.read("test", stream("03010203"), 2))
                .isInstanceOf(ProtobufException.class)
                .hasMessage("test: 3 bytes, more than the limit of 2");
        assertThatThrownBy(() -> Delimited.read("test", stream("ffffffffffffffff7f"), Integer.MAX_VALUE))
                .isInstanceOf(ProtobufException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "ffffffffffffffffff01"})
    void refusesMalformedLengths(String hex) {
        assertThatThrownBy(() -> Delimited.read("test", stream(hex), 10))
                .isInstanceOf(ProtobufException.class)
                .hasMessageStartingWith("test: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "02", "0201"})
    void aStreamThatEndsInsideAMessageIsAnError(String hex) {
        assertThatThrownBy(() -> Delimited.readOrEnd("test", stream(hex), 10)).isInstanceOf(EOFException.class);
    }

    @Test
    void anAnnouncedLengthTakesNoMemory() {
        for (int i = 0; i < 10_000; i++) {
            assertThatThrownBy(() -> Delimited.read("test", stream("ffffffff0701"), Integer.MAX_VALUE))
                    .isInstanceOf(EOFException.class);
        }
    }
}
