package libp2p.pubsub.router;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.MessageId;

/**
 * IWANT promises: messages that peers said they have and were asked for. One random id of each request is followed up
 * (section "Spam Protection Measures" of GossipSub 1.1).
 */
final class IWantPromises {
    private final Map<MessageId, Map<PeerId, Long>> promises = new LinkedHashMap<>();
    private final RandomGenerator random;
    private final long life;
    private final int most;

    IWantPromises(RandomGenerator random, long lifeNanos, int most) {
        this.random = random;
        this.life = lifeNanos;
        this.most = most;
    }

    void add(PeerId peer, List<MessageId> asked, long now) {
        if (asked.isEmpty() || promises.size() >= most) {
            return;
        }
        MessageId id = asked.get(random.nextInt(asked.size()));
        promises.computeIfAbsent(id, key -> new LinkedHashMap<>(2)).putIfAbsent(peer, now + life);
    }

    /** The message has come, from whomever. */
    void fulfil(MessageId id) {
        promises.remove(id);
    }

    /** A peer has gone. */
    void forget(PeerId peer) {
        promises.values().forEach(peers -> peers.remove(peer));
        promises.values().removeIf(Map::isEmpty);
    }

    /** The number of promises that each peer has broken; they are forgotten. */
    Map<PeerId, Integer> broken(long now) {
        Map<PeerId, Integer> broken = new HashMap<>();
        Iterator<Map<PeerId, Long>> all = promises.values().iterator();
        while (all.hasNext()) {
            Map<PeerId, Long> peers = all.next();
            peers.entrySet().removeIf(entry -> {
                boolean late = now - entry.getValue() > 0;
                if (late) {
                    broken.merge(entry.getKey(), 1, Integer::sum);
                }
                return late;
            });
            if (peers.isEmpty()) {
                all.remove();
            }
        }
        return broken;
    }

    int size() {
        return promises.size();
    }
}
