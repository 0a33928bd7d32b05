package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.streams.blocking.StreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Back-pressure on a writer: the way from one writing thread to the connection's writer thread. The queue may always hold a little; to hold more
 * it asks the memory account, and gives it back when it has run empty.
 */
final class SendBuffer extends StreamWriter {
    /** Bytes handed over at a time, so that the connection's writer thread can begin with the first of them. */
    private static final int STEP = 64 << 10;

    /** Up to so many bytes are sent by the thread that writes them, where it need not wait for anything. */
    static final int LITTLE = 4 << 10;

    private final StreamCore core;
    private final ByteQueue queue;
    private final MemoryAccount memory;
    private final int largest;
    private final Runnable queued;
    private int capacity = StreamLimits.MINIMUM_SEND_BUFFER;
    /** The turn of the thread that writes a little; null if there is no such. */
    private @Nullable FlushTurn turn;

    /**
     * @param largest capacity in bytes when memory is granted
     * @param queued told, with the lock held, that bytes were queued
     */
    SendBuffer(StreamCore core, ChunkPool pool, MemoryAccount memory, int largest, Runnable queued) {
        super(core.environment, core.lock);
        this.core = core;
        this.queue = new ByteQueue(pool);
        this.memory = memory;
        this.largest = largest;
        this.queued = queued;
    }

    // ------------------------------------------------------------------ what the writing thread finds

    @Override
    protected @Nullable IOException failure() {
        return core.writeFailure();
    }

    @Override
    protected boolean hasFailed() {
        return !core.isWritable();
    }

    @Override
    protected boolean hasRoom(int count) {
        // an empty queue does not ask for memory that nothing would give back
        return (queue.size() > 0 ? room(count) : capacity - queue.used()) >= count;
    }

    /** The room that there is, after asking for more memory if it is less than is needed. */
    private int room(int needed) {
        if (capacity - queue.used() < needed && capacity < largest && memory.tryTakeMore(largest - capacity)) {
            capacity = largest;
        }
        return capacity - queue.used();
    }

    @Override
    protected int put(ByteBuffer source) {
        int count = Math.min(Math.min(room(1), STEP), source.remaining());
        if (count <= 0) {
            return 0;
        }
        queue.beginProduce();
        core.lock.unlock();
        int done = 0;
        try {
            core.environment.schedulePoint();
            queue.append(source, count);
            done = count;
        } finally {
            core.lock.lock();
            if (queue.endProduce(done)) {
                queued.run();
            }
        }
        return count;
    }

    @Override
    protected void cutShort() {
        core.state.breakSending();
    }

    // ------------------------------------------------------------------ what the stream calls, without the lock

    /**
     * See {@link libp2p.core.connection.Stream#write(ByteBuffer)}.
     *
     * @param own the turn of the caller
     */
    void write(ByteBuffer source, FlushTurn own) throws IOException {
        boolean little = source.remaining() <= LITTLE;
        core.lock.lock();
        try {
            checkNoWriter();
            turn = little && queue.used() + source.remaining() <= capacity ? own : null;
            try {
                write(source);
            } finally {
                turn = null;
            }
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Waits until chunks of so much memory fit, as a write would for room, and returns how much fits; another thread
     * must not write meanwhile.
     *
     * @param needed bytes, at most {@link StreamLimits#MINIMUM_SEND_BUFFER}
     */
    int awaitMemory(int needed) throws IOException {
        core.lock.lock();
        try {
            awaitRoom(needed);
            return room(needed);
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Queues chunks for which {@link #awaitMemory} has found room.
     *
     * @param own the turn of the caller
     */
    void attach(ChunkRun run, FlushTurn own) throws IOException {
        core.lock.lock();
        try {
            if (isWriting() || !core.isWritable()) {
                run.drop();
                checkNoWriter();
                checkWritable();
                return;
            }
            if (queue.attach(run)) {
                turn = run.bytes() <= LITTLE ? own : null;
                queued.run();
                turn = null;
            }
        } finally {
            core.lock.unlock();
        }
    }

    // ------------------------------------------------------------------ what the connection does

    /** The turn by which the thread that writes sends the bytes that are being queued, or null. Needs the lock. */
    @Nullable
    FlushTurn turn() {
        return turn;
    }

    /** Bytes that wait to be sent. Needs the lock. */
    int size() {
        return queue.size();
    }

    /** Announces {@link #copy} of at most {@link #size} bytes. Needs the lock. */
    void beginCopy() {
        queue.beginConsume();
    }

    /**
     * Writes bytes of the queue, after {@link #beginCopy}. Called by the connection's writer thread without the lock.
     */
    void copy(RecordWriter out, int count) throws IOException {
        out.put(queue, count);
    }

    /** Forgets what was copied, and wakes the writing thread when half of the queue is free. Needs the lock. */
    void endCopy(int count) {
        queue.endConsume(count);
        if (isAwaited()) {
            if (capacity - queue.used() >= capacity / 2) {
                wake();
            }
        } else if (queue.size() == 0 && !isWriting()) {
            shrink();
        }
    }

    /** Throws away what waits, and wakes the writing thread to look at the state. Needs the lock. */
    void drop() {
        queue.drop();
        shrink();
        wake();
    }

    private void shrink() {
        if (capacity > StreamLimits.MINIMUM_SEND_BUFFER) {
            memory.giveBack(capacity - StreamLimits.MINIMUM_SEND_BUFFER);
            capacity = StreamLimits.MINIMUM_SEND_BUFFER;
        }
    }
}
