package libp2p.blocks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Gives the disk back what dead blocks take: moves the living out of files of which less than half lives, and removes
 * those files; where the disk is nearly full, files of which a tenth is dead. Shares the lock of the store. Thread-safe.
 */
final class Compactor {
    private static final int MOVED_AT_ONCE = 4 << 20;
    private static final int LOOKED_UP_AT_ONCE = 65_536;
    /** Percent of a file that may live for it to be compacted. */
    private static final int ALIVE = 50;
    /** The same where the disk has less than a tenth of its space. */
    private static final int ALIVE_WHEN_SHORT = 90;
    /** Room that the disk needs for a compaction, about. */
    private static final long MOVED_BEFORE_REMOVAL = 256 << 20;

    /** Writes records, and is back when they are durable. */
    @FunctionalInterface
    interface Mover {
        void write(StoreWork work) throws IOException;
    }

    /** Gives the data of a block at a place, or null if it is damaged. */
    @FunctionalInterface
    interface Reader {
        byte @Nullable [] read(Multihash hash, Location location) throws IOException;
    }

    private final Environment environment;
    private final SegmentFiles files;
    private final BlockIndex index;
    private final IndexSaves saves;
    private final LocationIndex locations;
    private final LogWriter writer;
    private final Mover mover;
    private final Reader reader;
    private final BooleanSupplier isShort;
    private final LogLeases leases;
    private final ReentrantLock lock;
    private final TimedCondition changed;
    private final ReentrantLock compacting = new ReentrantLock();
    /** Blocks that are being moved: until that has ended, they are not removed. */
    private final Set<Multihash> moving = new HashSet<>();

    Compactor(
            Environment environment,
            SegmentFiles files,
            BlockIndex index,
            IndexSaves saves,
            LocationIndex locations,
            LogWriter writer,
            Mover mover,
            Reader reader,
            BooleanSupplier isShort,
            LogLeases leases,
            ReentrantLock lock,
            TimedCondition changed) {
        this.environment = environment;
        this.files = files;
        this.index = index;
        this.saves = saves;
        this.locations = locations;
        this.writer = writer;
        this.mover = mover;
        this.reader = reader;
        this.isShort = isShort;
        this.leases = leases;
        this.lock = lock;
        this.changed = changed;
    }

    /**
     * Compacts; blocks for the disk. Files without a live block are removed before anything is moved, since moving
     * takes room. A disk that has no room for what is to be moved gets it back piece by piece.
     *
     * @return bytes that the disk got back
     */
    long compact() throws IOException {
        compacting.lock();
        try {
            if (isShort.getAsBoolean()) {
                LogWriter.offload(environment, () -> {
                    files.releaseReserve(); // the log takes it again when it has grown
                    return true;
                });
            }
            long freed = remove(candidates(0, Set.of()));
            endActive();
            freed += remove(candidates(0, Set.of()));
            Set<Integer> tried = new TreeSet<>();
            for (Set<Integer> next = nextGroup(tried); !next.isEmpty(); next = nextGroup(tried)) {
                tried.addAll(next);
                freed += moveOut(next);
            }
            return freed;
        } finally {
            compacting.unlock();
        }
    }

    /** Percent of a file that may live for it to be compacted. */
    private int mostAlive() {
        return isShort.getAsBoolean() ? ALIVE_WHEN_SHORT : ALIVE;
    }

    /** The files, but the one that is written to, of which no more than some percent live. */
    private Set<Integer> candidates(int percent, Set<Integer> tried) throws IOException {
        int settled = settled();
        Set<Integer> found = new TreeSet<>();
        for (int number : files.numbers()) {
            if (number < settled && !tried.contains(number) && !isUnread(number)) {
                long live = liveBytes(number);
                if (live <= 0 || percent > 0 && live <= size(number) / 100 * percent) {
                    found.add(number);
                }
            }
        }
        return found;
    }

    /** The emptiest files that are to be compacted, as many as one visit of the index can serve. */
    private Set<Integer> nextGroup(Set<Integer> tried) throws IOException {
        List<Integer> emptiest = new ArrayList<>(candidates(mostAlive(), tried));
        emptiest.sort(Comparator.comparingLong(this::liveBytes));
        Set<Integer> group = new LinkedHashSet<>();
        long blocks = 0;
        for (int number : emptiest) {
            blocks += live(number).blocks();
            if (!group.isEmpty() && blocks > LOOKED_UP_AT_ONCE) {
                break;
            }
            group.add(number);
        }
        return group;
    }

    /** A file before which nothing is written any more, and everything is in the index. */
    private int settled() {
        lock.lock();
        try {
            return Math.min(files.activeNumber(), saves.reachedSegment());
        } finally {
            lock.unlock();
        }
    }

    private boolean isUnread(int number) {
        lock.lock();
        try {
            return index.isUnread(number);
        } finally {
            lock.unlock();
        }
    }

    private BlockIndex.Live live(int number) {
        lock.lock();
        try {
            return index.live(number);
        } finally {
            lock.unlock();
        }
    }

    private long size(int number) throws IOException {
        return LogWriter.offload(environment, () -> files.size(number));
    }

    /** Bytes of the records of live blocks. */
    private long liveBytes(int number) {
        return live(number).recordBytes();
    }

