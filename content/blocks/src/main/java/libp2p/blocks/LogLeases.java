package libp2p.blocks;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a log that writers need while they, or a collection, are under way: the write barrier of garbage
 * collection. A block that was written since the oldest lease stands behind the point that the log had then, so that
 * only those are remembered one by one that existed already, those that are being looked for or written, and those that
 * a compaction has moved behind the point. All
 * methods are called with the lock of the store held.
 */
final class LogLeases {
    /** Looked for or being written, and by how many. */
    private final Map<Multihash, Integer> begun = new HashMap<>();
    /** Those that are open, and the blocks that existed when they were to be written. */
    private final LeasePeriods<Lease> open = new LeasePeriods<>();

    /** A lease, and the point of the log that it began at. */
    static final class Lease extends LeasePeriods.Period {
        private final int segment;
        private final long offset;
        /** Places behind the point of blocks that were written before it. */
        private @Nullable HashSet64 moved;

        private Lease(int segment, long offset) {
            this.segment = segment;
            this.offset = offset;
        }

        private void move(Location from, Location to) {
            if (!isWrittenBehindPoint(from)) {
                HashSet64 places = moved == null ? new HashSet64() : moved;
                places.add(to.number());
                moved = places;
            }
        }

        private boolean isWrittenBehindPoint(Location location) {
            return isBehindPoint(location) && (moved == null || !moved.contains(location.number()));
        }

        private boolean isBehindPoint(Location location) {
            return location.segment() > segment || location.segment() == segment && location.offset() >= offset;
        }
    }

    /**
     * A lease begins.
     *
     * @param collects whether it is that of a collection
     * @param pointSegment file of a point of the log before which nothing is written any more
     * @param pointOffset of the point in the file
     */
    LeasePeriods.Held<Lease> take(boolean collects, int pointSegment, long pointOffset) {
        return open.take(collects, () -> new Lease(pointSegment, pointOffset));
    }

    void release(LeasePeriods.Held<Lease> lease) {
        open.release(lease);
    }

    /** A block was moved, which says nothing of whether it is needed. */
    void move(Location from, Location to) {
        open.all().forEach(lease -> lease.move(from, to));
    }

    /** Blocks are to be written, and it is yet to be looked whether they exist: none is removed in between. */
    void begin(Collection<Multihash> hashes) {
        hashes.forEach(hash -> begun.merge(hash, 1, Integer::sum));
    }

    /** Blocks whose writing was begun exist, or do not, and are not written any more. */
    void end(Collection<Multihash> hashes) {
        hashes.forEach(hash -> begun.computeIfPresent(hash, (key, count) -> count == 1 ? null : count - 1));
    }

    /** The blocks that are looked for or written now. */
    Set<Multihash> begun() {
        return begun.keySet();
    }

    /** A block that was to be written exists, perhaps before the point; or the holder of a lease wants it. */
    void keep(Multihash hash) {
        open.keep(hash);
    }

    /** Whether a block at a place must stay. */
    boolean isKept(Multihash hash, Location location) {
        Lease oldest = open.oldest();
        return begun.containsKey(hash)
                || oldest != null && (oldest.isWrittenBehindPoint(location) || open.isKept(hash));
    }
}
