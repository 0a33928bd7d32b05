package libp2p.contracts.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Two raw connections in memory, joined like the ends of a TCP connection: each way has a send buffer of 64 KiB. Reads
 * can be torn and bytes changed or cut off on their way. When both ends wait for bytes that will not be sent, and that
 * was asked for, both are closed: the deadline of the handshake, without the waiting.
 */
public final class HandshakeLink {
    private static final int BUFFER = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final End a = new End();
    private final End b = new End();
    private boolean closeWhenStalled;
    private boolean stalled;

    /** The one end. */
    public End a() {
        return a;
    }

    /** The other end. */
    public End b() {
        return b;
    }

    /** Closes both ends when both wait for each other. */
    public HandshakeLink closeWhenStalled() {
        closeWhenStalled = true;
        return this;
    }

    /** Whether {@link #closeWhenStalled} had to do that. */
    public boolean stalled() {
        lock.lock();
        try {
            return stalled;
        } finally {
            lock.unlock();
        }
    }

    /** The fate of the bytes that an end sends. */
    @FunctionalInterface
    public interface Fault {
        /** The byte that arrives instead of the index-th one, or -1 to end the stream here. */
        int apply(long index, byte sent);
    }

    /** One end. */
    public final class End implements RawConnection {
        private final byte[] inbox = new byte[BUFFER];
        private int head;
        private int count;
        private boolean ended;
        private boolean closed;
        private boolean waiting;
        private long sent;
        private Fault fault = (index, value) -> value & 0xff;
        private @Nullable Random tearing;
        private int readLimit = Integer.MAX_VALUE;
        private long reads;

        private End other() {
            return this == a ? b : a;
        }

        /** Changes what this end sends. */
        public End sending(Fault change) {
            fault = change;
            return this;
        }

        /** Lets each read of this end return a random number of bytes. */
        public End tornBy(Random random) {
            tearing = random;
            return this;
        }

        /** Lets each read of this end return at most so many bytes. */
        public End readingAtMost(int bytes) {
            readLimit = bytes;
            return this;
        }

        /** Tells that no thread will send at this end unless bytes come. */
        void nothingMoreToSend() {
            lock.lock();
            try {
                waiting = true;
                other().stall();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Number of bytes that this end has sent. */
        public long sent() {
            lock.lock();
            try {
                return sent;
            } finally {
                lock.unlock();
            }
        }

        /** Number of reads of this end that have returned bytes. */
        public long reads() {
            lock.lock();
            try {
                return reads;
            } finally {
                lock.unlock();
            }
        }

        /** Number of bytes that have arrived and were not read. */
        public int pending() {
            lock.lock();
            try {
                return count;
            } finally {
                lock.unlock();
            }
        }

        /** Whether one of the ends has been closed. */
        public boolean isClosed() {
            lock.lock();
            try {
                return closed;
            } finally {
                lock.unlock();
            }
        }

        /** Waits until a thread waits for bytes at this end and none have arrived. */
        public void awaitReader() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (!(waiting && count == 0)) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Waits until this end is closed. */
        public void awaitClosed() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (!closed) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Waits until a thread waits for room to write at this end. */
        public void awaitBlockedWriter() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (other().count < BUFFER) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Sends FIN; reading goes on. */
        public void shutdownOutput() {
            lock.lock();
            try {
                other().ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            lock.lock();
            try {
                if (!target.hasRemaining()) {
                    return 0;
                }
                while (count == 0 && !ended && !closed) {
                    waiting = true;
                    changed.signalAll();
                    if (!stall()) {
                        await();
                    }
                }
                waiting = false;
                if (closed) {
                    throw new AsynchronousCloseException();
                }
                if (count == 0) {
                    return -1;
                }
                int length = Math.min(Math.min(count, target.remaining()), readLimit);
                if (tearing != null) {
                    length = 1 + tearing.nextInt(length);
                }
                int first = Math.min(length, BUFFER - head);
                target.put(inbox, head, first).put(inbox, 0, length - first);
                head = (head + length) % BUFFER;
                count -= length;
                reads++;
                changed.signalAll();
                return length;
            } finally {
                lock.unlock();
            }
        }

        private boolean stall() {
            boolean mine = waiting && count == 0 && !ended && !closed;
            boolean theirs = other().waiting && other().count == 0 && !other().ended && !other().closed;
            if (closeWhenStalled && mine && theirs) {
                stalled = true;
                closed = true;
                other().closed = true;
                changed.signalAll();
                return true;
            }
            return false;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            lock.lock();
            try {
                End to = other();
                while (source.hasRemaining()) {
                    while (to.count == BUFFER && !closed && !to.closed) {
                        await();
                    }
                    if (closed) {
                        throw new ClosedChannelException();
                    }
                    if (to.closed) {
                        throw new IOException("Broken pipe");
                    }
                    int room = Math.min(BUFFER - to.count, source.remaining());
                    for (int i = 0; i < room; i++) {
                        int arriving = fault.apply(sent, source.get());
                        sent++;
                        if (arriving < 0) {
                            to.ended = true;
                        }
                        if (!to.ended) {
                            to.inbox[(to.head + to.count++) % BUFFER] = (byte) arriving;
                        }
                    }
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        private void await() throws IOException {
            try {
                changed.await();
            } catch (InterruptedException interrupted) {
                close();
                throw new IOException("interrupted", interrupted);
            }
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
            return Multiaddr.parse(this == a ? "/ip4/127.0.0.1/tcp/1" : "/ip4/127.0.0.1/tcp/2");
        }

        @Override
        public Multiaddr remoteAddress() {
            return other().localAddress();
        }

        @Override
        public boolean portReused() {
            return false;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                other().ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
