package libp2p.system;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One daemon platform thread that waits for many sockets and reads each as long as it has something, a turn at a time.
 * A connection that is idle needs no stack, and its bytes are read without waking another thread for it.
 *
 * <p>Thread-safe. Each socket asks for at most two pieces of work at a time, which bounds the queue.
 */
final class EventLoop implements Runnable {
    /** The socket that the loop serves; its key carries it. */
    interface Client {
        /** The socket is ready for what its key asks. Called by the thread of the loop. */
        void ready(SelectionKey key);

        /** Nanoseconds until {@link #due} is to be called, at least 0, or {@code Long.MAX_VALUE}. Any thread. */
        long untilDue();

        /** The time has come. Called by the thread of the loop. */
        void due();

        /** The loop ends. Called by its thread. */
        void close();
    }

    private static final System.Logger LOG = System.getLogger("libp2p.core.environment");
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Of a loop that has ended, for what its sockets have brought before. */
    private static final int LAST_ROUNDS = 100;

    private final Selector selector;
    private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
    /** Of the thread of the loop. */
    private final ArrayDeque<Runnable> postponed = new ArrayDeque<>();

    /** Clients that may be due at a time: few, as most sockets only wait for what comes. */
    private volatile Client[] timed = {};

    private final ReentrantLock timing = new ReentrantLock();

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
            runRest();
        } else if (!isCurrent()) { // the loop itself looks at its work before it waits
            selector.wakeup();
        }
    }

    /** Runs a task when all sockets that are ready have been served. Called by the thread of the loop. */
    void afterOthers(Runnable task) {
        postponed.addLast(task);
    }

    /** A client begins to have times. */
    void time(Client client) {
        timing.lock();
        try {
            Client[] more = Arrays.copyOf(timed, timed.length + 1);
            more[timed.length] = client;
            timed = more;
        } finally {
            timing.unlock();
        }
    }

    /** A client has no times any more. */
    void untime(Client client) {
        timing.lock();
        try {
            timed = Arrays.stream(timed).filter(one -> one != client).toArray(Client[]::new);
        } finally {
            timing.unlock();
        }
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
                select(postponed.isEmpty() && work.isEmpty() ? untilDue() : 0);
            } catch (IOException | RuntimeException | Error failure) {
                LOG.log(System.Logger.Level.ERROR, "an event loop could not wait", failure);
            }
            runDue();
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
        runRest();
    }

    private void select(long nanos) throws IOException {
        if (nanos == 0) {
            selector.selectNow(EventLoop::ready);
        } else if (nanos == Long.MAX_VALUE) {
            selector.select(EventLoop::ready);
        } else {
            selector.select(EventLoop::ready, 1 + (nanos - 1) / NANOS_PER_MILLI);
        }
    }

    private long untilDue() {
        long least = Long.MAX_VALUE;
        for (Client client : timed) {
            least = Math.min(least, client.untilDue());
        }
        return least;
    }

    private void runDue() {
        for (Client client : timed) {
            if (client.untilDue() == 0) {
                run(client::due);
            }
        }
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

    /** Runs the tasks that are there; those that they bring have to wait for the sockets. */
    private void runWork() {
        for (int left = work.size(); left > 0; left--) {
            Runnable task = work.poll();
            if (task != null) {
                run(task);
            }
        }
    }

    /** Runs what is left of a loop that has ended, on any thread; a handler that never has enough is not waited for. */
    private synchronized void runRest() {
        for (int round = 0; round < LAST_ROUNDS && !(work.isEmpty() && postponed.isEmpty()); round++) {
            runWork();
            runPostponed();
        }
    }

    /** Runs what was postponed until now; tasks that these postpone have to wait for the sockets again. */
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
