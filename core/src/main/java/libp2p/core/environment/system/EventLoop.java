package libp2p.core.environment.system;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * One daemon platform thread that waits for many sockets and reads each as long as it has something, a turn at a time.
 * A connection that is idle needs no stack, and what comes is read without waking another thread for it.
 *
 * <p>Thread-safe. Each socket asks for at most two pieces of work at a time, which bounds the queue.
 */
final class EventLoop implements Runnable {
    /** The socket that the loop serves; its key carries it. */
    interface Client {
        /** The socket is ready for what its key asks. Called by the thread of the loop. */
        void ready(SelectionKey key);

        /** The loop ends. Called by its thread. */
        void close();
    }

    private static final System.Logger LOG = System.getLogger("libp2p.core.environment");

    private final Selector selector;
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    /** Of the thread of the loop. */
    private final ArrayDeque<Runnable> postponed = new ArrayDeque<>();

    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private volatile boolean ended;

    private EventLoop(Selector selector) {
        this.selector = selector;
    }

    static EventLoop start(String name) throws IOException {
        EventLoop loop = new EventLoop(Selector.open());
        new LoopThread(name, loop).start();
        return loop;
    }

    /** Registers a channel that does not block, for reading. */
    SelectionKey register(SelectableChannel channel, Client client) throws IOException {
        try {
            return channel.register(selector, SelectionKey.OP_READ, client);
        } catch (ClosedSelectorException | CancelledKeyException ended) {
            throw new IOException("the environment is closed", ended);
        }
    }

    /** Runs something short on the thread of the loop, soon. */
    void execute(Runnable task) {
        work.add(task);
        if (ended) {
            runWork();
        } else {
            selector.wakeup();
        }
    }

    /** Runs a task when all sockets that are ready have been served. Called by the thread of the loop. */
    void afterOthers(Runnable task) {
        postponed.addLast(task);
    }

    /** Whether the calling thread is that of the loop. */
    boolean isCurrent() {
        return thread == Thread.currentThread();
    }

    /** Makes the loop look at changed keys. */
    void wakeup() {
        selector.wakeup();
    }

    /** Ends the thread, which closes what it serves; idempotent. */
    void close() {
        closed = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            try {
                if (postponed.isEmpty()) {
                    selector.select(EventLoop::ready);
                } else {
                    selector.selectNow(EventLoop::ready);
                }
            } catch (IOException | RuntimeException | Error failure) {
                LOG.log(System.Logger.Level.ERROR, "an event loop could not wait", failure);
            }
            runWork();
            runPostponed();
        }
        for (SelectionKey key : selector.keys()) {
            ((Client) key.attachment()).close();
        }
        try {
            selector.close();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.DEBUG, "closing an event loop failed: {0}", failure.toString());
        }
        ended = true;
        runWork();
    }

    private static void ready(SelectionKey key) {
        try {
            ((Client) key.attachment()).ready(key);
        } catch (RuntimeException | Error failure) {
            report(failure);
        } finally {
            LoopThread.wakeAll();
        }
    }

    private synchronized void runWork() {
        Runnable task;
        while ((task = work.poll()) != null) {
            run(task);
        }
    }

    /** Runs what was postponed until now; what these tasks postpone has to wait for the sockets again. */
    private void runPostponed() {
        for (int left = postponed.size(); left > 0; left--) {
            run(postponed.removeFirst());
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error failure) {
            report(failure);
        } finally {
            LoopThread.wakeAll();
        }
    }

    /** One socket's failure is no other's. */
    private static void report(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, "an event of a socket failed", failure);
    }
}
