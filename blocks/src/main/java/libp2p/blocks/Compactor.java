package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Gives the disk back what dead blocks take: moves the living out of files of which less than half lives, removes those
 * files, and cuts the file that is written to behind its last living block. Shares the lock of the store. Thread-safe.
 */
final class Compactor {
    private static final int MOVED_AT_ONCE = 4 << 20;
    private static final int LOOKED_UP_AT_ONCE = 4096;
    /** Room that the disk needs for a compaction, about. */
    private static final long MOVED_BEFORE_REMOVAL = 256 << 20;

    /** Writes records, and is back when they are durable. */
    @FunctionalInterface
    interface Mover {
        void write(StoreWork work) throws IOException;
    }

    private final Environment environment;
    private final SegmentFiles files;
    private final BlockIndex index;
    private final IndexSaves saves;
    private final Places places;
    private final LogWriter writer;
    private final Mover mover;
    private final LogLeases leases;
    private final ReentrantLock lock;
    private final TimedCondition changed;
    private final ReentrantLock compacting = new ReentrantLock();
    /** Blocks that are being moved: until that has ended, nobody removes them. */
    private final Set<Multihash> moving = new HashSet<>();

    Compactor(
            Environment environment,
            SegmentFiles files,
            BlockIndex index,
            IndexSaves saves,
            Places places,
            LogWriter writer,
            Mover mover,
            LogLeases leases,
            ReentrantLock lock,
            TimedCondition changed) {
        this.environment = environment;
        this.files = files;
        this.index = index;
        this.saves = saves;
        this.places = places;
        this.writer = writer;
        this.mover = mover;
        this.leases = leases;
        this.lock = lock;
        this.changed = changed;
    }

    /**
     * Compacts; blocks for the disk. Files without a living block are removed before anything is moved, since moving
     * takes room.
     *
     * @return bytes that the disk got back
     */
    long compact() throws IOException {
        compacting.lock();
        try {
            int settled = settled();
            long freed = cutActive();
            Set<Integer> dead = new TreeSet<>();
            Set<Integer> nearlyDead = new TreeSet<>();
            for (int number : files.numbers()) {
                long living = living(number);
                if (number < settled && living < size(number) / 2) {
                    nearlyDead.add(number);
                    if (living <= 0) {
                        dead.add(number);
                    }
                }
            }
            freed += remove(dead);
            nearlyDead.retainAll(files.numbers());
            Set<Integer> left = new TreeSet<>();
            long moved = 0;
            for (int number : nearlyDead) {
                long bytes = move(number);
                left.add(number);
                freed -= bytes;
                moved += bytes;
                if (moved >= MOVED_BEFORE_REMOVAL) {
                    freed += remove(left);
                    left.clear();
                    moved = 0;
                }
            }
            return freed + remove(left);
        } finally {
            compacting.unlock();
        }
    }

    /** The first file that may get further blocks: all that stand in those before it are in the index. */
    private int settled() throws IOException {
        lock.lock();
        try {
            writer.awaitIdle();
            return files.activeNumber();
        } finally {
            lock.unlock();
        }
    }

    private long size(int number) throws IOException {
        return LogWriter.offload(environment, () -> files.size(number));
    }

    /** Bytes of the records of living blocks. */
    private long living(int number) {
        lock.lock();
        try {
            return index.live(number).recordBytes();
        } finally {
            lock.unlock();
        }
    }

    /** Removes those of the files that have no living block, once the index in its datastore names none of theirs. */
    private long remove(Set<Integer> numbers) throws IOException {
        if (numbers.isEmpty()) {
            return 0;
        }
        saves.flush();
        Set<Integer> living = withLiving(numbers);
        long freed = 0;
        for (int number : numbers) {
            if (living.contains(number)) {
                continue;
            }
            freed += size(number);
            lock.lock();
            try {
                index.forget(number);
            } finally {
                lock.unlock();
            }
            LogWriter.offload(environment, () -> {
                files.remove(number);
                return number;
            });
        }
        return freed;
    }

    /** Those of the files that the index names. No file is removed on the word of a counter alone. */
    private Set<Integer> withLiving(Set<Integer> numbers) throws IOException {
        Set<Integer> living = new TreeSet<>();
        lock.lock();
        try {
            index.allRecent().forEach((hash, location) -> {
                if (numbers.contains(location.segment())) {
                    living.add(location.segment());
                }
            });
        } finally {
            lock.unlock();
        }
        index.forEachStored((hash, location) -> {
            int number = location.segment();
            if (numbers.contains(number) && !living.contains(number) && location.equals(places.locate(hash))) {
                living.add(number);
            }
        });
        return living;
    }

