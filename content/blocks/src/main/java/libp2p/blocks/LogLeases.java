package libp2p.blocks;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.Multihash;

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
    /** Existed when they were to be written. */
    private HashSet64 kept = new HashSet64();

    /** Places behind the point of blocks that were written before it. */
    private HashSet64 moved = new HashSet64();

    private int held;
    private int segment;
    private long offset;

    /**
     * A lease begins.
     *
     * @param pointSegment file of a point of the log before which nothing is written any more
     * @param pointOffset of the point in the file
     */
    void take(int pointSegment, long pointOffset) {
        if (held++ == 0) {
            segment = pointSegment;
            offset = pointOffset;
        }
    }

    void release() {
        if (--held == 0) {
            kept = new HashSet64();
            moved = new HashSet64();
        }
    }

    /** A block was moved, which says nothing of whether it is needed. */
    void move(Location from, Location to) {
        if (held > 0 && !isWrittenBehindPoint(from)) {
            moved.add(to.number());
        }
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
        if (held > 0) {
            kept.add(HashSet64.key(hash));
        }
    }

    /** Whether a block at a place must stay. */
    boolean isKept(Multihash hash, Location location) {
        return begun.containsKey(hash)
                || held > 0 && (isWrittenBehindPoint(location) || kept.contains(HashSet64.key(hash)));
    }

    private boolean isWrittenBehindPoint(Location location) {
        return isBehindPoint(location) && !moved.contains(location.number());
    }

    private boolean isBehindPoint(Location location) {
        return location.segment() > segment || location.segment() == segment && location.offset() >= offset;
    }
}
