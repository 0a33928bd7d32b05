package libp2p.blocks;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Brings an index and its log together when a store is opened: reads the end of the log that the index does not know,
 * says what is damaged, missing or older than it was, and forgets places that do not exist any more. One thread; blocks
 * for the disk.
 */
final class LogRecovery {
    private static final System.Logger LOG = System.getLogger(SegmentBlockStore.class.getName());
    /** Blocks that are named one by one in the log of the process when a file has lost them. */
    private static final int NAMED = 256;

    private final BlockIndex index;
    private final SegmentFiles files;
    private final LogDamages damages;
    private final int unindexed;
    private boolean saveFailed;
    /** Damages of the file that is read. */
    private final List<LogScan.Damage> untold = new ArrayList<>();
    /** The last file as it was found, and the bytes of it that were forced to the disk for sure. */
    private int active;

    private long activeSize;
    private long forced;
    /** Whether a file says how that of the mark of what was forced ended. */
    private boolean isEndSaid;

    /** @param unindexed places that are in memory at most before they are saved */
    LogRecovery(BlockIndex index, SegmentFiles files, LogDamages damages, int unindexed) {
        this.index = index;
        this.files = files;
        this.damages = damages;
        this.unindexed = unindexed;
    }

    void run() throws IOException {
        index.load();
        forced = files.mark().segment() == files.activeNumber() ? files.mark().offset() : 0;
        active = files.activeNumber();
        activeSize = files.activeSize();
        int from = index.savedSegment();
        LocationTable forgotten = forgetLost();
        tellGaps(from); // before the index is saved behind them
        for (int number : files.numbers()) {
            if (number >= from) {
                long offset = number == from ? index.savedOffset() : 0;
                if (offset > files.size(number)) {
                    offset = 0; // of another day
                }
                LogScan.Outcome outcome = read(number, offset);
                if (offset > 0
                        && !outcome.damages().isEmpty()
                        && outcome.damages().getFirst().from() == offset) {
                    outcome = read(number, 0); // the index is of another log, or the log of another day
                }
                settle(number, outcome);
            } else {
                readWhatIsBack(number);
            }
        }
        if (from > files.activeNumber() || from == files.activeNumber() && index.savedOffset() > files.activeSize()) {
            files.goOnBehind(from); // what is written from now on stands where the index knows nothing
        }
        checkForced();
        files.ends().forEach(index::ended);
        tellLost(forgotten);
    }

    /**
     * A file that was gone or shorter when the index was saved, and is whole again, has blocks that the index has
     * forgotten. Blocks that have another place keep it, and removals count that name the place which they remove.
     */
    private void readWhatIsBack(int number) throws IOException {
        long size = files.size(number);
        long from = index.backFrom(number, size);
        if (from < 0 || size == 0) {
            return;
        }
        LOG.log(
                Level.WARNING,
                "{0} is back, or longer than it was: it is read from {1} on",
                files.path(number),
                Long.toString(from));
        LogScan.Outcome outcome = scan(number, from, (offset, end, entry) -> {
            Location before = place(entry.hash());
            if (entry.type() == SegmentFiles.BLOCK && (before == null || !before.isPresent())) {
                index.set(entry.hash(), before, new Location(number, offset, entry.data().length));
            } else if (entry.type() == SegmentFiles.REMOVAL
                    && entry.data().length > 0
                    && before != null
                    && before.isRemovedBy(entry.data())) {
                index.set(entry.hash(), before, Location.REMOVED);
            }
        });
        settle(number, outcome);
    }

    /** Gets the records of a file in order. */
    @FunctionalInterface
    private interface Reader {
        void record(long offset, long end, SegmentFiles.Entry entry) throws IOException;
    }

    private LogScan.Outcome scan(int number, long from, Reader reader) throws IOException {
        untold.clear();
        return files.scan(number, from, new LogScan.Visitor() {
            @Override
            public void record(long offset, long end, SegmentFiles.Entry entry) throws IOException {
                reader.record(offset, end, entry);
            }

            @Override
            public void damaged(LogScan.Damage damage) {
                untold.add(damage);
            }
        });
    }

    private @Nullable Location place(Multihash hash) throws IOException {
        Location recent = index.recent(hash);
        return recent == null ? index.stored(hash) : recent;
    }

