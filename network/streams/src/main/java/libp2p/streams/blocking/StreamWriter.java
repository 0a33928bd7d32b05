package libp2p.streams.blocking;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.WaitBound;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a stream: one thread that writes, or waits for room. A subclass says how much room there is and
 * puts the bytes there. A write that is interrupted or late cuts the stream short: nothing can be written after it.
 *
 * <p>Every method needs the lock, held exactly once; a wait gives it up, and a subclass may while it puts.
 */
public abstract class StreamWriter {
    private final Environment environment;
    private final TimedCondition writable;
    private final WaitBound bound;
    private boolean writing;

    /** @param lock under which every method is called */
    protected StreamWriter(Environment environment, ReentrantLock lock) {
        this.environment = environment;
        writable = new TimedCondition(environment, lock);
        bound = new WaitBound(environment, "write");
    }

    // ------------------------------------------------------------------ what a subclass adds

    /** Why no byte may be written any more, in an exception of its own for each caller; null if it may. */
    protected abstract @Nullable IOException failure();

    /** Whether {@link #failure} has a reason. */
    protected abstract boolean hasFailed();

    /** Whether so many bytes have room; may ask for more memory. */
    protected abstract boolean hasRoom(int count);

    /** Takes the bytes that have room, or some of them, out of the source; returns their number, 0 if there is none. */
    protected abstract int put(ByteBuffer source);

    /** A write was cut short: no other may follow, nor FIN. */
    protected abstract void cutShort();

    /** The writing thread begins to wait. */
    protected void beginWait() {}

    // ------------------------------------------------------------------ what a subclass uses

    /** Wakes the writing thread to look again. */
    public final void wake() {
        writable.signalAll();
    }

    /** Whether a thread waits for room. */
    protected final boolean isAwaited() {
        return writable.hasWaiters();
    }

    /** Throws if no byte may be written any more. */
    public final void checkWritable() throws IOException {
        IOException failure = failure();
        if (failure != null) {
            throw failure;
        }
    }

    /** Throws {@link IllegalStateException} if a thread writes. */
    public final void checkNoWriter() {
        if (writing) {
            throw new IllegalStateException("another thread is writing this stream");
        }
    }

    /** Whether a thread writes. */
    public final boolean isWriting() {
        return writing;
    }

    /**
     * Becomes the writer and waits for room, as a write would.
     *
     * @param needed bytes that the subclass can hold at all
     */
    protected final void awaitRoom(int needed) throws IOException {
        checkNoWriter();
        writing = true;
        try {
            Deadline deadline = null;
            checkWritable();
            checkInTime(0);
            while (!hasRoom(needed)) {
                if (deadline == null) {
                    deadline = bound.next();
                }
                await(0, deadline, needed);
                checkWritable();
                checkInTime(0);
            }
        } finally {
            writing = false;
        }
    }

    private void checkInTime(int transferred) throws DeadlineExceededException {
        if (bound.deadline().passed(environment)) {
            throw late(transferred);
        }
    }

    private void await(int transferred, Deadline deadline, int needed) throws IOException {
        beginWait();
        try {
            if (!writable.await(deadline) && !hasFailed() && !hasRoom(needed)) {
                throw late(transferred);
            }
        } catch (InterruptedException e) {
            cutShort();
            throw Waits.interrupted("write", transferred);
        }
    }

    private DeadlineExceededException late(int transferred) {
        cutShort();
        DeadlineExceededException late = bound.late();
        late.bytesTransferred = transferred;
        return late;
    }

    // ------------------------------------------------------------------ what a stream calls

    /** See {@link libp2p.core.connection.Stream#write(ByteBuffer)}. */
    public final void write(ByteBuffer source) throws IOException {
        checkNoWriter();
        writing = true;
        try {
            putAll(source);
        } finally {
            writing = false;
        }
    }

    private void putAll(ByteBuffer source) throws IOException {
        int start = source.position();
        Deadline deadline = null;
        checkWritable();
        while (source.hasRemaining()) {
            checkInTime(source.position() - start);
            if (put(source) == 0) {
                if (deadline == null) {
                    deadline = bound.next();
                }
                await(source.position() - start, deadline, 1);
            }
            checkWritable();
        }
    }

    /** See {@link libp2p.core.connection.Stream#isWritable}. */
    public final boolean isWritable(int count) {
        checkNoWriter();
        return hasFailed() || hasRoom(count);
    }

    /** Until when writes may wait; may be set and asked without the lock. */
    public final WaitBound bound() {
        return bound;
    }
}
