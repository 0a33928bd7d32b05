package libp2p.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;
import org.junit.jupiter.api.Test;

/** Bodies that are long or slow, by a clock of the test. */
class BoundedInputTest {
    private static final long SECOND = 1_000_000_000;
    private long now = 5;

    private InputStream body(int bytes) {
        return new BoundedInput(new ByteArrayInputStream(new byte[bytes]), HttpServerLimits.DEFAULT, () -> now);
    }

    @Test
    void aBodyThatDripsEndsAfterTheTimeForWhichItMayRestAndThatForItsBytes() throws IOException {
        InputStream in = body(100);
        for (int second = 0; second < 30; second++) {
            assertThat(in.read()).isZero();
            now += SECOND;
        }
        now += SECOND;
        assertThatThrownBy(in::read).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void aBodyThatKeepsUpIsReadToItsEnd() throws IOException {
        InputStream in = body(200 << 10);
        byte[] piece = new byte[1 << 10];
        for (int second = 0; second < 200; second++) {
            assertThat(in.readNBytes(piece, 0, piece.length)).isEqualTo(piece.length);
            now += SECOND;
        }
        assertThat(in.read()).isNegative();
    }

    @Test
    void aBodyLongerThanTheLimitIsReadNoFurther() {
        assertThatThrownBy(() -> body(HttpServerLimits.DEFAULT.bodyBytes() + 1).readAllBytes())
                .isInstanceOf(LimitExceededException.class);
    }
}
