package libp2p.security;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;

/** Both ends of a raw connection in one thread: what is written, up to 1 MiB, can be read back. */
public final class Loop implements RawConnection {
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);

    /** Lends the buffer to write to. */
    @FunctionalInterface
    public interface Output {
        ByteBuffer plaintext() throws IOException;
    }

    /** Lends the buffer to read from. */
    @FunctionalInterface
    public interface Input {
        ByteBuffer read() throws IOException;
    }

    /** One round of a measurement. */
    @FunctionalInterface
    public interface Round {
        void run() throws IOException;
    }

    /** Sends a batch that is written when the next is begun, and receives it. */
    public static void transfer(int batch, Output output, Input input) throws IOException {
        int sent = 0;
        while (sent < batch) {
            ByteBuffer target = output.plaintext();
            sent += target.remaining();
            target.position(target.limit());
        }
        output.plaintext();
        while (sent > 0) {
            ByteBuffer read = input.read();
            sent -= read.remaining();
            read.position(read.limit());
        }
    }

    /**
     * The bytes that this thread allocates per record. The measurement is repeated until they are few enough, because
     * the compiler removes short-lived objects only when it gets round to it.
     */
    public static long allocatedPerRecord(int records, long enough, Round round) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 200 && least > enough; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                round.run();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (200L * records));
        }
        return least;
    }

    @Override
    public int read(ByteBuffer target) {
        bytes.flip();
        int length = Math.min(target.remaining(), bytes.remaining());
        target.put(target.position(), bytes, 0, length).position(target.position() + length);
        bytes.position(length);
        bytes.compact();
        return length;
    }

    @Override
    public void write(ByteBuffer source) {
        bytes.put(source);
    }

    @Override
    public void onReadable(ReadHandler handler) {
        throw new UnsupportedOperationException("it only blocks");
    }

    @Override
    public void tryWrite(ByteBuffer source) {
        throw new UnsupportedOperationException("it only blocks");
    }

    @Override
    public Multiaddr localAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    }

    @Override
    public Multiaddr remoteAddress() {
        return localAddress();
    }

    @Override
    public boolean portReused() {
        return false;
    }

    @Override
    public void close() {
        bytes.clear();
    }
}
