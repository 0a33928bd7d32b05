package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.function.Consumer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.WaitBound;
import org.jspecify.annotations.Nullable;

/**
 * The way from the remote peer to one reading thread, or to an action that reads when there is something. The
 * connection's reader thread delivers: straight into the buffer of the thread that waits, or into the queue if none
 * does.
 */
final class ReceiveBuffer {
    /** Is told, with the lock held, how many bytes have left the buffer for good. */
    @FunctionalInterface
    interface Consumed {
        /** @param turn sends what is queued when the lock is free; null wakes the writer thread */
        void accept(int count, @Nullable FlushTurn turn);
    }

    /** Up to here a copy is cheaper than giving the lock up for it. */
    private static final int SHORT = 2 << 10;

    private final StreamCore core;
    private final ByteQueue queue;
    private final TimedCondition readable;
    private final Consumed consumed;
    private final Consumer<Runnable> due;
    private @Nullable Runnable awaiting;
    private @Nullable ByteBuffer target;
    private int filled;
    private boolean reading;
    final WaitBound bound;

    /**
     * @param consumed told, with the lock held, how many bytes have left this way for good
     * @param due given, with the lock held, an action of {@link #onReadable} to be run without it
     */
    ReceiveBuffer(StreamCore core, ChunkPool pool, Consumed consumed, Consumer<Runnable> due) {
        this.core = core;
        this.queue = new ByteQueue(pool);
        this.readable = new TimedCondition(core.environment, core.lock);
        this.bound = new WaitBound(core.environment, "read");
        this.consumed = consumed;
        this.due = due;
    }

