package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import libp2p.streams.blocking.StreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The way from the remote peer to one reading thread, or to an action that reads when there is something. The
 * connection's reading thread delivers: straight into the buffer of the thread that waits, or into the queue if none
 * does.
 */
final class ReceiveBuffer extends StreamReader {
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
    private final Consumed consumed;
    private final Consumer<Runnable> due;
    /** The turn of the reader. */
    private @Nullable FlushTurn turn;
    /** The buffer of the reader. */
    private @Nullable ByteBuffer destination;
    /** The same while it is on offer to the connection's reading thread. */
    private @Nullable ByteBuffer target;

    private int filled;
    /** Whether the reader waits for whole chunks, and those into which bytes are being copied are none yet. */
    private boolean detaching;

    /**
     * @param consumed told, with the lock held, how many bytes have left this way for good
     * @param due given, with the lock held, an action of {@link #onReadable} to be run without it
     */
    ReceiveBuffer(StreamCore core, ChunkPool pool, Consumed consumed, Consumer<Runnable> due) {
        super(core.environment, core.lock);
        this.core = core;
        this.queue = new ByteQueue(pool);
        this.consumed = consumed;
        this.due = due;
    }

    // ------------------------------------------------------------------ what the reader finds

    @Override
    protected Supply supply() {
        if (!core.state.isReadable()) {
            return Supply.FAILURE;
        }
        if (queue.size() > 0) {
            return detaching && !queue.isDetachable() ? Supply.NOTHING_YET : Supply.BYTES;
        }
        return core.state.isRemoteFinished() ? Supply.END : Supply.NOTHING_YET;
    }

    @Override
    protected IOException failure() {
        return core.readFailure();
    }

    @Override
    protected int take(ByteBuffer into) {
        return filled > 0 ? filled : drain(into);
    }

    private int drain(ByteBuffer into) {
        int count = Math.min(queue.size(), into.remaining());
        queue.beginConsume();
        if (count <= SHORT) {
            queue.copyTo(into, count);
        } else {
            core.lock.unlock();
            try {
                queue.copyTo(into, count);
            } finally {
                core.lock.lock();
            }
        }
        if (queue.endConsume(count)) {
            consumed.accept(count, turn);
        }
        return count;
    }

    @Override
    protected ByteBuffer lendBytes(int most) {
        queue.beginConsume();
        return queue.lend(most);
    }

    @Override
    protected void returnBytes(int count) {
        queue.skip(count);
        if (queue.endConsume(count)) {
            consumed.accept(count, turn);
        }
    }

    @Override
    protected void due(Runnable action) {
        due.accept(action);
    }

    @Override
    protected void beginWait() {
        target = destination;
        filled = 0;
    }

    @Override
    protected void endWait(boolean inTime) {
        target = null;
        detaching &= inTime;
    }

    @Override
    protected boolean isServed() {
        return filled > 0;
    }

    // ------------------------------------------------------------------ what the stream calls, without the lock

    /**
     * See {@link libp2p.core.connection.Stream#read(ByteBuffer)}.
     *
     * @param own the turn of the caller
     */
    int read(ByteBuffer into, FlushTurn own) throws IOException {
        core.lock.lock();
        try {
            checkNoReader();
            destination = into;
            filled = 0;
            turn = own;
            try {
                return read(into);
            } finally {
                turn = null;
                destination = null;
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
            checkNoReader();
            detaching = true;
            try {
                return awaitBytes();
            } finally {
                detaching = false;
            }
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Takes whole chunks with their bytes; null if none fits, or none can be taken at this moment.
     *
     * @param most bytes
     * @param memory that the chunks may take
     * @param own the turn of the caller
     */
    @Nullable
    ChunkRun detach(int most, int memory, FlushTurn own) {
        core.lock.lock();
        try {
            ChunkRun run = !isReading() && queue.isDetachable() ? queue.detach(most, memory) : null;
            if (run != null) {
                consumed.accept(run.bytes(), own);
            }
            return run;
        } finally {
            core.lock.unlock();
        }
    }

    /** Lends the first bytes, in whole chunks as far as they have come; see {@link StreamReader#lend}. */
    @Nullable
    ByteBuffer lendChunk(int most) throws IOException {
        core.lock.lock();
        try {
            checkNoReader();
            detaching = true;
            try {
                return lend(most);
            } finally {
                detaching = false;
            }
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Ends what {@link #lendChunk} began: the bytes count as read.
     *
     * @param own the turn of the caller
     */
    void giveBack(int count, FlushTurn own) {
        core.lock.lock();
        try {
            turn = own;
            giveBack(count);
            turn = null;
        } finally {
            core.lock.unlock();
        }
    }

    // ------------------------------------------------------------------ what the connection does

    /**
     * Takes bytes from the remote peer out of {@code source}, which must hold at least {@code count}. Called by the
     * connection's reading thread only, without the lock.
     */
    void deliver(ByteBuffer source, int count, @Nullable FlushTurn own) {
        int end = source.position() + count;
        core.lock.lock();
        try {
            if (!core.state.isReceiving()) {
                source.position(end);
                return;
            }
            if (core.state.isDiscarding()) {
                source.position(end);
                consumed.accept(count, own);
                return;
            }
            if (target != null && queue.size() == 0 && filled == 0) {
                fill(target, source, count, own);
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
                wake();
            } else if (core.state.isReceiving()) {
                consumed.accept(rest, own); // discarded while it was copied
            }
        } finally {
            core.lock.unlock();
        }
    }

    private void fill(ByteBuffer waiting, ByteBuffer source, int count, @Nullable FlushTurn own) {
        int step = Math.min(count, waiting.remaining());
        waiting.put(waiting.position(), source, source.position(), step);
        waiting.position(waiting.position() + step);
        source.position(source.position() + step);
        filled = step;
        target = null;
        wake();
        consumed.accept(step, own);
    }

    /** Bytes that wait for a reader. Needs the lock. */
    int size() {
        return queue.size();
    }

    /** Throws away what waits and what comes; returns how much waited. Needs the lock. */
    int drop() {
        int size = queue.size();
        queue.drop();
        wake();
        return size;
    }
}