    /**
     * Forgets the places that lie behind the ends of files.
     *
     * @return what was forgotten
     */
    private LocationTable forgetLost() throws IOException {
        Map<Integer, Long> shorter = new TreeMap<>();
        List<Integer> present = files.numbers();
        for (Map.Entry<Integer, Long> known : index.sizes().entrySet()) {
            int number = known.getKey();
            long size = present.contains(number) ? files.size(number) : -1;
            if (size < known.getValue()) {
                LOG.log(
                        Level.WARNING,
                        size < 0
                                ? "{0} is gone, unless the index is older than the log"
                                : "{0} has {1} bytes instead of {2} or more: its end is lost, or it is an older copy",
                        files.path(number),
                        Long.toString(size),
                        Long.toString(known.getValue()));
                shorter.put(number, size);
                files.goOnBehind(number);
            }
        }
        LocationTable forgotten = index.table();
        if (!shorter.isEmpty()) {
            index.forEachStored((hash, location) -> {
                Long size = shorter.get(location.segment());
                if (size != null && location.offset() >= size) {
                    index.set(hash, location, Location.REMOVED);
                    forgotten.put(hash, location);
                }
            });
        }
        shorter.forEach((number, size) -> {
            if (size < 0) {
                index.forget(number); // if it comes back it is read
            } else {
                index.shorter(number);
            }
        });
        return forgotten;
    }