    /**
     * See {@link libp2p.core.connection.Stream#read(ByteBuffer)}.
     *
     * @param turn of the caller
     */
    int read(ByteBuffer destination, FlushTurn turn) throws IOException {
        if (destination.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        core.lock.lock();
        try {
            if (reading) {
                throw new IllegalStateException("another thread is reading this stream");
            }
            reading = true;
            try {
                return destination.hasRemaining() ? take(destination, turn) : 0;
            } finally {
                reading = false;
            }
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Waits for bytes that {@link #detach} or {@link #lend} can take, as a read would for bytes.
     *
     * @return false after the remote peer's last byte
     */
    boolean awaitDetachable() throws IOException {
        core.lock.lock();
        try {
            if (reading) {
                throw new IllegalStateException("another thread is reading this stream");
            }
            reading = true;
            try {
                return awaitChunks();
            } finally {
                reading = false;
            }
        } finally {
            core.lock.unlock();
        }
    }

    private boolean awaitChunks() throws IOException {
        Deadline deadline = null;
        while (true) {
            core.checkReadable();
            bound.check();
            if (queue.isDetachable()) {
                return true;
            }
            if (queue.size() == 0 && core.state.isRemoteFinished()) {
                return false;
            }
            if (deadline == null) {
                deadline = bound.next();
            }
            try {
                if (!readable.await(deadline) && core.state.isReceiving() && core.state.isReadable()) {
                    if (queue.size() == 0) {
                        throw bound.late();
                    }
                    return true;
                }
            } catch (InterruptedException e) {
                throw StreamCore.interrupted("read", 0);
            }
        }
    }

    /**
     * Takes whole chunks with their bytes; null if none fits, or none can be taken at this moment.
     *
     * @param most bytes
     * @param memory that the chunks may take
     * @param turn of the caller
     */
    @Nullable
    ChunkRun detach(int most, int memory, FlushTurn turn) {
        core.lock.lock();
        try {
            ChunkRun run = !reading && queue.isDetachable() ? queue.detach(most, memory) : null;
            if (run != null) {
                consumed.accept(run.bytes(), turn);
            }
            return run;
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Waits as a read would, and lends the first bytes in the memory in which they lie; null after the remote peer's
     * last byte. Until {@link #giveBack} the caller is the reader.
     *
     * @param most bytes
     */
    @Nullable
    ByteBuffer lend(int most) throws IOException {
        core.lock.lock();
        try {
            if (reading) {
                throw new IllegalStateException("another thread is reading this stream");
            }
            reading = true;
            boolean lent = false;
            try {
                if (!awaitChunks()) {
                    return null;
                }
                queue.beginConsume();
                lent = true;
                return queue.lend(most);
            } finally {
                reading = lent;
            }
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Ends what {@link #lend} began: the bytes count as read.
     *
     * @param turn of the caller
     */
    void giveBack(int count, FlushTurn turn) {
        core.lock.lock();
        try {
            queue.skip(count);
            if (queue.endConsume(count)) {
                consumed.accept(count, turn);
            }
            reading = false;
        } finally {
            core.lock.unlock();
        }
    }

    /** See {@link libp2p.core.connection.Stream#onReadable}. */
    boolean onReadable(Runnable otherwise) {
        core.lock.lock();
        try {
            if (reading || awaiting != null) {
                throw new IllegalStateException("this stream has a reader that waits");
            }
            if (queue.size() > 0 || core.state.isRemoteFinished() || !core.state.isReadable()) {
                return true;
            }
            awaiting = otherwise;
            return false;
        } finally {
            core.lock.unlock();
        }
    }

    private int take(ByteBuffer destination, FlushTurn turn) throws IOException {
        Deadline deadline = null;
        while (true) {
            core.checkReadable();
            bound.check();
            if (queue.size() > 0) {
                return drain(destination, turn);
            }
            if (core.state.isRemoteFinished()) {
                return -1;
            }
            if (deadline == null) {
                deadline = bound.next();
            }
            int count = await(destination, deadline);
            if (count > 0) {
                return count;
            }
        }
    }

    private int drain(ByteBuffer destination, FlushTurn turn) {
        int count = Math.min(queue.size(), destination.remaining());
        queue.beginConsume();
        if (count <= SHORT) {
            queue.copyTo(destination, count);
        } else {
            core.lock.unlock();
            try {
                queue.copyTo(destination, count);
            } finally {
                core.lock.lock();
            }
        }
        if (queue.endConsume(count)) {
            consumed.accept(count, turn);
        }
        return count;
    }

    /** Waits with the buffer on offer to the connection's reader thread; returns how many bytes it put there. */
    private int await(ByteBuffer destination, Deadline deadline) throws IOException {
        target = destination;
        filled = 0;
        boolean inTime;
        try {
            inTime = readable.await(deadline);
        } catch (InterruptedException e) {
            if (filled == 0) {
                throw StreamCore.interrupted("read", 0);
            }
            Thread.currentThread().interrupt();
            return filled;
        } finally {
            target = null;
        }
        if (!inTime && filled == 0 && queue.size() == 0 && core.state.isReceiving() && core.state.isReadable()) {
            throw bound.late();
        }
        return filled;
    }

    /**
     * Takes bytes from the remote peer out of {@code source}, which must hold at least {@code count}. Called by the
     * connection's reader thread only, without the lock.
     */
    void deliver(ByteBuffer source, int count, @Nullable FlushTurn turn) {
        int end = source.position() + count;
        core.lock.lock();
        try {
            if (!core.state.isReceiving()) {
                source.position(end);
                return;
            }
            if (core.state.isDiscarding()) {
                source.position(end);
                consumed.accept(count, turn);
                return;
            }
            if (target != null && queue.size() == 0 && filled == 0) {
                fill(target, source, count, turn);
            }
            if (source.position() == end) {
                return;
            }
            queue.beginProduce();
        } finally {
            core.lock.unlock();
        }
        core.environment.schedulePoint();
        int rest = end - source.position();
        queue.append(source, rest);
        core.lock.lock();
        try {
            if (queue.endProduce(rest)) {
                readable.signal();
                notifyAwaiting();
            } else if (core.state.isReceiving()) {
                consumed.accept(rest, turn); // discarded while it was copied
            }
        } finally {
            core.lock.unlock();
        }
    }

    private void fill(ByteBuffer waiting, ByteBuffer source, int count, @Nullable FlushTurn turn) {
        int step = Math.min(count, waiting.remaining());
        waiting.put(waiting.position(), source, source.position(), step);
        waiting.position(waiting.position() + step);
        source.position(source.position() + step);
        filled = step;
        target = null;
        readable.signal();
        consumed.accept(step, turn);
    }

    /** Bytes that wait for a reader. Needs the lock. */
    int size() {
        return queue.size();
    }

    /** Wakes the reader to look at the state. Needs the lock. */
    void wake() {
        readable.signalAll();
        notifyAwaiting();
    }

    private void notifyAwaiting() {
        Runnable action = awaiting;
        if (action != null) {
            awaiting = null;
            due.accept(action);
        }
    }

    /** Throws away what waits and what comes; returns how much waited. Needs the lock. */
    int drop() {
        int size = queue.size();
        queue.drop();
        wake();
        return size;
    }
}
