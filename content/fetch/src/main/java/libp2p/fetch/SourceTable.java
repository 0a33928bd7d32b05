package libp2p.fetch;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.delegated.trustless.WrongBytesException;
import org.jspecify.annotations.Nullable;

/** The sources of a fetcher and how busy they are. Thread-safe. */
final class SourceTable {
    private static final System.Logger LOG = System.getLogger(SourceTable.class.getName());

    /** Blocks under way that halve the score of a source. */
    private static final double LOAD = 8;

    private final Reputation reputation;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<FetchSource, Integer> sources = new HashMap<>();
    private final List<FetchSource> order = new java.util.ArrayList<>();

    SourceTable(Reputation reputation, List<FetchSource> sources) {
        this.reputation = reputation;
        sources.forEach(this::add);
    }

    void add(FetchSource source) {
        lock.lock();
        try {
            if (sources.putIfAbsent(source, 0) == null) {
                order.add(source);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return order.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The source to ask next: by score and load, those that are left alone only when no other is. Null if none is
     * left.
     */
    @Nullable
    FetchSource best(List<FetchSource> without) {
        lock.lock();
        try {
            FetchSource best = null;
            double most = Double.NEGATIVE_INFINITY;
            for (FetchSource source : order) {
                if (without.contains(source) || reputation.hasLied(source.name())) {
                    continue;
                }
                double score = reputation.score(source.name()) / (1 + sources.getOrDefault(source, 0) / LOAD);
                score -= reputation.isAvailable(source.name()) ? 0 : 10;
                if (score > most) {
                    best = source;
                    most = score;
                }
            }
            return best;
        } finally {
            lock.unlock();
        }
    }

    /** Those that send archives and may be asked now, best first. */
    List<FetchSource> archives() {
        lock.lock();
        try {
            return order.stream()
                    .filter(source -> source.hasArchives() && reputation.isAvailable(source.name()))
                    .sorted((a, b) -> Double.compare(reputation.score(b.name()), reputation.score(a.name())))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    void begin(FetchSource source) {
        lock.lock();
        try {
            sources.merge(source, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    void end(FetchSource source) {
        lock.lock();
        try {
            sources.merge(source, -1, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    /** Wrong bytes: for ever. */
    void lied(FetchSource source, WrongBytesException e) {
        LOG.log(Level.WARNING, () -> source.name() + " is never asked again: " + e.getMessage());
        try {
            reputation.lied(source.name());
        } catch (IOException failed) {
            LOG.log(Level.WARNING, () -> "a liar is remembered until this process ends only: " + failed.getMessage());
        }
    }
}
