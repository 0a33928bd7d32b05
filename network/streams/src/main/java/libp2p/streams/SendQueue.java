package libp2p.streams;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The streams with something to send on a connection, in the order of service: control frames first, then the
 * streams of high, normal and low priority, each class in turn. A class that has been served {@link #BURST} times in a
 * row lets one of a lower class pass, so that nothing starves.
 *
 * <p>It holds senders, not frames: a sender stands in each queue once, however much it has to say. That bounds the
 * queues by the number of streams and makes equal frames melt into one. Any thread puts; one at a time takes: the
 * writer thread, which is woken only when it is parked, or a thread that has just put little and promised to see to it
 * itself, by {@link #claim}, so that no thread has to be woken for it.
 *
 * <p>The writer thread comes with the first work and goes when none has come for {@link #IDLE_NANOS}, so that an idle
 * connection holds no stack for it. A timer finds that out, not a timed wait: waiting costs a busy connection nothing.
 */
public final class SendQueue {
    /** Number of times that one class is served in a row while a lower one waits. */
    static final int BURST = 16;

    /** Time for which the writer thread waits in vain before it ends. */
    static final long IDLE_NANOS = 2_000_000_000L;

    /** Bound of {@link #crowd}. */
    private static final int CROWD = 16;

    /** The next step of the writer thread. */
    enum Next {
        SERVE,
        /** Go, and come again when {@link SendQueue} asks for it. */
        LEAVE,
        /** The connection is over. */
        END
    }

    private static final int CONTROL = 0;
    private static final int CLASSES = 4;

    private final Environment environment;
    private final Runnable writerStart;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition work;
    private final Line[] lines = new Line[CLASSES];
    private boolean closed;
    private boolean finishing;
    private boolean dataTurn;
    private boolean present;
    private boolean leaving;
    /** Whether a thread takes, and whether that is the writer thread. */
    private boolean served;

    private boolean servedByWriter;
    /**
     * Whether something waits for which the writer thread was not woken, and which does not only leave with the next.
     */
    private boolean wanted;
    /**
     * Grows when several senders are served together, shrinks when the writer thread wakes for one alone. While it is
     * not 0 promises of data count for nothing: what several threads send at a time shall leave together.
     */
    private int crowd;

    /** Turns of data since a thread began to serve. */
    private int turns;
    /** Whether bytes are left that only a thread which may wait can write. */
    private boolean unwritten;

    private long waits;
    private long waitsSeen;
    private @Nullable Timer idle;

    /** @param writerStart starts the writer thread; called with the lock held */
    SendQueue(Environment environment, Runnable writerStart) {
        this.environment = environment;
        this.writerStart = writerStart;
        this.work = new TimedCondition(environment, lock);
        for (int i = 0; i < CLASSES; i++) {
            lines[i] = new Line(i == CONTROL);
        }
    }

    /** The sender has control frames. */
    public void control(Sender sender) {
        control(sender, null);
    }

    /**
     * As {@link #control(Sender)}.
     *
     * @param turn the promise of the caller to send it; null wakes the writer thread
     */
    void control(Sender sender, @Nullable FlushTurn turn) {
        lock.lock();
        try {
            enqueueControl(sender);
            want(turn != null); // even if it stands there already: it may have been queued to wait for others
        } finally {
            lock.unlock();
        }
    }

    /** The sender has control frames that leave with the next bytes: a parked writer is not woken for them. */
    void controlWithNext(Sender sender) {
        lock.lock();
        try {
            enqueueControl(sender);
        } finally {
            lock.unlock();
        }
    }

    private void enqueueControl(Sender sender) {
        if (!sender.inControl && !closed) {
            sender.inControl = true;
            lines[CONTROL].add(sender);
        }
    }

    /** Needs the lock. */
    private void want(boolean promised) {
        if (promised || served) {
            wanted = true;
        } else {
            rouse();
        }
    }

    /** Needs the lock. */
    private void rouse() {
        if (present) {
            work.signal();
        } else {
            writerStart.run();
            present = true;
        }
    }

    /** Whether the sender waits to send. */
    boolean holds(Sender sender) {
        lock.lock();
        try {
            return sender.inControl || sender.inData;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what {@link #controlWithNext} left waiting. */
    void wake() {
        lock.lock();
        try {
            want(false);
        } finally {
            lock.unlock();
        }
    }

    /** The sender has data that may be sent at once. */
    public void data(Sender sender) {
        data(sender, null);
    }

    /**
     * As {@link #data(Sender)}.
     *
     * @param turn the promise of the caller to send it; null wakes the writer thread
     */
    void data(Sender sender, @Nullable FlushTurn turn) {
        lock.lock();
        try {
            if (!sender.inData && !closed) {
                sender.inData = true;
                lines[1 + sender.priority.ordinal()].add(sender);
                want(turn != null && crowd == 0);
            }
        } finally {
            lock.unlock();
        }
    }

    /** No more waiting: the queue of this moment is the last that is served. */
    void finish() {
        lock.lock();
        try {
            finishing = true;
            rouse();
        } finally {
            lock.unlock();
        }
    }

    /** Drops everything and ends the writer. */
    void close() {
        lock.lock();
        try {
            closed = true;
            for (Line line : lines) {
                line.clear();
            }
            rouse();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets the calling thread serve, unless another does, there is nothing to do, or bytes are left that are written
     * first and may have to be waited for. If it returns true the caller
     * serves without waiting for anything, and then calls {@link #release}.
     */
    boolean claim() {
        lock.lock();
        try {
            if (!wanted || served || unwritten || closed || finishing) {
                return false;
            }
            wanted = false;
            served = true;
            turns = 0;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends what {@link #claim} began.
     *
     * @param left whether bytes are left for the writer thread to write
     * @param returns whether the caller will claim again for what has come meanwhile
     */
    void release(boolean left, boolean returns) {
        lock.lock();
        try {
            served = false;
            crowd(Math.max(0, turns - 1));
            unwritten |= left;
            if (unwritten || (wanted && !returns) || closed || finishing || leaving) {
                rouse();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the sender whose turn it is send; returns false if there is none. */
    boolean serve(RecordWriter out) throws IOException {
        Sender sender = poll();
        if (sender == null) {
            return false;
        }
        if (sender.send(out, dataTurn)) {
            data(sender);
        }
        return true;
    }

    private @Nullable Sender poll() {
        environment.schedulePoint();
        lock.lock();
        try {
            int line = next();
            if (line < 0) {
                wanted = false;
                return null;
            }
            dataTurn = line != CONTROL;
            if (dataTurn) {
                turns++;
            }
            return lines[line].remove();
        } finally {
            lock.unlock();
        }
    }

    private int next() {
        int turn = -1;
        for (int i = 0; i < CLASSES; i++) {
            Line line = lines[i];
            if (line.isEmpty()) {
                line.served = 0;
                continue;
            }
            if (turn >= 0) {
                lines[turn].served = 0; // it lets this one pass
            }
            turn = i;
            if (line.served < BURST) {
                break;
            }
        }
        if (turn >= 0) {
            lines[turn].served = Math.min(BURST, lines[turn].served + 1);
        }
        return turn;
    }

    /**
     * Waits until a stream has something to send, or the writer thread has to go. When it returns {@link Next#SERVE}
     * the writer thread serves until its next call of this method.
     */
    Next await() {
        lock.lock();
        try {
            if (servedByWriter) {
                servedByWriter = false;
                served = false;
                crowd(turns == 0 ? 0 : 2 * Math.min(turns, CROWD) - 3);
            }
            while (served || isIdle()) {
                if (leaving && !served) {
                    leaving = false;
                    present = false;
                    return Next.LEAVE;
                }
                waits++;
                watch();
                try {
                    work.await(Deadline.NONE);
                } catch (InterruptedException ignored) {
                    Thread.interrupted(); // no code outside of this package knows the writer thread
                }
            }
            leaving = false;
            if (closed || (isEmpty() && !unwritten)) {
                return Next.END;
            }
            wanted = false;
            unwritten = false;
            served = true;
            servedByWriter = true;
            turns = 0;
            return Next.SERVE;
        } finally {
            lock.unlock();
        }
    }

    /** Needs the lock. */
    private void crowd(int change) {
        crowd = Math.clamp(crowd + change, 0, CROWD);
    }

    /** Needs the lock. */
    private boolean isIdle() {
        return !closed && !finishing && !unwritten && isEmpty();
    }

    /** The last writer thread has ended. */
    void ended() {
        lock.lock();
        try {
            if (idle != null) {
                idle.cancel();
                idle = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Needs the lock. */
    private void watch() {
        if (idle == null) {
            waitsSeen = waits;
            idle = environment.schedule(IDLE_NANOS, this::checkIdle);
        }
    }

    private void checkIdle() {
        lock.lock();
        try {
            idle = null;
            if (closed || finishing || !work.hasWaiters()) {
                return; // it is watched again when it waits
            }
            if (waits != waitsSeen) {
                watch();
                return;
            }
            leaving = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        for (Line line : lines) {
            if (!line.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** A queue that is linked through its senders, so that it needs no memory. */
    private static final class Line {
        private final boolean control;
        private @Nullable Sender first;
        private @Nullable Sender last;
        private int served;

        Line(boolean control) {
            this.control = control;
        }

        boolean isEmpty() {
            return first == null;
        }

        void add(Sender sender) {
            if (last == null) {
                first = sender;
            } else if (control) {
                last.nextControl = sender;
            } else {
                last.nextData = sender;
            }
            last = sender;
        }

        @Nullable
        Sender remove() {
            Sender sender = first;
            if (sender != null) {
                first = control ? sender.nextControl : sender.nextData;
                if (first == null) {
                    last = null;
                }
                if (control) {
                    sender.nextControl = null;
                    sender.inControl = false;
                } else {
                    sender.nextData = null;
                    sender.inData = false;
                }
            }
            return sender;
        }

        void clear() {
            while (remove() != null) {}
        }
    }
}
