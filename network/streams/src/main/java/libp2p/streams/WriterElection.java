package libp2p.streams;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Which thread serves a {@link SendQueue}, one at a time: the writer thread, which is woken only when it is parked, or a
 * thread that has just put little and promised to see to it itself, by {@link #claim}, so that no thread has to be
 * woken for it.
 *
 * <p>The writer thread comes with the first work and goes when none has come for {@link #IDLE_NANOS}, so that an idle
 * connection holds no stack for it. A timer finds that out, not a timed wait: waiting costs a busy connection nothing.
 */
final class WriterElection {
    /** Time for which the writer thread waits in vain before it ends. */
    static final long IDLE_NANOS = 2_000_000_000L;

    /** Bound of {@link #crowd}. */
    private static final int CROWD = 16;

    /** The next step of the writer thread. */
    enum Next {
        SERVE,
        /** Go, and come again when {@link WriterElection} asks for it. */
        LEAVE,
        /** The connection is over. */
        END
    }

    private enum Elected {
        NONE,
        CLAIMANT,
        WRITER
    }

    private enum WriterThread {
        ABSENT,
        PRESENT,
        /** It waits and is to go. */
        LEAVING
    }

    private enum Phase {
        OPEN,
        /** What is queued is the last that is served. */
        FINISHING,
        CLOSED
    }

    private final Environment environment;
    private final ReentrantLock lock;
    private final SendOrder order;
    private final Runnable writerStart;
    private final TimedCondition work;
    private Phase phase = Phase.OPEN;
    private WriterThread writer = WriterThread.ABSENT;
    private Elected elected = Elected.NONE;
    /**
     * Whether something waits for which the writer thread was not woken, and which does not only leave with the next.
     */
    private boolean wanted;
    /** Whether bytes are left that only a thread which may wait can write. */
    private boolean unwritten;
    /**
     * Grows when several senders are served together, shrinks when the writer thread wakes for one alone. While it is
     * not 0 promises of data count for nothing: what several threads send at a time shall leave together.
     */
    private int crowd;

    /** Turns of data since a thread began to serve. */
    private int turns;

    private long waits;
    private long waitsSeen;
    private @Nullable Timer idle;

    /**
     * @param lock of the send queue
     * @param order what waits to be served
     * @param writerStart starts the writer thread; called with the lock held
     */
    WriterElection(Environment environment, ReentrantLock lock, SendOrder order, Runnable writerStart) {
        this.environment = environment;
        this.lock = lock;
        this.order = order;
        this.writerStart = writerStart;
        this.work = new TimedCondition(environment, lock);
    }

    // ------------------------------------------------------------------ what the send queue tells, with the lock

    /**
     * There is something to send.
     *
     * @param promised whether the caller will claim for it
     */
    void want(boolean promised) {
        if (promised || elected != Elected.NONE) {
            wanted = true;
        } else {
            rouse();
        }
    }

    /** As {@link #want}, for data: a promise counts for nothing in a crowd. */
    void wantData(boolean promised) {
        want(promised && crowd == 0);
    }

    /** A sender gets a turn of data. */
    void turn() {
        turns++;
    }

    /** Nothing waits any more. */
    void satisfied() {
        wanted = false;
    }

    void finish() {
        if (phase == Phase.OPEN) {
            phase = Phase.FINISHING;
        }
        rouse();
    }

    void close() {
        phase = Phase.CLOSED;
        rouse();
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    private void rouse() {
        if (writer != WriterThread.ABSENT) {
            work.signal();
        } else {
            writerStart.run();
            writer = WriterThread.PRESENT;
        }
    }

    // ------------------------------------------------------------------ threads that serve, without the lock

    /**
     * Lets the calling thread serve, unless another does, there is nothing to do, or bytes are left that are written
     * first and may have to be waited for. If it returns true the caller serves without waiting for anything, and then
     * calls {@link #release}.
     */
    boolean claim() {
        lock.lock();
        try {
            if (!wanted || elected != Elected.NONE || unwritten || phase != Phase.OPEN) {
                return false;
            }
            wanted = false;
            elected = Elected.CLAIMANT;
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
            elected = Elected.NONE;
            crowd(Math.max(0, turns - 1));
            unwritten |= left;
            boolean deserted = wanted && !returns;
            if (unwritten || deserted || phase != Phase.OPEN || writer == WriterThread.LEAVING) {
                rouse();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a stream has something to send, or the writer thread has to go. When it returns {@link Next#SERVE}
     * the writer thread serves until its next call of this method.
     */
    Next await() {
        lock.lock();
        try {
            if (elected == Elected.WRITER) {
                elected = Elected.NONE;
                crowd(turns == 0 ? 0 : 2 * Math.min(turns, CROWD) - 3);
            }
            while (elected != Elected.NONE || isIdle()) {
                if (writer == WriterThread.LEAVING && elected == Elected.NONE) {
                    writer = WriterThread.ABSENT;
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
            writer = WriterThread.PRESENT;
            if (phase == Phase.CLOSED || (order.isEmpty() && !unwritten)) {
                return Next.END;
            }
            wanted = false;
            unwritten = false;
            elected = Elected.WRITER;
            turns = 0;
            return Next.SERVE;
        } finally {
            lock.unlock();
        }
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
    private void crowd(int change) {
        crowd = Math.clamp(crowd + change, 0, CROWD);
    }

    /** Needs the lock. */
    private boolean isIdle() {
        return phase == Phase.OPEN && !unwritten && order.isEmpty();
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
            if (phase != Phase.OPEN || !work.hasWaiters()) {
                return; // it is watched again when it waits
            }
            if (waits != waitsSeen) {
                watch();
                return;
            }
            writer = WriterThread.LEAVING;
            work.signal();
        } finally {
            lock.unlock();
        }
    }
}
