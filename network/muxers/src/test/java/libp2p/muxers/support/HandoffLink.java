package libp2p.muxers.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.contracts.muxer.BlockingRecords;
import libp2p.core.environment.Environment;
import libp2p.core.security.SecureConnection;

/** Two secure connections that hand their records over without a copy, to measure what stands above them. */
public final class HandoffLink {
    private static final int RECORD = 65519;
    private static final int RECORDS = 8;

    private final End left;
    private final End right;

    public HandoffLink(Environment environment) {
        Lane there = new Lane();
        Lane back = new Lane();
        left = new End(environment, back, there);
        right = new End(environment, there, back);
    }

    public SecureConnection left() {
        return left;
    }

    public SecureConnection right() {
        return right;
    }

    private static final class Lane {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>(RECORDS);
        private final ArrayDeque<ByteBuffer> empty = new ArrayDeque<>(RECORDS);
        private boolean closed;

        Lane() {
            for (int i = 0; i < RECORDS; i++) {
                empty.add(ByteBuffer.allocateDirect(RECORD));
            }
        }

        ByteBuffer take(ArrayDeque<ByteBuffer> queue) throws IOException {
            lock.lock();
            try {
                while (queue.isEmpty() && !closed) {
                    changed.awaitUninterruptibly();
                }
                if (queue.isEmpty()) {
                    throw new ClosedChannelException();
                }
                return queue.removeFirst();
            } finally {
                lock.unlock();
            }
        }

        void put(ArrayDeque<ByteBuffer> queue, ByteBuffer buffer) {
            lock.lock();
            try {
                if (queue.isEmpty()) {
                    changed.signalAll();
                }
                queue.addLast(buffer);
            } finally {
                lock.unlock();
            }
        }

        void close() {
            lock.lock();
            closed = true;
            changed.signalAll();
            lock.unlock();
        }
    }

    private static final class End extends BlockingRecords {
        private final Lane in;
        private final Lane out;
        private ByteBuffer reading;
        private ByteBuffer writing;

        End(Environment environment, Lane in, Lane out) {
            super(environment);
            this.in = in;
            this.out = out;
        }

        @Override
        protected ByteBuffer take() throws IOException {
            if (reading != null && !reading.hasRemaining()) {
                in.put(in.empty, reading.clear());
                reading = null;
            }
            if (reading == null) {
                reading = in.take(in.full);
            }
            return reading;
        }

        @Override
        public ByteBuffer plaintext() throws IOException {
            if (writing != null && !writing.hasRemaining()) {
                flush();
            }
            if (writing == null) {
                writing = out.take(out.empty);
            }
            return writing;
        }

        @Override
        public void flush() {
            if (writing != null && writing.position() > 0) {
                out.put(out.full, writing.flip());
                writing = null;
            }
        }

        @Override
        protected void end() {
            in.close();
            out.close();
        }
    }
}
