package libp2p.transports.websocket.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {
    private static final long MAXIMUM = 1 << 20;

    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    private static FrameDecoder fromClient() {
        return new FrameDecoder(true, MAXIMUM);
    }

    private static FrameDecoder fromServer() {
        return new FrameDecoder(false, MAXIMUM);
    }

    @Test
    void readsTheBinaryFramesOfTheSpecification() throws Exception {
        FrameDecoder decoder = fromServer();
        assertThat(decoder.next(hex("827e0100"))).isTrue();
        assertThat(decoder.opcode()).isEqualTo(Opcode.BINARY);
        assertThat(decoder.length()).isEqualTo(256);
        assertThat(decoder.next(hex("827f0000000000010000"))).isTrue();
        assertThat(decoder.length()).isEqualTo(65536);
    }

    @Test
    void readsTheMaskedPongOfTheSpecification() throws Exception {
        ByteBuffer in = hex("8a85 37fa213d 7f9f4d5158");
        FrameDecoder decoder = fromClient();
        assertThat(decoder.next(in)).isTrue();
        assertThat(decoder.opcode()).isEqualTo(Opcode.PONG);
        assertThat(decoder.key()).isEqualTo(0x37fa213d);
        Mask.apply(in, in.position(), in.limit(), decoder.key(), 0);
        byte[] payload = new byte[(int) decoder.length()];
        in.get(payload);
        assertThat(payload).asString().isEqualTo("Hello");
    }

    @ParameterizedTest
    @CsvSource({"825f", "82fe0100 01020304", "82ff0000000000010000 01020304", "898301020304", "828001020304"})
    void waitsForAWholeHeaderWhereverItIsCut(String text) throws Exception {
        boolean masked = (hex(text).get(1) & 0x80) != 0;
        byte[] whole = hex(text).array();
        FrameDecoder decoder = new FrameDecoder(masked, MAXIMUM);
        for (int cut = 0; cut < whole.length; cut++) {
            ByteBuffer part = ByteBuffer.wrap(whole, 0, cut);
            assertThat(decoder.next(part)).as("%s bytes", cut).isFalse();
            assertThat(part.position()).isZero();
        }
        ByteBuffer all = ByteBuffer.wrap(whole);
        assertThat(decoder.next(all)).isTrue();
        assertThat(all.hasRemaining()).isFalse();
    }

    @Test
    void takesControlFramesBetweenFragments() throws Exception {
        FrameDecoder decoder = fromServer();
        ByteBuffer in = hex("0200 8900 0000 8a00 8000 8200");
        for (int expected : new int[] {2, 9, 0, 10, 0, 2}) {
            assertThat(decoder.next(in)).isTrue();
            assertThat(decoder.opcode()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "c200, 1002", // RSV1 (compression that was not agreed on)
        "a200, 1002", // RSV2
        "9200, 1002", // RSV3
        "8100, 1003", // text
        "0100, 1003", // text, first fragment
        "8300, 1002", // reserved opcodes
        "8700, 1002",
        "8b00, 1002",
        "8f00, 1002",
        "0900, 1002", // ping in fragments
        "0800, 1002",
        "0a00, 1002",
        "897e, 1002", // ping with a long length
        "887f, 1002",
        "8000, 1002", // continuation of nothing
        "0000, 1002",
        "827e007d, 1002", // lengths not in the shortest form
        "827f000000000000ffff, 1002",
        "827f0000000000000001, 1002",
        "827f8000000000000000, 1002", // 64 bits
        "827fffffffffffffffff, 1002",
        "827f0000000000100001, 1009", // one byte over the limit
        "827f7fffffffffffffff, 1009",
        "8280, 1002" // masked by a server
    })
    void refusesWhatTheSpecificationForbids(String text, int code) {
        FrameDecoder decoder = fromServer();
        assertThatExceptionOfType(WebSocketException.class)
                .isThrownBy(() -> decoder.next(hex(text)))
                .satisfies(e -> assertThat(e.closeCode()).isEqualTo(code));
    }

    @Test
    void refusesAMessageInsideAMessage() throws Exception {
        FrameDecoder decoder = fromServer();
        assertThat(decoder.next(hex("0200"))).isTrue();
        assertThatExceptionOfType(WebSocketException.class).isThrownBy(() -> decoder.next(hex("82")));
    }

    @Test
    void refusesAContinuationAfterTheLastFragment() throws Exception {
        FrameDecoder decoder = fromServer();
        ByteBuffer in = hex("0200 8000 80");
        assertThat(decoder.next(in)).isTrue();
        assertThat(decoder.next(in)).isTrue();
        assertThatExceptionOfType(WebSocketException.class).isThrownBy(() -> decoder.next(in));
    }

    @Test
    void refusesClientFramesWithoutAMaskBeforeTheirLengthIsThere() {
        assertThatExceptionOfType(WebSocketException.class)
                .isThrownBy(() -> fromClient().next(hex("827e")))
                .withMessageContaining("without a mask");
    }
}
