package libp2p.muxers.engine;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * Who has something to send on a connection, in the order in which they will be served: control frames first, then the
 * streams of high, normal and low priority, each class in turn. A class that has been served {@link #BURST} times in a row
 * lets one of a lower class pass, so that nothing starves.
 *
 * <p>It holds senders, not frames: a sender stands in each queue once, however much it has to say. That bounds the queues
 * by the number of streams and makes equal frames melt into one. Any thread puts; only the writer thread takes, and it is
 * woken only when it is parked.
 */
public final class Outbox {
    /** How often one class is served in a row while a lower one waits. */
    static final int BURST = 16;

    private static final int CONTROL = 0;
    private static final int CLASSES = 4;

    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition work;
    private final Line[] lines = new Line[CLASSES];
    private boolean closed;
    private boolean finishing;
    private boolean dataTurn;

    Outbox(Environment environment) {
        this.environment = environment;
        this.work = new TimedCondition(environment, lock);
        for (int i = 0; i < CLASSES; i++) {
            lines[i] = new Line(i == CONTROL);
        }
    }

    /** The sender has control frames. */
    public void control(Sender sender) {
        lock.lock();
        try {
            enqueueControl(sender);
            work.signal(); // even if it stands there already: it may have been queued to wait for others
        } finally {
            lock.unlock();
        }
    }

    /** The sender has control frames that leave with whatever is sent next: a parked writer is not woken for them. */
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

    /** Sends what {@link #controlWithNext} left waiting. */
    void wake() {
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The sender has data that may be sent at once. */
    public void data(Sender sender) {
        lock.lock();
        try {
            if (!sender.inData && !closed) {
                sender.inData = true;
                lines[1 + sender.priority.ordinal()].add(sender);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** No more waiting: what is queued now is the last that is served. */
    void finish() {
        lock.lock();
        try {
            finishing = true;
            work.signal();
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
            work.signal();
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
                return null;
            }
            dataTurn = line != CONTROL;
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

    /** Waits until somebody has something to send; returns false if the writer has to end. */
    boolean await() {
        lock.lock();
        try {
            while (!closed && !finishing && isEmpty()) {
                try {
                    work.await(Deadline.NONE);
                } catch (InterruptedException ignored) {
                    Thread.interrupted(); // nobody outside of this package knows the writer thread
                }
            }
            return !closed && !isEmpty();
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
