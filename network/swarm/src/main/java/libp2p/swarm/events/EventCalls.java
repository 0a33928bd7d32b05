package libp2p.swarm.events;

import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventRegistration;
import libp2p.core.event.HostEvent;

/** Calls a handler with the events of a queue, on a thread that exists only while there are some. Thread-safe. */
final class EventCalls<E extends HostEvent> implements EventRegistration {
    private final Environment environment;
    private final EventQueue<E> queue;
    private final Consumer<? super E> handler;

    EventCalls(Environment environment, EventQueue<E> queue, Consumer<? super E> handler) {
        this.environment = environment;
        this.queue = queue;
        this.handler = handler;
    }

    /** Calls the handler when there are events; at most one thread does so at a time. */
    void await() {
        if (queue.onAvailable(this::start)) {
            start();
        }
    }

    private void start() {
        environment.start("event-handler", this::work);
    }

    /** The environment logs what the handler throws; the next event then gets a thread of its own. */
    private void work() {
        try {
            E event;
            while ((event = queue.poll()) != null) {
                handler.accept(event);
            }
        } finally {
            await();
        }
    }

    @Override
    public long dropped() {
        return queue.dropped();
    }

    @Override
    public void close() {
        queue.close();
    }
}
