package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/** The reading thread while it takes what came, and what is put off until it has. */
final class ReadScope {
    private final MuxerConnection<?> muxer;
    private final SecureConnection connection;
    /** The reading thread while it is here. */
    private volatile @Nullable Thread taker;

    // the reading thread's
    private boolean severAfterwards;
    private @Nullable ArrayDeque<Runnable> actions;

    ReadScope(MuxerConnection<?> muxer, SecureConnection connection) {
        this.muxer = muxer;
        this.connection = connection;
    }

    /** Whether the calling thread is the reading thread, and in the middle of this. */
    boolean isCaller() {
        return taker == Thread.currentThread();
    }

    /**
     * Takes all bytes out of the buffer, then hands over the streams that begin in them and runs the actions that
     * waited for them: the receiver of a stream finds all its bytes that have arrived. Called by the reading thread.
     */
    void take(ByteBuffer source) throws IOException {
        taker = Thread.currentThread();
        try {
            muxer.receiveAndHandOver(source);
            runActions();
        } finally {
            muxer.endIfRemoteSaidSo();
            taker = null;
            if (severAfterwards) {
                connection.close();
            }
            startActions();
        }
    }

    /** Those that a failure left. */
    private void startActions() {
        ArrayDeque<Runnable> due = actions;
        Runnable action;
        while (due != null && (action = due.poll()) != null) {
            runSoon(action);
        }
    }

    private void runActions() {
        ArrayDeque<Runnable> due = actions;
        Runnable action;
        while (due != null && (action = due.poll()) != null) {
            muxer.runGuarded(action);
        }
    }

    /**
     * Runs an action of a stream that waits for something to read: when the reading thread has taken what came, or on a
     * thread of its own if something else is the cause. May be called with locks held.
     */
    void runSoon(Runnable action) {
        if (!isCaller()) {
            muxer.environment().start(muxer.name() + " readable", () -> muxer.runGuarded(action));
            return;
        }
        ArrayDeque<Runnable> due = actions;
        if (due == null) {
            due = new ArrayDeque<>(1);
            actions = due;
        }
        due.add(action);
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
