package libp2p.streams.engine;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;

/**
 * The actions of {@link libp2p.core.connection.Stream#onReadable} of one connection, which neither wait nor take long.
 * The event loop runs those that it has made due itself; others get a thread, since the thread that makes them due may
 * be of an application. Every method needs the lock of the connection.
 */
final class ReadableActions {
    private static final System.Logger LOG = System.getLogger("libp2p.streams.engine");

    private final Environment environment;
    private final ArrayDeque<Runnable> due = new ArrayDeque<>(1);
    private boolean looking;

    ReadableActions(Environment environment) {
        this.environment = environment;
    }

    /** An action is due. */
    void add(Runnable action) {
        if (looking) {
            due.addLast(action);
        } else {
            environment.start("stream-readable", action);
        }
    }

    /**
     * Runs the actions that a look makes due, each without the lock, until there are no more. By the event loop.
     *
     * @param lock of the connection, held once
     * @param streams which looks at what has changed
     */
    void run(ReentrantLock lock, Application streams) {
        while (true) {
            looking = true;
            try {
                streams.look();
            } finally {
                looking = false;
            }
            Runnable action = due.pollFirst();
            if (action == null) {
                return;
            }
            lock.unlock();
            try {
                action.run();
            } catch (RuntimeException failure) {
                LOG.log(System.Logger.Level.ERROR, "an action of a stream that can be read failed", failure);
            } finally {
                lock.lock();
            }
        }
    }
}