    /** Removes those of the files that have no live block, once the index in its datastore names none of theirs. */
    private long remove(Set<Integer> numbers) throws IOException {
        if (numbers.isEmpty()) {
            return 0;
        }
        saves.flush();
        LiveBlocks live = find(numbers, numbers.size());
        long freed = 0;
        for (int number : numbers) {
            if (!live.isEmpty(number)) {
                continue;
            }
            freed += size(number);
            LogWriter.offload(environment, () -> {
                files.remove(number);
                return number;
            });
            lock.lock();
            try {
                index.forget(number);
            } finally {
                lock.unlock();
            }
        }
        return freed;
    }

    /**
     * Has the log go on in another file, if less than half of the one that is written to lives, so that what lives can be
     * moved like that of every other file. The file is not cut: a failure of the power in the middle of that may leave
     * blocks without their removals.
     */
    private void endActive() throws IOException {
        lock.lock();
        try {
            writer.awaitIdle(); // all that stands in the file is in the index
            int number = files.activeNumber();
            long size = files.activeSize();
            if (files.isActiveFresh()
                    || number <= files.failedFile()
                    || index.isUnread(number)
                    || index.live(number).recordBytes() > size / 100 * mostAlive()) {
                return;
            }
            LogWriter.offload(environment, () -> {
                files.next();
                return number;
            });
            saves.reached(files.activeNumber(), 0);
            index.ended(number, size);
        } finally {
            lock.unlock();
        }
    }

    private LiveBlocks find(Set<Integer> numbers, int most) throws IOException {
        return LiveBlocks.find(index, locations, lock, numbers, most);
    }

    /** The end of the record of a block, a few bytes behind it in files of earlier versions. */
    private long end(LiveBlocks.Live live) {
        return live.place().offset() + live.recordBytes();
    }

    /** Moves the live blocks out of files, and removes the files; returns the bytes that the disk got back. */
    private long moveOut(Set<Integer> numbers) throws IOException {
        LiveBlocks live = find(numbers, LOOKED_UP_AT_ONCE);
        Set<Integer> moved = new TreeSet<>();
        long freed = 0;
        long bytes = 0;
        for (int number : numbers) {
            long room = 0;
            for (LiveBlocks rest = live; !rest.isEmpty(number); rest = find(Set.of(number), LOOKED_UP_AT_ONCE)) {
                room += move(number, rest.of(number));
                if (!rest.hasMore(number)) {
                    break;
                }
            }
            freed -= room;
            bytes += room;
            moved.add(number);
            if (bytes >= MOVED_BEFORE_REMOVAL || isShort.getAsBoolean()) {
                freed += remove(moved);
                moved.clear();
                bytes = 0;
            }
        }
        return freed + remove(moved);
    }

    /**
     * Moves blocks of a file, the last first. Where the disk has no room for more, the file is cut behind those that are left, and less is
     * moved at once.
     *
     * @return bytes of their records less those that were cut off
     */
    private long move(int number, List<LiveBlocks.Live> live) throws IOException {
        long most = MOVED_AT_ONCE;
        boolean full = false;
        long bytes = 0;
        int at = 0;
        while (at < live.size()) {
            int to = at;
            long taken = 0;
            while (to < live.size() && (to == at || taken + live.get(to).recordBytes() <= most)) {
                taken += live.get(to++).recordBytes();
            }
            try {
                bytes += move(live.subList(at, to));
                at = to;
            } catch (StoreException e) {
                if (full && to == at + 1 || e.getCause() instanceof InterruptedIOException) {
                    throw e; // there is no room for a single block
                }
                full = true;
                most = Math.min(most / 2, taken / 2);
            }
            if (full && at < live.size()) {
                bytes -= cut(number, end(live.get(at)));
            }
        }
        return bytes;
    }

    /** Cuts a file that is not written to behind its last live block. */
    private long cut(int number, long end) throws IOException {
        long size = size(number);
        if (end >= size) {
            return 0;
        }
        lock.lock();
        try {
            index.ended(number, end);
        } finally {
            lock.unlock();
        }
        saves.flush();
        LogWriter.offload(environment, () -> {
            files.truncate(number, end);
            return number;
        });
        return size - end;
    }

    private long move(List<LiveBlocks.Live> live) throws IOException {
        List<Multihash> hashes = live.stream().map(LiveBlocks.Live::hash).toList();
        lock.lock();
        try {
            moving.addAll(hashes);
            leases.begin(moving);
        } finally {
            lock.unlock();
        }
        try {
            return write(live, locations.locateAll(hashes).locations());
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

    /** Writes those blocks anew that still stand where they were. */
    private long write(List<LiveBlocks.Live> live, Map<Multihash, Location> now) throws IOException {
        List<SegmentFiles.Entry> entries = new ArrayList<>();
        List<Location> from = new ArrayList<>();
        long bytes = 0;
        for (LiveBlocks.Live one : live) {
            byte[] data = one.place().equals(now.get(one.hash())) ? reader.read(one.hash(), one.place()) : null;
            if (data != null) {
                entries.add(new SegmentFiles.Entry(SegmentFiles.BLOCK, one.hash(), data));
                from.add(one.place());
                bytes += one.recordBytes();
            }
        }
        if (!entries.isEmpty()) {
            mover.write(new StoreWork(entries, from, failure -> {}));
        }
        return bytes;
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
}
