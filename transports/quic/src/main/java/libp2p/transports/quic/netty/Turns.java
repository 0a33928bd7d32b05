package libp2p.transports.quic.netty;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks that take long, one in each turn of the event loop, which looks at its socket in between: what comes meanwhile
 * might else not find room there. Confined to the event loop.
 */
final class Turns {
    private final EventLoop loop;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean closed;

    Turns(EventLoop loop) {
        this.loop = loop;
    }

    void add(Runnable task) {
        if (closed) {
            task.run();
            return;
        }
        tasks.addLast(task);
        if (tasks.size() == 1) {
            inTheNextTurn();
        }
    }

    /** What is ordered by {@code execute} would run in this turn yet. */
    private void inTheNextTurn() {
        loop.schedule(this::run, 0, TimeUnit.NANOSECONDS);
    }

    private void run() {
        Runnable task = tasks.pollFirst();
        if (!tasks.isEmpty()) {
            inTheNextTurn();
        }
        if (task != null) {
            task.run();
        }
    }

    /** Runs at once what waits, and what comes. */
    void close() {
        closed = true;
        Runnable task;
        while ((task = tasks.pollFirst()) != null) {
            task.run();
        }
    }
}
