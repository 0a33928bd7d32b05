package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.WaitBound;
import org.jspecify.annotations.Nullable;

/**
 * The way from one writing thread to the connection's writer thread. The queue may always hold a little; to hold more
 * it asks the memory account, and gives it back when it has run empty.
 */
final class SendBuffer {
    /** Bytes handed over at a time, so that the connection's writer thread can begin with the first of them. */
    private static final int STEP = 64 << 10;

    /** Up to so many bytes are sent by the thread that writes them, where it need not wait for anything. */
    static final int LITTLE = 4 << 10;

    private final StreamCore core;
    private final ByteQueue queue;
    private final TimedCondition writable;
    private final MemoryAccount memory;
    private final int largest;
    private final Runnable queued;
    private int capacity = StreamLimits.MINIMUM_SEND_BUFFER;
    private boolean writing;
    /** The turn of the thread that writes a little; null if there is no such. */
    private @Nullable FlushTurn turn;

    final WaitBound bound;

    /**
     * @param largest capacity in bytes when memory is granted
     * @param queued told, with the lock held, that bytes were queued
     */
    SendBuffer(StreamCore core, ChunkPool pool, MemoryAccount memory, int largest, Runnable queued) {
        this.core = core;
        this.queue = new ByteQueue(pool);
        this.writable = new TimedCondition(core.environment, core.lock);
        this.bound = new WaitBound(core.environment, "write");
        this.memory = memory;
        this.largest = largest;
        this.queued = queued;
    }

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
            writing = true;
            turn = little && queue.used() + source.remaining() <= capacity ? own : null;
            try {
                put(source);
            } finally {
                writing = false;
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
    int awaitRoom(int needed) throws IOException {
        core.lock.lock();
        try {
            checkNoWriter();
            writing = true;
            try {
                Deadline deadline = null;
                core.checkWritable();
                while (true) {
                    checkInTime(0);
                    int room = room(needed);
                    if (room >= needed) {
                        return room;
                    }
                    if (deadline == null) {
                        deadline = bound.next();
                    }
                    await(0, deadline, needed);
                    core.checkWritable();
                }
            } finally {
                writing = false;
            }
        } finally {
            core.lock.unlock();
        }
    }

    /**
     * Queues chunks for which {@link #awaitRoom} has found room.
     *
     * @param own the turn of the caller
     */
    void attach(ChunkRun run, FlushTurn own) throws IOException {
        core.lock.lock();
        try {
            if (writing || !core.isWritable()) {
                run.drop();
                checkNoWriter();
                core.checkWritable();
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

    /** See {@link libp2p.core.connection.Stream#isWritable}. */
    boolean isWritable(int count) {
        core.lock.lock();
        try {
            checkNoWriter();
            return !core.isWritable() || capacity - queue.used() >= count || room(1) >= count;
        } finally {
            core.lock.unlock();
        }
    }

    /** The turn by which the thread that writes sends the bytes that are being queued, or null. Needs the lock. */
    @Nullable
    FlushTurn turn() {
        return turn;
    }

    private void put(ByteBuffer source) throws IOException {
        int start = source.position();
        Deadline deadline = null;
        core.checkWritable();
        while (source.hasRemaining()) {
            checkInTime(source.position() - start);
            int room = room(1);
            if (room > 0) {
                append(source, Math.min(Math.min(room, STEP), source.remaining()));
            } else {
                if (deadline == null) {
                    deadline = bound.next();
                }
                await(source.position() - start, deadline, 1);
            }
            core.checkWritable();
        }
    }

    /** The room that there is, after asking for more memory if it is less than is needed. */
    private int room(int needed) {
        if (capacity - queue.used() < needed && capacity < largest && memory.tryTakeMore(largest - capacity)) {
            capacity = largest;
        }
        return capacity - queue.used();
    }

    private void append(ByteBuffer source, int count) {
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
    }

    private void await(int transferred, Deadline deadline, int needed) throws IOException {
        try {
            if (!writable.await(deadline) && room(needed) < needed && core.state.abort() == StreamState.Abort.NONE) {
                throw late(transferred);
            }
        } catch (InterruptedException e) {
            core.state.breakSending();
            throw StreamCore.interrupted("write", transferred);
        }
    }

    private void checkInTime(int transferred) throws DeadlineExceededException {
        if (bound.deadline().passed(core.environment)) {
            throw late(transferred);
        }
    }

    private DeadlineExceededException late(int transferred) {
        core.state.breakSending();
        DeadlineExceededException late = bound.late();
        late.bytesTransferred = transferred;
        return late;
    }

    /** Throws if a thread is writing. Needs the lock. */
    void checkNoWriter() {
        if (writing) {
            throw new IllegalStateException("another thread is writing this stream");
        }
    }

    /** Whether a thread is writing. Needs the lock. */
    boolean isWriting() {
        return writing;
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
        if (writable.hasWaiters()) {
            if (capacity - queue.used() >= capacity / 2) {
                writable.signal();
            }
        } else if (queue.size() == 0 && !writing) {
            shrink();
        }
    }

    /** Throws away what waits, and wakes the writing thread to look at the state. Needs the lock. */
    void drop() {
        queue.drop();
        shrink();
        writable.signalAll();
    }

    /** Wakes the writing thread to look at the state. Needs the lock. */
    void wake() {
        writable.signalAll();
    }

    private void shrink() {
        if (capacity > StreamLimits.MINIMUM_SEND_BUFFER) {
            memory.giveBack(capacity - StreamLimits.MINIMUM_SEND_BUFFER);
            capacity = StreamLimits.MINIMUM_SEND_BUFFER;
        }
    }
}
