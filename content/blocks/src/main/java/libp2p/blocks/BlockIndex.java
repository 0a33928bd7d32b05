package libp2p.blocks;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Locations of all blocks: the newest places in memory, the others in a datastore together with the point of the log
 * up to which they exist. The datastore is derived from the log and may lag behind. Callers hold the lock of the
 * store but for {@link #stored} and {@link #save}.
 */
final class BlockIndex {
    private static final System.Logger LOG = System.getLogger(SegmentBlockStore.class.getName());
    private static final byte FILE = 's';
    private static final byte[] CHECKPOINT = {'c'};
    /** In a checkpoint: the places and the state of the files are those of this point of the log. */
    private static final byte WHOLE = 1;
    /** In a checkpoint: some places are newer, and the log from this point on tells which. */
    private static final byte IN_PART = 0;
    /** Behind a checkpoint: how places are stored. */
    private static final byte FORM = 2;

    private static final int CHECKPOINT_BYTES = 14;
    /** Behind the counters of a file: its size, and its state. */
    private static final int STATE_BYTES = 9;

    private static final byte READ = 0;
    private static final byte UNREAD = 1;
    private static final byte SHORTER = 2;
    /** First letters of the keys of an index, those of the former form included; pins have some of them too, with shorter values. */
    private static final String KEYS = "bcdeps";

    private static final int SHORTEST_VALUE = 2;
    private static final int REMOVED_AT_ONCE = 4096;
    private static final long SAVED_BYTES = 512 << 20;

    /** Live blocks of a file, their bytes, and the bytes of their records. */
    record Live(long blocks, long bytes, long recordBytes) {
        static final Live NONE = new Live(0, 0, 0);

        Live plus(int sign, Multihash hash, int size) {
            return new Live(
                    blocks + sign,
                    bytes + (long) sign * size,
                    recordBytes + (long) sign * RecordFormat.recordBytes(hash, size));
        }
    }

    /** Changes that are being written to the datastore. */
    record Snapshot(
            LocationTable locations,
            Map<Integer, Live> files,
            Map<Integer, Long> sizes,
            Set<Integer> unread,
            Set<Integer> shorter,
            int segment,
            long offset) {}

    private final Datastore datastore;
    private final StoredLocations stored;
    private final Map<Integer, Live> files = new TreeMap<>();
    /** Bytes of the files that do not change any more. */
    private final Map<Integer, Long> sizes = new HashMap<>();

    private final Set<Integer> unread = new HashSet<>();
    private final Set<Integer> shorter = new HashSet<>();
    private LocationTable fresh;
    private LocationTable saving;
    private long freshBytes;
    private boolean isSaving;
    private long saves;
    private int savedSegment;
    private long savedOffset;
    /** Whether the datastore has no places, so that it need not be asked. */
    private volatile boolean unwritten;

    /** The index that a datastore has, perhaps of a former form; blocks for the disk. */
    BlockIndex(Environment environment, Datastore datastore) throws IOException {
        this.datastore = datastore;
        byte[] point = datastore.get(CHECKPOINT);
        if (point == null || point.length != CHECKPOINT_BYTES || point[CHECKPOINT_BYTES - 1] != FORM) {
            removeAll();
        }
        stored = new StoredLocations(environment, datastore);
        fresh = new LocationTable(stored.keyedHash());
        saving = new LocationTable(stored.keyedHash());
    }

    /**
     * The log has everything that an index of another form has, or one that was left in the middle of its first writing.
     *
     * @throws StoreException if it is no index: pins, perhaps, which nothing would bring back
     */
    private void removeAll() throws IOException {
        try (Datastore.Entries entries = datastore.scan(new byte[0])) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                byte[] key = entry.key();
                if (key.length == 0 || KEYS.indexOf(key[0]) < 0 || entry.value().length < SHORTEST_VALUE) {
                    throw new StoreException(
                            datastore
                                    + " is no index of blocks: perhaps it was swapped with another file. Put the right"
                                    + " one back, or move this one away: the index is made again from the log",
                            null);
                }
            }
        }
        if (datastore.has(CHECKPOINT)) {
            datastore.delete(CHECKPOINT); // first: without it the rest says nothing
        }
        List<Datastore.Change> removals;
        do {
            removals = new ArrayList<>();
            try (Datastore.Entries entries = datastore.scan(new Datastore.Scan(new byte[0], null, false))) {
                Datastore.Entry entry;
                while (removals.size() < REMOVED_AT_ONCE && (entry = entries.next()) != null) {
                    removals.add(new Datastore.Change(entry.key(), null));
                }
            }
            if (!removals.isEmpty()) {
                datastore.write(removals);
            }
        } while (!removals.isEmpty());
    }

    /** Reads the state of the files, and the checkpoint: {@link #savedSegment} and {@link #savedOffset}. */
    void load() throws IOException {
        byte[] point = datastore.get(CHECKPOINT);
        if (point == null) {
            unwritten = true;
            return;
        }
        try (Datastore.Entries entries = datastore.scan(new byte[] {FILE})) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                ByteBuffer value = ByteBuffer.wrap(entry.value());
                int number = ByteBuffer.wrap(entry.key()).getInt(1);
                files.put(number, new Live(value.getLong(), value.getLong(), value.getLong()));
                if (value.remaining() >= STATE_BYTES) {
                    sizes.put(number, value.getLong());
                    byte state = value.get();
                    if (state == UNREAD) {
                        unread.add(number);
                    } else if (state == SHORTER) {
                        shorter.add(number);
                    }
                }
            }
        }
        ByteBuffer in = ByteBuffer.wrap(point);
        savedSegment = in.getInt();
        savedOffset = in.getLong();
        if (in.get() != WHOLE) {
            countAgain();
        }
    }

    /** File of the checkpoint. */
    int savedSegment() {
        return savedSegment;
    }

    /** The checkpoint in its file: the log before is in the datastore. */
    long savedOffset() {
        return savedOffset;
    }

    /** The files that have live blocks, and the bytes that each has at least. */
    Map<Integer, Long> sizes() {
        Map<Integer, Long> all = new TreeMap<>();
        files.forEach((number, live) -> {
            if (live.blocks() > 0) {
                long known = sizes.getOrDefault(number, 0L);
                all.put(number, Math.max(known, number == savedSegment ? savedOffset : 1));
            }
        });
        return all;
    }

    /** Whether it is known of a file how it ended. */
    boolean isEnded(int number) {
        return sizes.getOrDefault(number, 0L) > 0;
    }

    /** A file has lost its end. */
    void shorter(int number) {
        shorter.add(number);
    }

    /** A file is read from some bytes on, if it was gone or shorter than it is; −1 if it was not. */
    long backFrom(int number, long size) {
        if (!files.containsKey(number)) {
            return 0;
        }
        long known = sizes.getOrDefault(number, size);
        return known < size && shorter.remove(number) ? known : -1;
    }

    /** A file will not change any more. */
    void ended(int segment, long size) {
        sizes.put(segment, size);
        files.putIfAbsent(segment, Live.NONE);
    }

    /** A file could not be read to its end: it may have blocks that the index does not know, and stays. */
    void unread(int segment) {
        unread.add(segment);
        files.putIfAbsent(segment, Live.NONE);
    }

    /** Whether a file may have blocks that the index does not know. */
    boolean isUnread(int segment) {
        return unread.contains(segment);
    }

    /** The process ended in the middle of a save: the datastore has places that the state of the files knows nothing of. */
    private void countAgain() throws IOException {
        files.replaceAll((number, live) -> Live.NONE);
        stored.forEach((hash, location) -> count(location.segment(), 1, hash, location.size()));
    }

    /** Saves what was read so far; if the disk does not take it, as when it is full, it stays in memory. */
    boolean saveUpTo(int segment, long offset) {
        Snapshot snapshot = snapshot(segment, offset);
        try {
            save(snapshot);
            saved(Set.of());
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the index of blocks could not be written: {0}", e.getMessage());
            unsaved(snapshot);
            return false;
        }
    }

    /** The place of a block as memory has it, or null if the datastore is to be asked. */
    @Nullable
    Location recent(Multihash hash) {
        Location location = fresh.get(hash);
        return location == null ? saving.get(hash) : location;
    }

    /** Whether {@link #recent} knows all places there are. */
    boolean isUnwritten() {
        return unwritten;
    }

    /** The place of a block as the datastore has it; blocks for the disk. */
    @Nullable
    Location stored(Multihash hash) throws IOException {
        return unwritten ? null : stored.get(hash);
    }

    /** The places of those blocks that the datastore has; blocks for the disk. */
    Map<Multihash, Location> storedAll(Collection<Multihash> hashes) throws IOException {
        return unwritten ? Map.of() : stored.getAll(hashes);
    }

    /** Tells where a block is now. */
    void set(Multihash hash, @Nullable Location before, Location now) {
        if (before != null && before.isPresent()) {
            count(before.segment(), -1, hash, before.size());
        }
        if (now.isPresent()) {
            count(now.segment(), 1, hash, now.size());
        }
        fresh.put(hash, now);
        freshBytes += Math.max(0, now.size());
    }

    private void count(int segment, int sign, Multihash hash, int size) {
        files.merge(
                segment,
                Live.NONE.plus(sign, hash, size),
                (a, b) -> new Live(a.blocks() + b.blocks(), a.bytes() + b.bytes(), a.recordBytes() + b.recordBytes()));
    }

    int unsaved() {
        return fresh.size();
    }

    /**
     * Whether so much would have to be read again after a crash that it is to be saved. Few and large saves cost less
     * than many small ones, since each writes most buckets.
     */
    boolean isDue(int blocks) {
        return !isSaving && (fresh.size() >= blocks || freshBytes >= SAVED_BYTES);
    }

    /** Number of snapshots that have gone from memory to the datastore. */
    long saves() {
        return saves;
    }

    boolean isSaving() {
        return isSaving;
    }

    BlockStore.Usage usage() {
        return usage(files);
    }

    private static BlockStore.Usage usage(Map<Integer, Live> files) {
        long blocks = 0;
        long bytes = 0;
        for (Live live : files.values()) {
            blocks += live.blocks();
            bytes += live.bytes();
        }
        return new BlockStore.Usage(blocks, bytes);
    }

    Live live(int segment) {
        return files.getOrDefault(segment, Live.NONE);
    }

    void forget(int segment) {
        files.remove(segment);
        sizes.remove(segment);
        unread.remove(segment);
        shorter.remove(segment);
    }

    /** Takes what is to be saved, with the end of the log. */
    Snapshot snapshot(int segment, long offset) {
        isSaving = true;
        saving = fresh;
        fresh = new LocationTable(stored.keyedHash());
        freshBytes = 0;
        return new Snapshot(
                saving,
                new HashMap<>(files),
                new HashMap<>(sizes),
                new HashSet<>(unread),
                new HashSet<>(shorter),
                segment,
                offset);
    }

    /** Writes a snapshot; blocks for the disk. */
    void save(Snapshot snapshot) throws IOException {
        boolean first = unwritten;
        unwritten = false;
        ChangeBatches out = new ChangeBatches(
                datastore, first ? List.of() : List.of(checkpoint(savedSegment, savedOffset, IN_PART)));
        stored.merge(snapshot.locations(), usage(snapshot.files()).blocks(), out);
        out.begin();
        try (Datastore.Entries entries = datastore.scan(new byte[] {FILE})) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                if (!snapshot.files().containsKey(ByteBuffer.wrap(entry.key()).getInt(1))) {
                    out.add(entry.key(), null);
                }
            }
        }
        for (Map.Entry<Integer, Live> file : snapshot.files().entrySet()) {
            Live live = file.getValue();
            out.add(
                    ByteBuffer.allocate(5).put(FILE).putInt(file.getKey()).array(),
                    ByteBuffer.allocate(24 + STATE_BYTES)
                            .putLong(live.blocks())
                            .putLong(live.bytes())
                            .putLong(live.recordBytes())
                            .putLong(snapshot.sizes().getOrDefault(file.getKey(), 0L))
                            .put(state(snapshot, file.getKey()))
                            .array());
        }
        Datastore.Change end = checkpoint(snapshot.segment(), snapshot.offset(), WHOLE);
        out.add(end.key(), end.value());
        out.end();
        savedSegment = snapshot.segment();
        savedOffset = snapshot.offset();
    }

    private static byte state(Snapshot snapshot, int number) {
        return snapshot.unread().contains(number) ? UNREAD : snapshot.shorter().contains(number) ? SHORTER : READ;
    }

    private static Datastore.Change checkpoint(int segment, long offset, byte state) {
        return new Datastore.Change(
                CHECKPOINT,
                ByteBuffer.allocate(CHECKPOINT_BYTES)
                        .putInt(segment)
                        .putLong(offset)
                        .put(state)
                        .put(FORM)
                        .array());
    }

    /**
     * The snapshot is in the datastore.
     *
     * @param begun blocks that are being looked for or written: memory keeps what it knows of them, so that
     *     {@link #recent} tells every change since they were begun
     */
    void saved(Collection<Multihash> begun) {
        LocationTable written = saving;
        isSaving = false;
        saves++;
        saving = new LocationTable(stored.keyedHash());
        for (Multihash hash : begun) {
            Location location = written.get(hash);
            if (location != null && fresh.get(hash) == null) {
                fresh.put(hash, location);
            }
        }
    }

    /** The snapshot could not be written: it stays in memory. */
    void unsaved(Snapshot snapshot) {
        LocationTable all = snapshot.locations().copy();
        all.putAll(fresh);
        fresh = all;
        isSaving = false;
        saving = new LocationTable(stored.keyedHash());
    }

    /** An empty table. */
    LocationTable table() {
        return new LocationTable(stored.keyedHash());
    }

    /** A copy of what memory knows. */
    LocationTable allRecent() {
        LocationTable all = saving.copy();
        all.putAll(fresh);
        return all;
    }

    /**
     * Gives all places of the datastore to the visitor, some hundred at a time, so that no old version of the datastore
     * has to be kept while the visitor changes the store; blocks for the disk.
     */
    void forEachStored(Visitor visitor) throws IOException {
        if (!unwritten) {
            stored.forEach(visitor);
        }
    }

    /** Gets places. */
    @FunctionalInterface
    interface Visitor {
        void place(Multihash hash, Location location) throws IOException;
    }
}
