package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.Multihash;

/**
 * The living blocks of some files as the index has them, whatever is in the files; the last of each file if there are
 * too many. Immutable once it is made.
 */
final class LivingBlocks {
    /** A block, and where it stands. */
    record Living(Multihash hash, Location place) {
        /** Bytes of its record, about. */
        int recordBytes() {
            return RecordFormat.recordBytes(hash, place.size());
        }
    }

    private static final Comparator<Living> BY_OFFSET =
            Comparator.comparingLong(living -> living.place().offset());

    private final Set<Integer> files;
    private final int most;
    private final Map<Integer, PriorityQueue<Living>> blocks = new TreeMap<>();
    private final Set<Integer> cut = new TreeSet<>();
    private int count;

    private LivingBlocks(Set<Integer> files, int most) {
        this.files = files;
        this.most = most;
    }

    /**
     * Visits the whole index; blocks for the disk.
     *
     * @param most blocks that are remembered
     */
    static LivingBlocks find(BlockIndex index, Places places, ReentrantLock lock, Set<Integer> files, int most)
            throws IOException {
        LivingBlocks found = new LivingBlocks(files, most);
        PlaceTable recent;
        lock.lock();
        try {
            recent = index.allRecent();
        } finally {
            lock.unlock();
        }
        recent.forEach((hash, location) -> {
            if (location.isPresent()) {
                found.add(hash, location);
            }
        });
        index.forEachStored((hash, location) -> {
            if (files.contains(location.segment())
                    && recent.get(hash) == null
                    && location.equals(places.locate(hash))) {
                found.add(hash, location);
            }
        });
        return found;
    }

    private void add(Multihash hash, Location location) {
        if (!files.contains(location.segment())) {
            return;
        }
        PriorityQueue<Living> ofFile =
                blocks.computeIfAbsent(location.segment(), number -> new PriorityQueue<>(BY_OFFSET));
        ofFile.add(new Living(hash, location));
        if (++count > most) {
            ofFile.remove();
            count--;
            cut.add(location.segment());
        }
    }

    /** Whether a file has any. */
    boolean isEmpty(int file) {
        return !blocks.containsKey(file);
    }

    /** Whether a file has more than {@link #of} gives, before them. */
    boolean hasMore(int file) {
        return cut.contains(file);
    }

    /** Those of a file, the last first. */
    List<Living> of(int file) {
        PriorityQueue<Living> ofFile = blocks.get(file);
        List<Living> all = ofFile == null ? new ArrayList<>() : new ArrayList<>(ofFile);
        all.sort(BY_OFFSET.reversed());
        return all;
    }
}
