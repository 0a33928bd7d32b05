package libp2p.muxers.yamux;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Yamux frames, apart from what they carry: 64 of them written behind each other, and cut again. Figures are per frame.
 */
@State(Scope.Thread)
public class YamuxFramesBenchmark {
    private static final int FRAMES = 64;

    /** Payload of a frame; it is skipped. */
    @Param({"0", "1024"})
    public int payload;

    private ByteBuffer frames;
    private long seen;
    private final FrameReader reader = new FrameReader((head, length) -> {
        seen += Frame.id(head) + length;
        return null;
    });

    @Setup
    public void start() {
        frames = ByteBuffer.allocateDirect(FRAMES * (Frame.HEADER + payload));
        write();
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer write() {
        frames.clear();
        for (int i = 0; i < FRAMES; i++) {
            frames.putLong(Frame.head(Frame.DATA, Frame.ACK, 2L * i + 1)).putInt(payload);
            frames.position(frames.position() + payload);
        }
        return frames;
    }

    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long read() throws IOException {
        frames.flip();
        reader.receive(frames);
        return seen;
    }
}
