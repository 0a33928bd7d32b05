package libp2p.simulator.planted;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/** A bounded buffer of bytes between writers and readers. */
final class StreamBuffer {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final ArrayDeque<Integer> bytes = new ArrayDeque<>();
    private boolean ended;

    StreamBuffer(Environment environment, int capacity, @Nullable Flaw flaw) {
        this.environment = environment;
        this.capacity = capacity;
        this.flaw = flaw;
        this.changed = new TimedCondition(environment, lock);
    }

    void write(int value) throws InterruptedException {
        environment.schedulePoint();
        lock.lock();
        try {
            while (bytes.size() == capacity) {
                changed.await(Deadline.NONE);
            }
            bytes.add(value);
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next byte, or -1 at the end. */
    int read() throws InterruptedException {
        environment.schedulePoint();
        lock.lock();
        try {
            while (bytes.isEmpty() && !ended) {
                changed.await(Deadline.NONE);
            }
            if (bytes.isEmpty()) {
                return -1;
            }
            int value = bytes.remove();
            signal();
            return value;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        environment.schedulePoint();
        lock.lock();
        try {
            if (flaw == Flaw.DROPPED_EOF && !bytes.isEmpty()) {
                return;
            }
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        if (flaw == Flaw.SIGNAL_INSTEAD_OF_SIGNAL_ALL) {
            changed.signal();
        } else {
            changed.signalAll();
        }
    }
}
