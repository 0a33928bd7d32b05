package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.core.datastore.Datastore;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Places of all blocks: the newest places in memory, the others in a datastore together with the point of the log
 * up to which they exist. The datastore is derived from the log and may lag behind. Callers hold the lock of the
 * store but for {@link #stored} and {@link #save}.
 */
final class BlockIndex {
    private static final byte PLACE = 'b';
    private static final byte FILE = 's';
    private static final byte[] CHECKPOINT = {'c'};
    /** Behind a checkpoint: the places and the state of the files are those of this point of the log. */
    private static final byte WHOLE = 1;
    /** Behind a checkpoint: some places are newer, and the log from this point on tells which. */
    private static final byte IN_PART = 0;

    private static final int SAVED_AT_ONCE = 8192;
    private static final int VISITED_AT_ONCE = 4096;
    private static final long SAVED_BYTES = 64 << 20;

    /** Live blocks of a file, their bytes, and the bytes of their records. */
    record Live(long blocks, long bytes, long recordBytes) {
        static final Live NONE = new Live(0, 0, 0);

        Live plus(int sign, Multihash hash, int size) {
            return new Live(
                    blocks + sign,
                    bytes + (long) sign * size,
                    recordBytes + (long) sign * SegmentFiles.recordBytes(hash, size));
        }
    }

    /** Changes that are being written to the datastore. */
    record Snapshot(Map<Multihash, Location> places, Map<Integer, Live> files, int segment, long offset) {}

    private final Datastore datastore;
    private final Map<Integer, Live> files = new TreeMap<>();
    private Map<Multihash, Location> fresh = new HashMap<>();
    private Map<Multihash, Location> saving = Map.of();
    private long freshBytes;
    private boolean isSaving;
    private long saves;
    private int savedSegment;
    private long savedOffset;
    /** Whether the datastore has no places, so that it need not be asked. */
    private volatile boolean unwritten;

    BlockIndex(Datastore datastore) {
        this.datastore = datastore;
    }

    /** Reads the state of the files; returns the checkpoint: segment and offset, both 0 if there is none. */
    long[] load() throws IOException {
        byte[] point = datastore.get(CHECKPOINT);
        if (point == null) {
            unwritten = true; // or it was left in the middle of its first writing: the log has everything
            return new long[] {0, 0};
        }
        try (Datastore.Entries entries = datastore.scan(new byte[] {FILE})) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                ByteBuffer value = ByteBuffer.wrap(entry.value());
                files.put(
                        ByteBuffer.wrap(entry.key()).getInt(1),
                        new Live(value.getLong(), value.getLong(), value.getLong()));
            }
        }
        ByteBuffer in = ByteBuffer.wrap(point);
        savedSegment = in.getInt();
        savedOffset = in.getLong();
        if (!in.hasRemaining() || in.get() != WHOLE) {
            countAgain();
        }
        return new long[] {savedSegment, savedOffset};
    }

    /** The process ended in the middle of a save: the datastore has places that the state of the files knows nothing of. */
    private void countAgain() throws IOException {
        files.clear();
        forEachStored((hash, location) -> count(location.segment(), 1, hash, location.size()));
    }

    /** Reads the end of the log that the datastore does not know; blocks for the disk. */
    void recover(SegmentFiles files) throws IOException {
        long[] point = load();
        for (int number : files.numbers()) {
            if (number < point[0]) {
                continue;
            }
            long from = number == point[0] ? Math.min(point[1], files.size(number)) : 0;
            long good = files.scan(number, from, (offset, entry) -> {
                Location before = recent(entry.hash());
                before = before == null ? stored(entry.hash()) : before;
                boolean removal = entry.type() == SegmentFiles.REMOVAL;
                set(
                        entry.hash(),
                        before,
                        removal ? Location.REMOVED : new Location(number, offset, entry.data().length));
            });
            if (number == files.activeNumber() && good < files.activeSize()) {
                files.truncateActive(good); // the end of a write that was never acknowledged
            }
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
        if (unwritten) {
            return null;
        }
        byte[] value = datastore.get(key(hash));
        return value == null ? null : Location.fromBytes(value);
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
     * Whether so much would have to be read again after a crash that it is to be saved: so many blocks, or a quarter of
     * them with many bytes. Few and large saves cost less than many small ones, since each writes most pages of the
     * datastore.
     */
    boolean isDue(int blocks) {
        return !isSaving && (fresh.size() >= blocks || fresh.size() >= blocks / 4 && freshBytes >= SAVED_BYTES);
    }

    /** Number of snapshots that have gone from memory to the datastore. */
    long saves() {
        return saves;
    }

    boolean isSaving() {
        return isSaving;
    }

    BlockStore.Usage usage() {
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
    }

    /** Takes what is to be saved, with the end of the log. */
    Snapshot snapshot(int segment, long offset) {
        isSaving = true;
        saving = fresh;
        fresh = new HashMap<>();
        freshBytes = 0;
        return new Snapshot(saving, new HashMap<>(files), segment, offset);
    }

    /** Writes a snapshot, in the order of the keys, since neighbours share a page; blocks for the disk. */
    void save(Snapshot snapshot) throws IOException {
        boolean first = unwritten;
        unwritten = false;
        Multihash[] hashes = snapshot.places().keySet().toArray(new Multihash[0]);
        Arrays.sort(hashes);
        int from = 0;
        for (; hashes.length - from > SAVED_AT_ONCE; from += SAVED_AT_ONCE) {
            List<Datastore.Change> some = changes(snapshot, hashes, from, from + SAVED_AT_ONCE);
            if (from == 0 && !first) {
                some.add(checkpoint(savedSegment, savedOffset, IN_PART));
            }
            datastore.write(some);
        }
        List<Datastore.Change> batch = changes(snapshot, hashes, from, hashes.length);
        try (Datastore.Entries entries = datastore.scan(new byte[] {FILE})) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                if (!snapshot.files().containsKey(ByteBuffer.wrap(entry.key()).getInt(1))) {
                    batch.add(new Datastore.Change(entry.key(), null));
                }
            }
        }
        for (Map.Entry<Integer, Live> file : snapshot.files().entrySet()) {
            Live live = file.getValue();
            batch.add(new Datastore.Change(
                    ByteBuffer.allocate(5).put(FILE).putInt(file.getKey()).array(),
                    ByteBuffer.allocate(24)
                            .putLong(live.blocks())
                            .putLong(live.bytes())
                            .putLong(live.recordBytes())
                            .array()));
        }
        batch.add(checkpoint(snapshot.segment(), snapshot.offset(), WHOLE));
        datastore.write(batch);
        savedSegment = snapshot.segment();
        savedOffset = snapshot.offset();
    }

    private static List<Datastore.Change> changes(Snapshot snapshot, Multihash[] hashes, int from, int to) {
        List<Datastore.Change> changes = new ArrayList<>(to - from + 1);
        for (int i = from; i < to; i++) {
            Location location = snapshot.places().get(hashes[i]);
            changes.add(new Datastore.Change(
                    key(hashes[i]), location != null && location.isPresent() ? location.toBytes() : null));
        }
        return changes;
    }

    private static Datastore.Change checkpoint(int segment, long offset, byte state) {
        return new Datastore.Change(
                CHECKPOINT,
                ByteBuffer.allocate(13)
                        .putInt(segment)
                        .putLong(offset)
                        .put(state)
                        .array());
    }

    /** The snapshot is in the datastore. */
    void saved() {
        isSaving = false;
        saves++;
        saving = Map.of();
    }

    /** The snapshot could not be written: it stays in memory. */
    void unsaved(Snapshot snapshot) {
        Map<Multihash, Location> all = new HashMap<>(snapshot.places());
        all.putAll(fresh);
        fresh = all;
        isSaving = false;
        saving = Map.of();
    }

    /** A copy of what memory knows. */
    Map<Multihash, Location> allRecent() {
        Map<Multihash, Location> all = new HashMap<>(saving);
        all.putAll(fresh);
        return all;
    }

    /**
     * Gives all places of the datastore to the visitor, some thousands at a time, so that no old version of the
     * datastore has to be kept while the visitor changes the store; blocks for the disk.
     */
    void forEachStored(StoredVisitor visitor) throws IOException {
        Datastore.Scan scan = new Datastore.Scan(new byte[] {PLACE}, null, true);
        List<Datastore.Entry> some = new ArrayList<>();
        do {
            some.clear();
            try (Datastore.Entries entries = datastore.scan(scan)) {
                Datastore.Entry entry;
                while (some.size() < VISITED_AT_ONCE && (entry = entries.next()) != null) {
                    some.add(entry);
                }
            }
            for (Datastore.Entry entry : some) {
                byte[] key = entry.key();
                visitor.place(Multihash.fromBytes(key, 1, key.length), Location.fromBytes(entry.value()));
                scan = scan.startingAt(Arrays.copyOf(key, key.length + 1)); // the first key behind it
            }
        } while (some.size() == VISITED_AT_ONCE);
    }

    /** Gets places. */
    @FunctionalInterface
    interface StoredVisitor {
        void place(Multihash hash, Location location) throws IOException;
    }

    private static byte[] key(Multihash hash) {
        ByteBuffer key = ByteBuffer.allocate(1 + hash.size()).put(PLACE);
        hash.writeTo(key);
        return key.array();
    }
}
