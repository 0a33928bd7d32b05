package libp2p.transports.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final Turns turns = new Turns(loop);
    private final List<String> ran = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void aTaskWaitsForTheNextTurnAndTheLoopDoesOtherThingsInBetween() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            turns.add(() -> {
                ran.add("first");
                loop.execute(() -> ran.add("between"));
            });
            turns.add(() -> {
                ran.add("second");
                done.countDown();
            });
            ran.add("added");
        });
        done.await();
        assertThat(ran).containsExactly("added", "first", "between", "second");
    }

    @Test
    void whatWaitsWhenThePortIsClosedRunsAtOnceAndWhatComesLaterToo() throws Exception {
        loop.submit(() -> {
                    turns.add(() -> ran.add("waiting"));
                    turns.close();
                    turns.add(() -> ran.add("late"));
                    ran.add("closed");
                })
                .sync();
        assertThat(ran).containsExactly("waiting", "late", "closed");
    }
}
