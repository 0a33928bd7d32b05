package libp2p.pubsub.router;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.PubSubLimits;

/**
 * The times until which peers must not be grafted, by topic. Seconds that a peer names are unsigned 64-bit numbers:
 * they are cut to the longest back-off before any arithmetic.
 */
final class Backoffs {
    private static final long SECOND = 1_000_000_000L;

    private final PubSubLimits.State limits;
    private final long slack;
    private final Map<String, Map<PeerId, Long>> topics = new LinkedHashMap<>();

    Backoffs(PubSubLimits.State limits, long slackNanos) {
        this.limits = limits;
        this.slack = slackNanos;
    }

    /** Nanoseconds of a number of seconds that a peer has named; 0 stays 0. */
    long clamp(long unsignedSeconds) {
        long most = limits.longestBackoff().toSeconds();
        return (Long.compareUnsigned(unsignedSeconds, most) > 0 ? most : unsignedSeconds) * SECOND;
    }

    /** Adds a back-off; never shortens one. */
    void add(PeerId peer, String topic, long nanos, long now) {
        Map<PeerId, Long> peers = topics.computeIfAbsent(topic, key -> new LinkedHashMap<>());
        if (!peers.containsKey(peer) && peers.size() >= limits.backoffs()) {
            peers.remove(peers.keySet().iterator().next());
        }
        peers.merge(peer, now + nanos, (old, added) -> added - old > 0 ? added : old);
    }

    /** Whether the peer must not be grafted now. */
    boolean holds(PeerId peer, String topic, long now) {
        return remaining(peer, topic, now) + slack > 0;
    }

    /** Nanoseconds until the back-off ends, without slack; {@code Long.MIN_VALUE / 2} if there is none. */
    long remaining(PeerId peer, String topic, long now) {
        Long until = topics.getOrDefault(topic, Map.of()).get(peer);
        return until == null ? Long.MIN_VALUE / 2 : until - now;
    }

    void clear(long now) {
        topics.values().forEach(peers -> peers.values().removeIf(until -> until + slack - now < 0));
        topics.values().removeIf(Map::isEmpty);
    }

    int size() {
        return topics.values().stream().mapToInt(Map::size).sum();
    }

    /** For tests: how many are kept per topic. */
    Map<String, Integer> sizes() {
        Map<String, Integer> sizes = new HashMap<>();
        topics.forEach((topic, peers) -> sizes.put(topic, peers.size()));
        return sizes;
    }
}
