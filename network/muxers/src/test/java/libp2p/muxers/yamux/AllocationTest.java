package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.contracts.muxer.TestEnvironment;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.MuxerLimits;
import libp2p.muxers.support.HandoffLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes that pass through a warm connection leave no garbage. */
@Timeout(60)
class AllocationTest {
    private static final int FRAME = 60_000;
    private static final int FRAMES = 10_000;

    private static long allocated(TestEnvironment environment) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return environment.platformThreads().stream()
                .mapToLong(thread -> Math.max(0, threads.getThreadAllocatedBytes(thread.threadId())))
                .sum();
    }

    @Test
    void aFrameAllocatesAlmostNothing() throws Exception {
        TestEnvironment environment = new TestEnvironment(true);
        HandoffLink link = new HandoffLink(environment);
        // with a window that lets all bytes on the way fit into spare chunks
        Yamux yamux = new Yamux(MuxerLimits.DEFAULT.withYamux(
                new MuxerLimits.Yamux(256, 1 << 20, 32, Duration.ofSeconds(30), Duration.ofSeconds(20))));
        MuxedConnection left = yamux.mux(environment, link.left(), true, new TestScope());
        MuxedConnection right = yamux.mux(environment, link.right(), false, new TestScope());
        MuxedStream source = left.openStream(Deadline.NONE);
        MuxedStream sink = right.acceptStream();
        environment.start("application", () -> write(source, 3 * FRAMES));
        ByteBuffer target = ByteBuffer.allocateDirect(FRAME);
        read(sink, target, 2 * FRAMES);
        long before = allocated(environment);
        read(sink, target, FRAMES / 2); // the other half may be on its way
        long after = allocated(environment);
        read(sink, target, FRAMES / 2);
        assertThat((after - before) / (FRAMES / 2))
                .as("bytes of garbage for a frame of 60,000, waits of four threads included")
                .isLessThan(600);
        left.close(0, "done");
        environment.awaitQuiet();
    }

    private static void write(MuxedStream stream, int frames) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(FRAME);
        try {
            for (int i = 0; i < frames; i++) {
                stream.write(bytes.clear());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(MuxedStream stream, ByteBuffer target, int frames) throws IOException {
        for (int i = 0; i < frames; i++) {
            target.clear();
            while (target.hasRemaining()) {
                stream.read(target);
            }
        }
    }
}
