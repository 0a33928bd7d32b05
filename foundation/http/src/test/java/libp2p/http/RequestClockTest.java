package libp2p.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import libp2p.core.failure.DeadlineExceededException;
import org.junit.jupiter.api.Test;

/** When the work for an answer ends. */
class RequestClockTest {
    private long now;
    private int yields;

    private final RequestClock clock =
            new RequestClock(() -> now, () -> yields++, Duration.ofSeconds(60), Duration.ofSeconds(200));

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void workEndsAfterATimeWithoutAByteForTheClient() throws IOException {
        pass(60);
        clock.check();
        pass(1);
        assertThatThrownBy(clock::check)
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("60 s without a byte");
    }

    @Test
    void eachByteGivesMoreTimeUpToThatOfTheRequest() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        OutputStream out = clock.over(sent);
        for (int i = 0; i < 4; i++) {
            pass(50);
            clock.check();
            out.write(new byte[2]);
            out.write(1);
        }
        assertThat(sent.size()).isEqualTo(12);
        pass(1);
        assertThatThrownBy(clock::check).hasMessageContaining("more than 200 s");
    }

    @Test
    void aClientThatHasLeftEndsTheWorkAtOnce() throws IOException {
        clock.check();
        clock.leave(new EOFException("reset"));
        assertThatThrownBy(clock::check).isInstanceOf(ClientGoneException.class).hasRootCauseMessage("reset");
    }

    @Test
    void othersGoFirstAfterAMillisecondOfWork() throws IOException {
        for (int i = 0; i < 100; i++) {
            now += 100_000;
            clock.check();
        }
        assertThat(yields).isBetween(5, 10);
    }
}
