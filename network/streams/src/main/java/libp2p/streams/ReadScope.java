package libp2p.streams;

import java.util.ArrayDeque;
import libp2p.core.environment.Environment;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/**
 * The reading thread while it takes what came, and what is put off until it has: actions of streams, and the closing of
 * the connection below. Knows nothing of the muxer, which begins and ends it.
 */
final class ReadScope {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

    private final Environment environment;
    private final String name;
    private final SecureConnection connection;
    /** The reading thread while it is here. */
    private volatile @Nullable Thread taker;

    // the reading thread's
    private boolean severAfterwards;
    private @Nullable ArrayDeque<Runnable> actions;

    /** @param name of the muxer, for threads and messages */
    ReadScope(Environment environment, String name, SecureConnection connection) {
        this.environment = environment;
        this.name = name;
        this.connection = connection;
    }

    /** Whether the calling thread is the reading thread, and in the middle of this. */
    boolean isCaller() {
        return taker == Thread.currentThread();
    }

    /** The calling thread is the reading thread from now on. */
    void begin() {
        taker = Thread.currentThread();
    }

    /** Runs the actions that waited for what came. Called by the reading thread. */
    void runActions() {
        ArrayDeque<Runnable> due = actions;
        Runnable action;
        while (due != null && (action = due.poll()) != null) {
            runGuarded(action);
        }
    }

    /** The reading thread has taken what came; actions that a failure left get threads of their own. */
    void end() {
        taker = null;
        if (severAfterwards) {
            connection.close();
        }
        ArrayDeque<Runnable> due = actions;
        Runnable action;
        while (due != null && (action = due.poll()) != null) {
            runSoon(action);
        }
    }

    /**
     * Runs an action of a stream that waits for something to read: when the reading thread has taken what came, or on a
     * thread of its own if something else is the cause. May be called with locks held.
     */
    void runSoon(Runnable action) {
        if (!isCaller()) {
            environment.start(name + " readable", () -> runGuarded(action));
            return;
        }
        ArrayDeque<Runnable> due = actions;
        if (due == null) {
            due = new ArrayDeque<>(1);
            actions = due;
        }
        due.add(action);
    }

    /** Runs foreign code that must not harm the thread it runs on. */
    void runGuarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, name + ": what is done with a stream failed", e);
        }
    }

    /**
     * Closes the connection below; not while the reading thread, if it is the caller, still has bytes of it in hands:
     * closing gives their buffer to another connection.
     */
    void sever() {
        if (isCaller()) {
            severAfterwards = true;
        } else {
            connection.close();
        }
    }
}
