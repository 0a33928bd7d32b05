package libp2p.contracts.muxer;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/** Two secure connections in memory that are joined by pipes of a bounded size, and tear what passes as they like. */
public final class MemoryLink {
    /**
     * Way in which bytes are packed and torn.
     *
     * @param record bytes of plain text that one record holds at most
     * @param pipe bytes that wait in each direction at most
     * @param tearSeed from which the places follow where writes are torn; 0 for none
     */
    public record Shape(int record, int pipe, long tearSeed) {
        /** Records of 65,519 bytes, 256 KiB in each direction, and nothing is torn. */
        public static final Shape PLAIN = new Shape(65519, 256 << 10, 0);

        /** Records of a random size, and reads of random pieces. */
        public static Shape random(long seed) {
            Random random = new Random(seed);
            return new Shape(1 + random.nextInt(70_000), 1 + random.nextInt(300_000), seed | 1);
        }
    }

    private final End left;
    private final End right;

    /** A link whose two ends are open; closed through its ends. */
    public MemoryLink(Environment environment, Shape shape) {
        Pipe there = new Pipe(shape.pipe);
        Pipe back = new Pipe(shape.pipe);
        left = new End(environment, shape, back, there);
        right = new End(environment, shape, there, back);
    }

    /** The one end. */
    public SecureConnection left() {
        return left;
    }

    /** The other end. */
    public SecureConnection right() {
        return right;
    }

    /** Waits until the left end waits for the right one to read. */
    public void awaitLeftBlocked() throws InterruptedException {
        left.out.awaitBlocked();
    }

    /** Whether both ends were closed. */
    public boolean isClosed() {
        return left.in.readerClosed && right.in.readerClosed;
    }

    private static final class Pipe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final byte[] ring;
        private int start;
        private int size;
        private int blocked;
        private boolean writerClosed;
        private volatile boolean readerClosed;

        Pipe(int capacity) {
            ring = new byte[capacity];
        }

        void write(ByteBuffer source) throws IOException {
            lock.lock();
            try {
                while (source.hasRemaining()) {
                    while (size == ring.length && !readerClosed && !writerClosed) {
                        blocked++;
                        changed.signalAll();
                        changed.awaitUninterruptibly();
                        blocked--;
                    }
                    if (writerClosed) {
                        throw new ClosedChannelException();
                    }
                    if (readerClosed) {
                        throw new IOException("broken pipe");
                    }
                    int at = (start + size) % ring.length;
                    int count = Math.min(source.remaining(), Math.min(ring.length - size, ring.length - at));
                    source.get(ring, at, count);
                    size += count;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        void awaitBlocked() throws InterruptedException {
            lock.lock();
            try {
                while (blocked == 0) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
        }

        int read(ByteBuffer target) throws IOException {
            lock.lock();
            try {
                while (size == 0 && !writerClosed && !readerClosed) {
                    changed.awaitUninterruptibly();
                }
                if (readerClosed) {
                    throw new ClosedChannelException();
                }
                if (size == 0) {
                    return -1;
                }
                int count = Math.min(target.remaining(), Math.min(size, ring.length - start));
                target.put(ring, start, count);
                start = (start + count) % ring.length;
                size -= count;
                changed.signalAll();
                return count;
            } finally {
                lock.unlock();
            }
        }

        void close(boolean writer) {
            lock.lock();
            try {
                if (writer) {
                    writerClosed = true;
                } else {
                    readerClosed = true;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private static final class End extends BlockingRecords {
        private final Pipe in;
        private final Pipe out;
        private final @Nullable Random tear;
        private final ByteBuffer plain;
        private final ByteBuffer record;

        End(Environment environment, Shape shape, Pipe in, Pipe out) {
            super(environment);
            this.in = in;
            this.out = out;
            this.tear = shape.tearSeed == 0 ? null : new Random(shape.tearSeed);
            this.plain = ByteBuffer.allocateDirect(shape.record).flip();
            this.record = ByteBuffer.allocateDirect(shape.record);
        }

        @Override
        protected @Nullable ByteBuffer take() throws IOException {
            if (!plain.hasRemaining()) {
                plain.clear();
                if (tear != null) {
                    plain.limit(1 + tear.nextInt(plain.capacity()));
                }
                int count = in.read(plain);
                plain.flip();
                if (count < 0) {
                    return null;
                }
            }
            return plain;
        }

        @Override
        public ByteBuffer plaintext() throws IOException {
            if (!record.hasRemaining()) {
                flush();
            }
            return record;
        }

        @Override
        public void flush() throws IOException {
            record.flip();
            try {
                out.write(record);
            } finally {
                record.clear();
            }
        }

        @Override
        protected void end() {
            in.close(false);
            out.close(true);
        }
    }

    /** Reads exactly so many bytes from a connection, as a peer written by hand. */
    public static byte[] readFully(SecureConnection connection, int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count) {
            ByteBuffer source = connection.read();
            if (source == null) {
                throw new EOFException("after " + done + " of " + count + " bytes");
            }
            int step = Math.min(source.remaining(), count - done);
            source.get(bytes, done, step);
            done += step;
        }
        return bytes;
    }
}
