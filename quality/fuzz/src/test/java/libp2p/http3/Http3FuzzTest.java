package libp2p.http3;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** The bytes of a stream of HTTP/3. */
class Http3FuzzTest {
    private static final int LONGEST = 64;

    /** Whatever the pieces in which they come, the same frames are read. */
    @FuzzTest
    void http3(byte[] data) {
        StringBuilder whole = new StringBuilder();
        StringBuilder pieces = new StringBuilder();
        String end = read(data, data.length, whole);
        assertThat(read(data, 1, pieces)).isEqualTo(end);
        assertThat(pieces.toString()).isEqualTo(whole.toString());
    }

    private static String read(byte[] data, int step, StringBuilder heard) {
        FrameReader reader = new FrameReader(LONGEST, LONGEST);
        FrameReader.Handler handler = new FrameReader.Handler() {
            @Override
            public void frame(long type, byte[] payload) {
                assertThat(payload.length).isLessThanOrEqualTo(LONGEST);
                heard.append(type).append(':').append(payload.length).append(' ');
            }

            @Override
            public void data(ByteBuffer piece) {
                heard.append(".".repeat(piece.remaining()));
            }
        };
        try {
            for (int at = 0; at < data.length; at += step) {
                ByteBuffer in = ByteBuffer.wrap(data, at, Math.min(step, data.length - at));
                reader.read(in, handler);
                assertThat(in.hasRemaining()).isFalse();
            }
            return "";
        } catch (Http3Exception refused) {
            return Long.toHexString(refused.code());
        }
    }

    @FuzzTest
    void settings(byte[] data) throws Exception {
        try {
            Settings read = Settings.decode(data);
            assertThat(Settings.decode(read.encode()).encode()).isEqualTo(read.encode());
        } catch (Http3Exception refused) {
            assertThat(refused.code())
                    .isIn(Http3Error.SETTINGS_ERROR, Http3Error.FRAME_ERROR, Http3Error.EXCESSIVE_LOAD);
        }
    }
}
