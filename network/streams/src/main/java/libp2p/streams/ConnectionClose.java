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
 * End of a connection: the first reason counts, a timer bounds the parting, and callers that asked are told when it is
 * over.
 */
final class ConnectionClose {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

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

    /** Runs the action when the end is over: one after the other on a thread of theirs, in the order of the calls. */
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
        if (!waiting.isEmpty()) {
            environment.start(name + " closed", () -> waiting.forEach(this::guarded));
        }
    }

    /** The failure of one action keeps no other from running. */
    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, name + ": an action at the end of a connection failed", failure);
        }
    }
}