    /**
     * Cuts dead records off the end of the active file. The index is saved before, with the place of the cut as its
     * point of the log: after a crash between the two the dead records and their removals are read once more.
     */
    private long cutActive() throws IOException {
        int number;
        long size;
        long living;
        lock.lock();
        try {
            writer.awaitIdle(); // all that stands in the file is in the index
            number = files.activeNumber();
            size = files.activeSize();
            living = index.live(number).recordBytes();
            if (number <= files.failedFile() || living >= size / 2) {
                return 0;
            }
        } finally {
            lock.unlock();
        }
        long end = LogWriter.offload(
                environment, () -> living <= 0 && withLiving(Set.of(number)).isEmpty() ? 0 : endOfLiving(number, size));
        if (end == size) {
            return 0;
        }
        lock.lock();
        try {
            saves.awaitIdle();
            if (!writer.isIdle() || files.activeNumber() != number || files.activeSize() != size) {
                return 0; // something was written meanwhile
            }
            saves.save(number, end);
            LogWriter.offload(environment, () -> {
                files.truncateActive(end);
                return number;
            });
            saves.reached(number, end);
            leases.cut(number, end);
            return size - end;
        } finally {
            lock.unlock();
        }
    }

    /** The end of the last living record; that of the file if not all of it can be read. */
    private long endOfLiving(int number, long size) throws IOException {
        long[] end = {0};
        long read = files.scan(number, 0, (offset, entry) -> {
            if (isAt(number, offset, entry, places.locate(entry.hash()))) {
                end[0] = offset + entry.recordBytes();
            }
        });
        return read < size ? size : end[0];
    }

    private static boolean isAt(int number, long offset, SegmentFiles.Entry entry, @Nullable Location found) {
        return entry.type() == SegmentFiles.BLOCK && new Location(number, offset, entry.data().length).equals(found);
    }

    /** Moves the living blocks of a file, as far as they can be read; returns the bytes of their records. */
    private long move(int number) throws IOException {
        List<SegmentFiles.Entry> entries = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        long[] bytes = {0, 0};
        files.scan(number, 0, (offset, entry) -> {
            entries.add(entry);
            offsets.add(offset);
            bytes[0] += entry.data().length;
            if (bytes[0] >= MOVED_AT_ONCE || entries.size() == LOOKED_UP_AT_ONCE) {
                bytes[1] += move(number, entries, offsets);
                entries.clear();
                offsets.clear();
                bytes[0] = 0;
            }
        });
        return bytes[1] + move(number, entries, offsets);
    }

    private long move(int number, List<SegmentFiles.Entry> entries, List<Long> offsets) throws IOException {
        List<Multihash> hashes = entries.stream().map(SegmentFiles.Entry::hash).toList();
        lock.lock();
        try {
            moving.addAll(hashes);
            leases.begin(moving);
        } finally {
            lock.unlock();
        }
        try {
            return moveLiving(number, entries, offsets, hashes);
        } finally {
            lock.lock();
            try {
                leases.end(moving);
                moving.clear();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits until none of the blocks is being moved; called with the lock held. So a removal stands in the log behind
     * all moves of its block, and names the place where it was last.
     */
    void awaitMoved(Collection<Multihash> hashes) throws IOException {
        while (!Collections.disjoint(moving, hashes)) {
            writer.await();
        }
    }

    private long moveLiving(int number, List<SegmentFiles.Entry> entries, List<Long> offsets, List<Multihash> hashes)
            throws IOException {
        Map<Multihash, Location> found = places.locateAll(hashes).places();
        List<SegmentFiles.Entry> living = new ArrayList<>();
        List<Location> from = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            SegmentFiles.Entry entry = entries.get(i);
            Location place = found.get(entry.hash());
            if (place != null && isAt(number, offsets.get(i), entry, place)) {
                living.add(entry);
                from.add(place);
                bytes += entry.recordBytes();
            }
        }
        if (!living.isEmpty()) {
            mover.write(new StoreWork(living, from, () -> {}));
        }
        return bytes;
    }
}
