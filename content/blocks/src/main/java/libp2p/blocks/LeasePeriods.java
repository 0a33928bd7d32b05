package libp2p.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The leases that are open, the oldest first, and what is kept for them: a block is kept until all leases have ended that
 * were open when it was noted, whatever leases have begun meanwhile. So leases that overlap each other without end keep
 * nothing for ever. A collection prolongs those that are open when it begins until it ends: it may have listed the pins
 * before their holders pinned. Not thread-safe.
 */
final class LeasePeriods<P extends LeasePeriods.Period> {
    /**
     * Leases that are told apart; further ones count as begun with the latest of them, until another one ends. Each notes
     * what a compaction moves, so that many leases, as strangers may cause, must not make many of those notes.
     */
    private static final int MOST = 8;

    /** The time of one lease, or of several. */
    static class Period {
        private int leases;
        private int collections;
        private @Nullable HashSet64 kept;
    }

    private final List<P> open = new ArrayList<>();

    /**
     * The periods that a lease holds.
     *
     * @param collects whether it is that of a collection
     */
    record Held<P>(List<P> periods, boolean collects) {}

    /** A lease begins, perhaps that of a collection. */
    Held<P> take(boolean collects, Supplier<P> beginning) {
        List<P> held = new ArrayList<>();
        if (collects) {
            open.stream().filter(period -> ((Period) period).leases > 0).forEach(held::add);
        }
        if (collects || open.size() < MOST) {
            open.add(beginning.get());
        }
        held.add(open.getLast());
        count(held, collects, 1);
        return new Held<>(held, collects);
    }

    /** A lease ends. */
    void release(Held<P> lease) {
        count(lease.periods(), lease.collects(), -1);
        lease.periods().forEach(this::end);
    }

    private void count(List<P> periods, boolean collects, int change) {
        for (Period period : periods) {
            if (collects) {
                period.collections += change;
            } else {
                period.leases += change;
            }
        }
    }

    /** Ends a period that no lease holds: blocks that were noted since it began stay for those before it. */
    private void end(P period) {
        Period ended = period;
        if (ended.leases > 0 || ended.collections > 0) {
            return;
        }
        int at = open.indexOf(period);
        open.remove(at);
        HashSet64 kept = ended.kept;
        if (at > 0 && kept != null) {
            Period before = open.get(at - 1);
            before.kept = before.kept == null ? kept : HashSet64.union(before.kept, kept);
        }
    }

    /** Keeps a block for all leases that are open. */
    void keep(Multihash hash) {
        if (!open.isEmpty()) {
            Period latest = open.getLast();
            HashSet64 kept = latest.kept == null ? new HashSet64() : latest.kept;
            kept.add(HashSet64.key(hash));
            latest.kept = kept;
        }
    }

    /** Whether a block was kept for a lease that is open. */
    boolean isKept(Multihash hash) {
        long key = HashSet64.key(hash);
        for (Period period : open) {
            if (period.kept != null && period.kept.contains(key)) {
                return true;
            }
        }
        return false;
    }

    /** The oldest period, or null if none is open. */
    @Nullable
    P oldest() {
        return open.isEmpty() ? null : open.getFirst();
    }

    /** Those that are open. */
    List<P> all() {
        return open;
    }
}