    /**
     * Names the files that are not there from the point of the index on: a collection removes none before the index has
     * taken in what stands behind it, so that they are lost unless the index is.
     */
    private void tellGaps(int from) {
        List<String> gaps = new ArrayList<>();
        int last = from - 1;
        for (int number : files.numbers()) {
            for (int gap = last + 1; gap < number && gaps.size() < NAMED; gap++) {
                gaps.add(files.path(gap).toString());
            }
            last = Math.max(last, number);
        }
        if (last < from) {
            gaps.add(files.path(from).toString());
        }
        if (!gaps.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "{0}: not there, and unless a collection has removed them before the index was lost, their blocks are"
                            + " lost until they are put or fetched again",
                    String.join(", ", gaps));
        }
    }

    /** Says which blocks are lost: those that were forgotten, and were not found elsewhere in the log. */
    private void tellLost(LocationTable forgotten) throws IOException {
        Map<Integer, Integer> lost = new TreeMap<>();
        forgotten.forEach((hash, location) -> {
            Location now = place(hash);
            if (now != null && now.isPresent()) {
                return;
            }
            damages.add(new LogDamage(
                    hash,
                    files.path(location.segment()) + " at " + location.offset()
                            + ": the file ends before, or is gone"));
            if (lost.merge(location.segment(), 1, Integer::sum) <= NAMED) {
                LOG.log(Level.WARNING, "block {0} is lost until it is put or fetched again", hash);
            }
        });
        lost.forEach((number, count) -> LOG.log(
                Level.WARNING,
                "{0}: {1} blocks are lost until they are put or fetched again",
                files.path(number),
                Integer.toString(count)));
    }

    private LogScan.Outcome read(int number, long from) throws IOException {
        return scan(number, from, (offset, end, entry) -> {
            Location before = entry.type() == SegmentFiles.END ? null : place(entry.hash());
            if (entry.type() == SegmentFiles.BLOCK) {
                index.set(entry.hash(), before, new Location(number, offset, entry.data().length));
            } else if (before != null && before.isRemovedBy(entry.data())) {
                index.set(entry.hash(), before, Location.REMOVED);
            }
            if (entry.type() == SegmentFiles.END && offset == 0) {
                checkEnd(ByteBuffer.wrap(entry.data()));
            }
            if (index.unsaved() >= unindexed && !saveFailed) {
                tellDamages(number); // who opens the store after a crash does not read them again
                saveFailed = !index.saveUpTo(number, end);
            }
        });
    }

    /**
     * A file says how the one before it ended. The index has been asked for that one, and may know better: a
     * collection on a full disk cuts files.
     */
    private void checkEnd(ByteBuffer end) throws IOException {
        int number = end.getInt();
        long size = end.getLong();
        isEndSaid |= number == files.mark().segment();
        if (index.isEnded(number) || !files.numbers().contains(number) || files.size(number) >= size) {
            return; // one that is gone is told as such
        }
        lost(number, files.size(number), size);
        index.shorter(number); // if it comes back it is read
    }

    /**
     * Bytes that were forced to the disk were written; if the file of the mark is shorter, or the last one is gone, they
     * have been lost since. The log goes on in another file, so that this one can be put back.
     */
    private void checkForced() throws IOException {
        int number = files.mark().segment();
        long forcedTo = files.mark().offset();
        if (number < active) {
            if (!isEndSaid
                    && !index.isEnded(number)
                    && files.numbers().contains(number)
                    && files.size(number) < forcedTo) {
                lost(number, files.size(number), forcedTo); // the power failed before the next file said how it ended
                index.shorter(number);
            }
            return;
        }
        long from = number > active ? 0 : activeSize;
        if (from >= forcedTo) {
            return;
        }
        lost(number, from, forcedTo);
        files.goOnBehind(number);
        if (number == active) {
            index.shorter(number);
        }
    }

    private void lost(int number, long from, long to) {
        damages.add(new LogDamage(
                null, files.path(number) + " from " + from + " to " + to + ": the file ends before, or is gone"));
        LOG.log(
                Level.WARNING,
                "{0} has {1} bytes instead of {2}: its end is lost with the blocks in it until they are put or fetched"
                        + " again, or it is an older copy",
                files.path(number),
                Long.toString(from),
                Long.toString(to));
    }

    /** Says what is damaged, and has the log go on behind. */
    private void settle(int number, LogScan.Outcome outcome) throws IOException {
        tellDamages(number);
        if (outcome.damagedBytes() > 0) {
            LOG.log(
                    Level.WARNING,
                    "{0}: {1} bytes are damaged; {2} blocks were found behind them by a search",
                    files.path(number),
                    Long.toString(outcome.damagedBytes()),
                    Long.toString(outcome.found()));
        }
        if (!outcome.whole()) {
            index.unread(number);
            if (number == files.activeNumber()) {
                files.seal();
            }
            LOG.log(
                    Level.WARNING,
                    "{0} could not be read from {1} to its end at {2}, and is kept as it is: move it away if its space is"
                            + " needed",
                    files.path(number),
                    Long.toString(outcome.end()),
                    Long.toString(outcome.size()));
        } else if (outcome.end() < outcome.size()) {
            boolean wasForced = number == active && outcome.end() < forced;
            if (wasForced) {
                List<LogScan.Damage> tail = outcome.tail().isEmpty()
                        ? List.of(new LogScan.Damage(outcome.end(), outcome.size(), null))
                        : outcome.tail();
                tail.forEach(damage -> tell(number, damage));
            }
            LOG.log(
                    Level.WARNING,
                    "{0}: {1} bytes from {2} on are no whole record, {3}{4}",
                    files.path(number),
                    Long.toString(outcome.size() - outcome.end()),
                    Long.toString(outcome.end()),
                    wasForced
                            ? "although they were on the disk, so that their blocks are lost until they are put or fetched"
                                    + " again"
                            : "as after a write that was never acknowledged",
                    outcome.tail().isEmpty() ? "" : " (" + names(outcome.tail()) + ")");
            if (number == files.activeNumber()) {
                LOG.log(
                        Level.WARNING,
                        "{0}: what is behind {1}: {2}",
                        files.path(number),
                        Long.toString(outcome.end()),
                        files.cutTail(outcome.end())); // after it was told: nothing tells it later
            }
        }
    }

    /** Says what was found damaged since it was said last. */
    private void tellDamages(int number) {
        if (untold.isEmpty()) {
            return;
        }
        untold.forEach(damage -> tell(number, damage));
        LOG.log(
                Level.WARNING,
                "{0} is damaged; what stood there is lost until it is put or fetched again: {1}",
                files.path(number),
                names(untold));
        untold.clear();
    }

    private void tell(int number, LogScan.Damage damage) {
        damages.add(new LogDamage(
                damage.hash(),
                files.path(number) + " from " + damage.from() + " to " + damage.to() + ": no whole record"));
    }

    private static String names(List<LogScan.Damage> damages) {
        List<String> names = new ArrayList<>();
        for (LogScan.Damage damage : damages.subList(0, Math.min(NAMED, damages.size()))) {
            @Nullable Multihash hash = damage.hash();
            names.add("from " + damage.from() + " to " + damage.to() + (hash == null ? "" : ", block " + hash));
        }
        if (damages.size() > NAMED) {
            names.add("and " + (damages.size() - NAMED) + " or more others");
        }
        return String.join("; ", names);
    }
}
