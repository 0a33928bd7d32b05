package libp2p.swarm.memory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;

/** A bounded pipe of bytes with one reader and one writer. As with a socket, an interrupt inside ends the pipe. */
final class MemoryPipe {
    private static final int CAPACITY = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition readable;
    private final TimedCondition writable;
    private ByteBuffer held = ByteBuffer.allocate(0); // ready to be read; grows on demand, given back when drained
    private boolean readerClosed;
    private boolean writerClosed;

    MemoryPipe(Environment environment) {
        readable = new TimedCondition(environment, lock);
        writable = new TimedCondition(environment, lock);
    }

    int read(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            while (!held.hasRemaining()) {
                if (readerClosed) {
                    throw new AsynchronousCloseException();
                }
                if (writerClosed) {
                    return -1;
                }
                readable.await(Deadline.NONE);
            }
            int count = Math.min(held.remaining(), target.remaining());
            target.put(target.position(), held, held.position(), count);
            target.position(target.position() + count);
            held.position(held.position() + count);
            writable.signal();
            return count;
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    void write(ByteBuffer source) throws IOException {
        lock.lock();
        try {
            while (source.hasRemaining()) {
                if (readerClosed || writerClosed) {
                    throw new IOException(
                            readerClosed ? "the reader of the pipe has closed it" : "the pipe is closed for writing");
                }
                int room = CAPACITY - held.remaining();
                if (room == 0) {
                    writable.await(Deadline.NONE);
                } else {
                    append(source, Math.min(room, source.remaining()));
                    readable.signal();
                }
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    private void append(ByteBuffer source, int count) {
        if (held.capacity() - held.limit() < count) {
            int needed = held.remaining() + count;
            ByteBuffer grown = needed <= held.capacity() ? held : ByteBuffer.allocate(Math.max(1024, needed));
            grown.put(0, held, held.position(), held.remaining());
            int length = held.remaining();
            held = grown.position(0).limit(length);
        }
        int end = held.limit();
        held.limit(end + count);
        held.put(end, source, source.position(), count);
        source.position(source.position() + count);
    }

    private IOException interrupted() {
        readerClosed = true;
        writerClosed = true;
        readable.signalAll();
        writable.signalAll();
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted, the connection is closed");
    }

    void closeReader() {
        lock.lock();
        try {
            readerClosed = true;
            held = ByteBuffer.allocate(0);
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void closeWriter() {
        lock.lock();
        try {
            writerClosed = true;
            readable.signalAll();
            writable.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
