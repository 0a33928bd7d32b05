package libp2p.pubsub;

import java.lang.System.Logger.Level;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.messaging.OutboundQueue;
import libp2p.core.messaging.OutboundQueueLimits;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.rpc.PubSubLimits;

/** One listener with its queue and its thread. Messages that find no room are dropped and counted. */
final class Subscriber implements Runnable {
    private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());

    private final PubSub.Listener listener;
    private final OutboundQueue<PubSub.Message> queue;
    private volatile boolean closed;

    Subscriber(Environment environment, PubSub.Listener listener, PubSubLimits.Queues limits) {
        this.listener = listener;
        this.queue = new OutboundQueue<>(
                environment, 1, new OutboundQueueLimits(limits.deliveries(), limits.deliveryBytes()));
    }

    void offer(PubSub.Message message) {
        queue.offer(message, 0, message.data().length, Deadline.NONE);
    }

    PubSub.Listener listener() {
        return listener;
    }

    long dropped() {
        return queue.drops(0).noRoom();
    }

    @Override
    public void run() {
        try {
            PubSub.Message message;
            while (!closed && (message = queue.take(Deadline.NONE)) != null) {
                deliver(message);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(PubSub.Message message) throws InterruptedException {
        try {
            listener.message(message);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | StackOverflowError | LinkageError e) { // the next messages are delivered all the same
            LOG.log(
                    Level.WARNING,
                    () -> "a listener of a topic failed: " + e); // not its stack: a stranger chooses how often
            LOG.log(Level.DEBUG, "where the listener failed", e);
        }
    }

    void close() {
        closed = true;
        queue.close();
    }
}
