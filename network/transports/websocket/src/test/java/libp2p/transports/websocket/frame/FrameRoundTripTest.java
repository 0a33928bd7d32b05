package libp2p.transports.websocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRoundTripTest {
    @Test
    void writesThePongsOfTheSpecification() {
        ByteBuffer hello = ByteBuffer.wrap("Hello".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer target = ByteBuffer.allocate(32);
        FrameEncoder.server(target, Opcode.PING, hello.duplicate(), 5);
        assertThat(hex(target)).isEqualTo("890548656c6c6f");
        target.clear();
        FrameEncoder.client(target, Opcode.PONG, hello, 5, 0x37fa213d);
        assertThat(hex(target)).isEqualTo("8a8537fa213d7f9f4d5158");
        assertThat(hello.hasRemaining()).isFalse();
    }

    private static String hex(ByteBuffer written) {
        return HexFormat.of().formatHex(written.array(), 0, written.position());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 125, 126, 127, 65535, 65536, 100_000})
    void decodesWhatItEncodesInBothRoles(int length) throws Exception {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        for (boolean masked : new boolean[] {false, true}) {
            ByteBuffer frame = ByteBuffer.allocateDirect(length + FrameEncoder.MAX_HEADER);
            if (masked) {
                FrameEncoder.client(frame, Opcode.BINARY, ByteBuffer.wrap(payload), length, 0x80ff017e);
            } else {
                FrameEncoder.server(frame, Opcode.BINARY, ByteBuffer.wrap(payload), length);
            }
            frame.flip();
            FrameDecoder decoder = new FrameDecoder(masked, 1 << 20);
            assertThat(decoder.next(frame)).isTrue();
            assertThat(decoder.length()).isEqualTo(length).isEqualTo(frame.remaining());
            Mask.apply(frame, frame.position(), frame.limit(), decoder.key(), 0);
            byte[] decoded = new byte[length];
            frame.get(decoded);
            assertThat(decoded).isEqualTo(payload);
        }
    }

    @Test
    void masksAsTheSpecificationSaysWhereverThePiecesAreCut() {
        Random random = new Random(1);
        for (int run = 0; run < 500; run++) {
            byte[] plain = new byte[random.nextInt(100)];
            random.nextBytes(plain);
            int key = random.nextInt();
            byte[] expected = plain.clone();
            for (int i = 0; i < expected.length; i++) {
                expected[i] ^= (byte) (key >>> (24 - 8 * (i % 4)));
            }
            ByteBuffer buffer = run % 2 == 0 ? ByteBuffer.allocate(150) : ByteBuffer.allocateDirect(150);
            buffer.order(run % 3 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int start = random.nextInt(50);
            buffer.put(start, plain);
            for (int at = 0; at < plain.length; ) {
                int piece = Math.min(1 + random.nextInt(20), plain.length - at);
                Mask.apply(buffer, start + at, start + at + piece, key, at);
                at += piece;
            }
            byte[] masked = new byte[plain.length];
            buffer.get(start, masked);
            assertThat(masked).as("run %s", run).isEqualTo(expected);
        }
    }
}
