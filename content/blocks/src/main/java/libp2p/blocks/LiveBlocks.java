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
 * The live blocks of some files as the index has them, whatever is in the files; the last of each file if there are
 * too many. Immutable once it is made.
 */
final class LiveBlocks {
    /** A block, and where it stands. */
    record Live(Multihash hash, Location place) {
        /** Bytes of its record, about. */
        int recordBytes() {
            return RecordFormat.recordBytes(hash, place.size());
        }
    }

    private static final Comparator<Live> BY_OFFSET =
            Comparator.comparingLong(live -> live.place().offset());

    private final Set<Integer> files;
    private final int most;
    private final Map<Integer, PriorityQueue<Live>> blocks = new TreeMap<>();
    private final Set<Integer> cut = new TreeSet<>();
    private int count;

    private LiveBlocks(Set<Integer> files, int most) {
        this.files = files;
        this.most = most;
    }

    /**
     * Visits the whole index; blocks for the disk.
     *
     * @param most blocks that are remembered
     */
    static LiveBlocks find(BlockIndex index, LocationIndex locations, ReentrantLock lock, Set<Integer> files, int most)
            throws IOException {
        LiveBlocks found = new LiveBlocks(files, most);
        LocationTable recent;
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
                    && location.equals(locations.locate(hash))) {
                found.add(hash, location);
            }
        });
        return found;
    }

    private void add(Multihash hash, Location location) {
        if (!files.contains(location.segment())) {
            return;
        }
        PriorityQueue<Live> ofFile =
                blocks.computeIfAbsent(location.segment(), number -> new PriorityQueue<>(BY_OFFSET));
        ofFile.add(new Live(hash, location));
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
    List<Live> of(int file) {
        PriorityQueue<Live> ofFile = blocks.get(file);
        List<Live> all = ofFile == null ? new ArrayList<>() : new ArrayList<>(ofFile);
        all.sort(BY_OFFSET.reversed());
        return all;
    }
}
