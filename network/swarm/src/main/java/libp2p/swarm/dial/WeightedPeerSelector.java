package libp2p.swarm.dial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.PeerSelector;
import org.jspecify.annotations.Nullable;

/**
 * The selector of a host: the weight of a peer is {@code 1 / (1 + seconds) · success · 1 / (1 + hours)} with its mean
 * latency in seconds, its mean success between 0 and 1, and the hours since it was last heard of, counted when the
 * choice is made. Means are moving: 0.8 of the old and 0.2 of the new. A peer that was never tried has weight 1, so
 * that it will be. Bounded: the peer used longest ago is forgotten first. Thread-safe.
 */
public final class WeightedPeerSelector implements PeerSelector {
    private static final double OLD = 0.8;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_HOUR = 3600e9;

    private static final class Score {
        double seconds = Double.NaN;
        double success = 1;
        long heard;
    }

    private record Weighted(PeerId peer, double weight) {}

    private final Environment environment;
    private final int capacity;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, Score> scores = new LinkedHashMap<>(16, 0.75f, true);

    /** @param capacity peers that are remembered */
    public WeightedPeerSelector(Environment environment, int capacity) {
        this.environment = environment;
        this.capacity = capacity;
        this.random = environment.random("swarm.selector");
    }

    @Override
    public void succeeded(PeerId peer, Duration latency) {
        double seconds = Math.max(0, latency.toNanos() / NANOS_PER_SECOND);
        lock.lock();
        try {
            Score score = score(peer);
            score.seconds = Double.isNaN(score.seconds) ? seconds : mean(score.seconds, seconds);
            score.success = mean(score.success, 1);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void failed(PeerId peer) {
        lock.lock();
        try {
            Score score = score(peer);
            score.success = mean(score.success, 0);
        } finally {
            lock.unlock();
        }
    }

    private static double mean(double old, double now) {
        return OLD * old + (1 - OLD) * now;
    }

    private Score score(PeerId peer) {
        Score score = scores.computeIfAbsent(peer, key -> new Score());
        score.heard = environment.nanoTime();
        if (scores.size() > capacity) {
            scores.pollFirstEntry();
        }
        return score;
    }

    @Override
    public double weight(PeerId peer) {
        lock.lock();
        try {
            Score score = scores.get(peer);
            if (score == null) {
                return 1;
            }
            double hours = (environment.nanoTime() - score.heard) / NANOS_PER_HOUR;
            double seconds = Double.isNaN(score.seconds) ? 0 : score.seconds;
            return Math.max(Double.MIN_NORMAL, 1 / (1 + seconds) * score.success / (1 + hours));
        } finally {
            lock.unlock();
        }
    }

    private List<Weighted> weighted(Collection<PeerId> candidates) {
        List<Weighted> weighted = new ArrayList<>(candidates.size());
        for (PeerId candidate : candidates) {
            weighted.add(new Weighted(candidate, weight(candidate)));
        }
        return weighted;
    }

    @Override
    public @Nullable PeerId best(Collection<PeerId> candidates) {
        List<PeerId> top = top(1, candidates);
        return top.isEmpty() ? null : top.getFirst();
    }

    @Override
    public List<PeerId> top(int count, Collection<PeerId> candidates) {
        return weighted(candidates).stream()
                .sorted(Comparator.comparingDouble(Weighted::weight).reversed())
                .limit(count)
                .map(Weighted::peer)
                .toList();
    }

    @Override
    public @Nullable PeerId draw(Collection<PeerId> candidates) {
        List<Weighted> weighted = weighted(candidates);
        double sum = 0;
        for (Weighted each : weighted) {
            sum += each.weight();
        }
        double drawn = random.nextDouble() * sum;
        PeerId last = null;
        for (Weighted each : weighted) {
            last = each.peer();
            drawn -= each.weight();
            if (drawn < 0) {
                break;
            }
        }
        return last;
    }

    /** The peers that are remembered with their weights now, for people. */
    public Map<PeerId, Double> weights() {
        List<PeerId> peers;
        lock.lock();
        try {
            peers = new ArrayList<>(scores.keySet());
        } finally {
            lock.unlock();
        }
        peers.sort(null);
        Map<PeerId, Double> weights = new LinkedHashMap<>();
        peers.forEach(peer -> weights.put(peer, weight(peer)));
        return weights;
    }
}
