package libp2p.application.event;

import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** Calls one handler, on a virtual thread that exists only while there are events. Thread-safe. */
final class HandlerCalls implements HandlerRegistration {
    private static final System.Logger LOG = System.getLogger(HandlerCalls.class.getName());

    private final String name;
    private final EventHandler handler;
    private final Environment environment;
    private final Consumer<HandlerCalls> closedAction;
    private final ReentrantLock lock = new ReentrantLock();
    private final HandlerQueue queue;
    private final AtomicLong failures = new AtomicLong();
    private boolean working;
    private boolean closed;

    HandlerCalls(
            String name,
            EventHandler handler,
            Environment environment,
            EventDrivenLimits limits,
            Consumer<HandlerCalls> closedAction) {
        this.name = name;
        this.handler = handler;
        this.environment = environment;
        this.closedAction = closedAction;
        this.queue = new HandlerQueue(limits);
    }

    /**
     * Leaves an event in the queue; never blocks.
     *
     * @param network from which a message has come, else empty
     */
    void offer(AppEvent event, String network) {
        boolean start;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            queue.offer(event, network);
            start = !working && !queue.isEmpty();
            working |= start;
        } finally {
            lock.unlock();
        }
        if (start) {
            start();
        }
    }

    private void start() {
        environment.start("app-handler " + name, this::work);
    }

    /** The environment logs an error that leaves the handler; the next event then gets a thread of its own. */
    private void work() {
        boolean done = false;
        try {
            AppEvent event;
            while ((event = next()) != null) {
                call(event);
            }
            done = true;
        } finally {
            if (!done) {
                failures.incrementAndGet();
                start();
            }
        }
    }

    /** The next event; without one the thread is over. */
    private @Nullable AppEvent next() {
        lock.lock();
        try {
            AppEvent event = queue.poll();
            working = event != null;
            return event;
        } finally {
            lock.unlock();
        }
    }

    private void call(AppEvent event) {
        try {
            handler.handle(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failures.incrementAndGet();
            LOG.log(
                    Level.WARNING,
                    "the handler " + name + " failed at " + event.getClass().getSimpleName(),
                    e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long dropped() {
        lock.lock();
        try {
            return queue.dropped();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long failures() {
        return failures.get();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queue.clear();
        } finally {
            lock.unlock();
        }
        closedAction.accept(this);
    }
}
