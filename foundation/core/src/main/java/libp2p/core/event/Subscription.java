package libp2p.core.event;

import libp2p.core.environment.Deadline;
import org.jspecify.annotations.Nullable;

/** The events of one subscriber, oldest first. One thread takes at a time. */
public interface Subscription<E extends HostEvent> extends AutoCloseable {
    /**
     * Waits for the next event.
     *
     * @return null if the deadline passed or the subscription was closed
     */
    @Nullable
    E take(Deadline deadline) throws InterruptedException;

    /** Returns the next event if there is one, else null. */
    @Nullable
    E poll();

    /** Number of events lost because the queue was full. */
    long dropped();

    /** Ends the subscription and wakes the taker; idempotent. */
    @Override
    void close();
}
