package libp2p.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends: the first reason counts, a timer bounds the parting, and who asked is told when it is over.
 */
final class ConnectionClose {
    private final Environment environment;
    private final String name;
    private final long timeoutNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> actions = new ArrayList<>(1);
    private @Nullable Timer timer;
    private boolean over;
    private volatile @Nullable CloseReason reason;
    private long goodbye;

    ConnectionClose(Environment environment, String name, Duration timeout) {
        this.environment = environment;
        this.name = name;
        this.timeoutNanos = Nanos.of(timeout);
    }

    /** Begins the end; returns false if it has begun before, for another reason. */
    boolean begin(CloseReason why, long goodbyeCode) {
        lock.lock();
        try {
            if (reason != null) {
                return false;
            }
            reason = why;
            goodbye = goodbyeCode;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The reason, or null before the end has begun. */
    @Nullable
    CloseReason reason() {
        return reason;
    }

    /** The code to say goodbye with. */
    long goodbye() {
        lock.lock();
        try {
            return goodbye;
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action when the time for parting is up and the end is not over. */
    void bound(Runnable action) {
        lock.lock();
        try {
            if (!over) {
                if (timer != null) {
                    timer.cancel();
                }
                timer = environment.schedule(timeoutNanos, action);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action on a thread of its own when the end is over. */
    void onOver(Runnable action) {
        lock.lock();
        try {
            if (!over) {
                actions.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        environment.start(name + " closed", action);
    }

    /** The end is over. */
    void over() {
        List<Runnable> waiting;
        lock.lock();
        try {
            over = true;
            waiting = List.copyOf(actions);
            actions.clear();
            if (timer != null) {
                timer.cancel();
            }
        } finally {
            lock.unlock();
        }
        for (Runnable action : waiting) {
            environment.start(name + " closed", action);
        }
    }
}
