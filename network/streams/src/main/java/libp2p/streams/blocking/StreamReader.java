package libp2p.streams.blocking;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.WaitBound;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a stream: one thread that reads, waits for bytes or has some on loan, or an action that reads when
 * there are some. A subclass says what there is to read and takes it.
 *
 * <p>Every method needs the lock, held exactly once; a wait gives it up.
 */
public abstract class StreamReader {
    /** What a read would find. */
    protected enum Supply {
        /** It would wait. */
        NOTHING_YET,
        /** It would return at least one byte. */
        BYTES,
        /** The last byte was read. */
        END,
        /** It would throw {@link #failure}. */
        FAILURE
    }

    private final TimedCondition readable;
    private final WaitBound bound;
    private boolean reading;
    private @Nullable Runnable awaiting;

    /** @param lock under which every method is called */
    protected StreamReader(Environment environment, ReentrantLock lock) {
        readable = new TimedCondition(environment, lock);
        bound = new WaitBound(environment, "read");
    }

    // ------------------------------------------------------------------ what a subclass adds

    /** What a read would find now. */
    protected abstract Supply supply();

    /** What a read that finds {@link Supply#FAILURE} throws; each caller gets one of its own. */
    protected abstract IOException failure();

    /**
     * Moves bytes into the target, which has room; there is at least one, or {@link #isServed} says so. May give the
     * lock up. Returns their number.
     */
    protected abstract int take(ByteBuffer target);

    /**
     * The first bytes where they lie, of which there is at least one; they stay until {@link #returnBytes}.
     *
     * @param most at least 1
     */
    protected abstract ByteBuffer lendBytes(int most);

    /** Bytes that were lent count as read. */
    protected abstract void returnBytes(int count);

    /** An action of {@link #onReadable} is to be run, without the lock. */
    protected abstract void due(Runnable action);

    /** The reading thread begins to wait. */
    protected void beginWait() {}

    /**
     * The reading thread waits no more.
     *
     * @param inTime false if it was for too long
     */
    protected void endWait(boolean inTime) {}

    /** Whether bytes went straight to the thread that waited, so that its read is over. */
    protected boolean isServed() {
        return false;
    }

    // ------------------------------------------------------------------ what a subclass uses

    /** Wakes the reading thread, or gives its action to {@link #due}: there is something new to look at. */
    public final void wake() {
        readable.signalAll();
        Runnable action = awaiting;
        if (action != null) {
            awaiting = null;
            due(action);
        }
    }

    /** Whether a thread reads, waits for bytes or has some on loan. */
    protected final boolean isReading() {
        return reading;
    }

    /** Throws {@link IllegalStateException} if a thread reads. */
    protected final void checkNoReader() {
        if (reading) {
            throw new IllegalStateException("another thread is reading this stream");
        }
    }

    /** Waits until there are bytes, as a read would, but takes none; false after the last byte. */
    protected final boolean awaitBytes() throws IOException {
        begin();
        try {
            return awaitSupply();
        } finally {
            reading = false;
        }
    }

    private void begin() {
        checkNoReader();
        reading = true;
    }

    /** Waits until there are bytes; false if there will be none. */
    private boolean awaitSupply() throws IOException {
        Deadline deadline = null;
        while (true) {
            Supply supply = supply();
            if (supply == Supply.FAILURE) {
                throw failure();
            }
            bound.check();
            if (supply != Supply.NOTHING_YET) {
                return supply == Supply.BYTES;
            }
            if (deadline == null) {
                deadline = bound.next();
            }
            if (await(deadline)) {
                return true;
            }
        }
    }

    private boolean await(Deadline deadline) throws IOException {
        boolean inTime = true;
        beginWait();
        try {
            inTime = readable.await(deadline);
        } catch (InterruptedException e) {
            if (!isServed()) {
                throw Waits.interrupted("read", 0);
            }
            Thread.currentThread().interrupt();
        } finally {
            endWait(inTime);
        }
        if (isServed()) {
            return true;
        }
        if (!inTime && supply() == Supply.NOTHING_YET) {
            throw bound.late();
        }
        return false;
    }

    // ------------------------------------------------------------------ what a stream calls

    /** See {@link libp2p.core.connection.Stream#read(ByteBuffer)}. */
    public final int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        begin();
        try {
            if (!target.hasRemaining()) {
                return 0;
            }
            return awaitSupply() ? take(target) : -1;
        } finally {
            reading = false;
        }
    }

    /**
     * Waits as a read would, and lends the first bytes in the memory in which they lie; null after the last byte. The
     * caller stays the reader until {@link #giveBack}.
     *
     * @param most bytes, at least 1
     */
    public final @Nullable ByteBuffer lend(int most) throws IOException {
        begin();
        ByteBuffer lent = null;
        try {
            lent = awaitSupply() ? lendBytes(most) : null;
        } finally {
            reading = lent != null;
        }
        return lent;
    }

    /** Ends what {@link #lend} began: the bytes count as read. */
    public final void giveBack(int count) {
        returnBytes(count);
        reading = false;
    }

    /** See {@link libp2p.core.connection.Stream#onReadable}. */
    public final boolean onReadable(Runnable otherwise) {
        if (reading || awaiting != null) {
            throw new IllegalStateException("this stream has a reader that waits");
        }
        if (supply() != Supply.NOTHING_YET) {
            return true;
        }
        awaiting = otherwise;
        return false;
    }

    /** Until when reads may wait; may be set and asked without the lock. */
    public final WaitBound bound() {
        return bound;
    }
}
