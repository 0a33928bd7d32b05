package libp2p.transports.websocket.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Headers of WebSocket frames in both roles, and the payload of close frames. */
class FrameFuzzTest {
    private static final long MAXIMUM = 1 << 20;

    @FuzzTest
    void headers(byte[] data) {
        for (boolean masked : new boolean[] {true, false}) {
            FrameDecoder decoder = new FrameDecoder(masked, MAXIMUM);
            ByteBuffer in = ByteBuffer.wrap(data);
            try {
                while (decoder.next(in)) {
                    assertThat(decoder.length()).isBetween(0L, MAXIMUM);
                    in.position(in.position() + (int) Math.min(in.remaining(), decoder.length()));
                }
            } catch (WebSocketException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
    }

    @FuzzTest
    void closing(byte[] data) {
        try {
            assertThat(CloseCode.parse(ByteBuffer.wrap(data))).isBetween(1000, 4999);
        } catch (WebSocketException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
