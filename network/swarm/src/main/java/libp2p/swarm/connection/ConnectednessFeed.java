package libp2p.swarm.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.identity.PeerId;

/**
 * Turns "something changed about this peer" into connectedness events: in order per peer, without repetition, the last
 * state never lost. One thread publishes at a time, and the event has been published when {@link #changed} returns.
 */
final class ConnectednessFeed {
    private final Function<PeerId, Connectedness> current;
    private final BiConsumer<PeerId, Connectedness> publisher;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Connectedness> published = new HashMap<>();

    /** @param publisher must not block */
    ConnectednessFeed(Function<PeerId, Connectedness> current, BiConsumer<PeerId, Connectedness> publisher) {
        this.current = current;
        this.publisher = publisher;
    }

    /** To be called without locks. */
    void changed(PeerId peer) {
        lock.lock();
        try {
            publish(peer);
        } finally {
            lock.unlock();
        }
    }

    private void publish(PeerId peer) {
        Connectedness now = current.apply(peer);
        Connectedness before = published.getOrDefault(peer, Connectedness.NOT_CONNECTED);
        if (now == before) {
            return;
        }
        if (now == Connectedness.NOT_CONNECTED) {
            published.remove(peer);
        } else {
            published.put(peer, now);
        }
        publisher.accept(peer, now);
    }
}
