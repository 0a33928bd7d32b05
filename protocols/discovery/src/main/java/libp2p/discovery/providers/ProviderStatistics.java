package libp2p.discovery.providers;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;

/**
 * Record of how providers have served. The score of one is 0.4 · reputation + 0.4 · share of successes + 0.2 / (1 +
 * mean latency in seconds), and 0.01 for each success up to 0.1, and 0.2 if the caller prefers it. A provider that has
 * failed waits, twice as long with each failure in a row; one that gave wrong bytes comes after all others for ever.
 * Thread-safe; no method blocks.
 */
public final class ProviderStatistics {
    private static final double REPUTATION = 0.4;
    private static final double SUCCESS = 0.4;
    private static final double LATENCY = 0.2;
    private static final double AFFINITY = 0.01;
    private static final double MOST_AFFINITY = 0.1;
    private static final double PREFERRED = 0.2;
    private static final double UNKNOWN_REPUTATION = 0.5;

    private static final class Peer {
        double reputation = UNKNOWN_REPUTATION;
        long successes;
        long failures;
        long inARow;
        long waitsUntil = Long.MIN_VALUE;
        boolean liar;
        final Deque<Long> latencies = new ArrayDeque<>();

        double successRate() {
            return successes + failures == 0 ? UNKNOWN_REPUTATION : (double) successes / (successes + failures);
        }

        double meanLatencySeconds() {
            return latencies.stream().mapToLong(Long::longValue).average().orElse(0) / 1e9;
        }
    }

    private final Environment environment;
    private final ProviderLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Peer> peers;

    /** Nothing is known of any provider yet. */
    public ProviderStatistics(Environment environment, ProviderLimits limits) {
        this.environment = environment;
        this.limits = limits;
        this.peers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<PeerId, Peer> eldest) {
                return size() > limits.peers();
            }
        };
    }

    private Peer peer(PeerId id) {
        return peers.computeIfAbsent(id, one -> new Peer());
    }

    /** @param reputation from 0 to 1; 0.5 for unknown peers */
    public void reputation(PeerId id, double reputation) {
        lock.lock();
        try {
            peer(id).reputation = Math.clamp(reputation, 0, 1);
        } finally {
            lock.unlock();
        }
    }

    /** It has served. */
    public void succeeded(PeerId id, Duration latency) {
        lock.lock();
        try {
            Peer peer = peer(id);
            peer.successes++;
            peer.inARow = 0;
            peer.waitsUntil = Long.MIN_VALUE;
            peer.latencies.addLast(Math.max(0, latency.toNanos()));
            if (peer.latencies.size() > limits.latencies()) {
                peer.latencies.removeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    /** It has failed to serve. */
    public void failed(PeerId id) {
        lock.lock();
        try {
            Peer peer = peer(id);
            peer.failures++;
            peer.inARow++;
            double factor = Math.scalb(1.0, (int) Math.min(62, peer.inARow - 1));
            double wait =
                    Math.min(limits.longestBackOff().toNanos(), limits.backOff().toNanos() * factor);
            peer.waitsUntil = environment.nanoTime() + (long) wait;
        } finally {
            lock.unlock();
        }
    }

    /** It gave other bytes than it was asked for: that is no accident, and nothing makes up for it. */
    public void lied(PeerId id) {
        failed(id);
        lock.lock();
        try {
            peer(id).liar = true;
        } finally {
            lock.unlock();
        }
    }

    /** The score of a provider, about 0 to 1.3; that of liars is negative. */
    public double score(PeerId id, boolean preferred) {
        lock.lock();
        try {
            Peer peer = peers.get(id);
            Peer known = peer == null ? new Peer() : peer;
            if (known.liar) {
                return -1;
            }
            return REPUTATION * known.reputation
                    + SUCCESS * known.successRate()
                    + LATENCY / (1 + known.meanLatencySeconds())
                    + Math.min(MOST_AFFINITY, AFFINITY * known.successes)
                    + (preferred ? PREFERRED : 0);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a provider may be asked now: it has not failed just before. */
    public boolean isReady(PeerId id) {
        lock.lock();
        try {
            Peer peer = peers.get(id);
            return peer == null || peer.waitsUntil <= environment.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The best of several providers, best first; those that are to wait come after the others, of equals the lesser id
     * first.
     */
    public List<PeerId> rank(Collection<PeerId> candidates, Set<PeerId> preferred) {
        List<PeerId> ranked = new ArrayList<>(candidates);
        ranked.sort(Comparator.comparing((PeerId id) -> !isReady(id))
                .thenComparing(id -> -score(id, preferred.contains(id)))
                .thenComparing(Comparator.naturalOrder()));
        return ranked;
    }
}
