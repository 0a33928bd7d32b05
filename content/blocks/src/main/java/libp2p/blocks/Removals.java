package libp2p.blocks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Removals that the index knows of, and the disk does not yet, or could not be told: only when a removal is durable it
 * may be said of its block that it is gone. All methods are called with the lock of the store held.
 */
final class Removals {
    private final Set<Multihash> underWay = new HashSet<>();
    /** Locations of blocks whose removal has failed; the log may have it, or not. */
    private final Map<Multihash, Location> failed = new HashMap<>();

    /** The records that remove blocks from their places. */
    static List<SegmentFiles.Entry> entries(Map<Multihash, Location> locations) {
        List<SegmentFiles.Entry> entries = new ArrayList<>(locations.size());
        locations.forEach(
                (hash, place) -> entries.add(new SegmentFiles.Entry(SegmentFiles.REMOVAL, hash, place.removal())));
        return entries;
    }

    boolean areUnderWay(Collection<Multihash> hashes) {
        return !underWay.isEmpty() && !Collections.disjoint(underWay, hashes);
    }

    /** Where a block stood whose removal has failed, or null. */
    @Nullable
    Location failed(Multihash hash) {
        return failed.get(hash);
    }

    void begin(Map<Multihash, Location> locations) {
        underWay.addAll(locations.keySet());
    }

    void end(Map<Multihash, Location> locations, boolean hasFailed) {
        underWay.removeAll(locations.keySet());
        if (hasFailed) {
            failed.putAll(locations);
        } else {
            failed.keySet().removeAll(locations.keySet());
        }
    }
}
