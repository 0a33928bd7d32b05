package libp2p.swarm.connection;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.identity.PeerId;

/**
 * Turns "something changed about this peer" into connectedness events: in order per peer, without repetition, the last
 * state never lost, published without locks. One thread publishes at a time; the others leave their peer in the queue.
 */
final class ConnectednessFeed {
    private final Function<PeerId, Connectedness> current;
    private final BiConsumer<PeerId, Connectedness> publisher;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<PeerId> pending = new LinkedHashSet<>();
    private final Map<PeerId, Connectedness> published = new HashMap<>();
    private boolean publishing;

    ConnectednessFeed(Function<PeerId, Connectedness> current, BiConsumer<PeerId, Connectedness> publisher) {
        this.current = current;
        this.publisher = publisher;
    }

    void changed(PeerId peer) {
        lock.lock();
        try {
            pending.add(peer);
            if (publishing) {
                return;
            }
            publishing = true;
        } finally {
            lock.unlock();
        }
        drain();
    }

    private void drain() {
        ArrayDeque<PeerId> batch = new ArrayDeque<>();
        while (true) {
            lock.lock();
            try {
                if (pending.isEmpty()) {
                    publishing = false;
                    return;
                }
                batch.addAll(pending);
                pending.clear();
            } finally {
                lock.unlock();
            }
            PeerId peer;
            while ((peer = batch.poll()) != null) {
                publish(peer);
            }
        }
    }

    private void publish(PeerId peer) {
        Connectedness now = current.apply(peer);
        Connectedness before = published.getOrDefault(peer, Connectedness.NOT_CONNECTED); // only the publisher reads it
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
