package libp2p.blocks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Locations of blocks in a datastore. They stand in buckets, some hundred in one value: digests are spread evenly, so
 * that a save of many changes touches all pages of the datastore anyway, and a bucket is read, changed and written as
 * one array of bytes. The number of buckets is a power of two, and doubles with the number of blocks. Beside each
 * bucket stand the endings of its multihashes, two bytes of each, which tell of nearly every block that is not here
 * without its bucket. Thread-safe, but for one writer at a time; all methods but those that say otherwise block for the
 * disk.
 */
final class StoredLocations {
    private static final byte BUCKET = 'p';
    private static final byte ENDINGS = 'e';
    private static final byte[] SHAPE = {'d'};
    private static final byte[] NONE = {};

    /** Blocks of a bucket, on average, at most; at least half of them once there is more than one bucket. */
    private static final int BLOCKS = 128;

    private static final int DEEPEST = 24;
    private static final int LOOKUPS = 5;
    /** In place of a depth: the bucket may have moved while it was looked for. */
    private static final int AGAIN = -1;

    /**
     * How places are spread: over 2^depth buckets, and while they move, over 2^target. A bucket and those that take its
     * place exist at once for readers alone, while a batch is being made, and hold the same then.
     */
    private record Shape(int depth, int target) {
        boolean isMoving() {
            return depth != target;
        }
    }

    private final Datastore datastore;
    private final KeyedHash keyedHash;
    private volatile Shape shape;

    /** Reads what the datastore has. */
    StoredLocations(Environment environment, Datastore datastore) throws IOException {
        this.datastore = datastore;
        byte[] value = datastore.get(SHAPE);
        if (value == null) {
            byte[] secret = new byte[Long.BYTES];
            environment.secureRandom(secret);
            keyedHash = new KeyedHash(ByteBuffer.wrap(secret).getLong());
            shape = new Shape(0, 0);
        } else {
            ByteBuffer in = ByteBuffer.wrap(value);
            keyedHash = new KeyedHash(in.getLong());
            shape = new Shape(in.get(), in.get());
        }
    }

    /** How multihashes are spread, here and in tables that are merged here; does not block. */
    KeyedHash keyedHash() {
        return keyedHash;
    }

    /** The bucket of a number among 2^depth. */
    static int bucket(long number, int depth) {
        return depth == 0 ? 0 : (int) (number >>> Long.SIZE - depth);
    }

    private static byte[] key(byte what, int depth, int bucket) {
        return ByteBuffer.allocate(6).put(what).put((byte) depth).putInt(bucket).array();
    }

    @Nullable
    Location get(Multihash hash) throws IOException {
        return getAll(List.of(hash)).get(hash);
    }

    /** The places of those that are here; each bucket is read once. */
    Map<Multihash, Location> getAll(Collection<Multihash> hashes) throws IOException {
        Map<Multihash, Location> found = new HashMap<>();
        Search search = new Search();
        for (Sought sought : inOrder(hashes)) {
            Location location = search.find(sought);
            if (location != null) {
                found.put(sought.hash, location);
            }
        }
        return found;
    }

    /** A block whose place is looked for. */
    private record Sought(Multihash hash, byte[] bytes, long number) {}

    private List<Sought> inOrder(Collection<Multihash> hashes) {
        List<Sought> sought = new ArrayList<>(hashes.size());
        for (Multihash hash : hashes) {
            byte[] bytes = hash.toBytes();
            sought.add(new Sought(hash, bytes, keyedHash.of(bytes, 0, bytes.length)));
        }
        sought.sort((a, b) -> Long.compareUnsigned(a.number, b.number));
        return sought;
    }

    /** Finds places one after the other, and keeps the bucket that it has read last. */
    private final class Search {
        private int depth = -1;
        private int bucket;
        private byte[] endings = {};
        private byte @Nullable [] records;

        @Nullable
        Location find(Sought sought) throws IOException {
            if (depth < 0 || bucket(sought.number, depth) != bucket) {
                open(sought.number);
            }
            for (int i = 0; LocationBucket.hasEnding(endings, sought.bytes); i++) {
                if (records == null) {
                    records = datastore.get(key(BUCKET, depth, bucket));
                }
                if (records != null) {
                    return LocationBucket.find(records, sought.bytes);
                }
                if (i == LOOKUPS) {
                    throw new StoreException("the index of blocks lacks the bucket of " + sought.hash, null);
                }
                open(sought.number); // its locations have moved
            }
            return null;
        }

        private void open(long number) throws IOException {
            records = null;
            while (true) {
                Shape now = shape;
                byte[] found = endings(now.depth, number);
                if (found == null && now.isMoving()) { // they have moved, or never were
                    found = endings(now.target, number);
                }
                if (found != null || shape == now) {
                    endings = found == null ? NONE : found;
                    return;
                }
            }
        }

        private byte @Nullable [] endings(int depth, long number) throws IOException {
            this.depth = depth;
            bucket = bucket(number, depth);
            return datastore.get(key(ENDINGS, depth, bucket));
        }
    }

    /** Gives all places to the visitor, a bucket at a time; the visitor may change the store. */
    void forEach(BlockIndex.Visitor visitor) throws IOException {
        long at = 0;
        int depth;
        do {
            Shape now = shape;
            depth = now.depth;
            byte[] found = datastore.get(key(BUCKET, depth, bucket(at, depth)));
            if (found == null && now.isMoving()) {
                depth = now.target;
                found = datastore.get(key(BUCKET, depth, bucket(at, depth)));
            }
            if (found != null) {
                LocationBucket.forEach(found, visitor);
            } else if (shape != now) {
                depth = AGAIN;
            }
            at = behind(at, depth);
        } while (at != 0 || depth == AGAIN);
    }

    /** The first number behind a bucket, 0 behind the last. */
    private static long behind(long number, int depth) {
        return depth == 0 || depth == AGAIN ? number : number + (1L << Long.SIZE - depth);
    }

    /**
     * Puts and removes places.
     *
     * @param changes that stay as they are meanwhile, spread as these here
     * @param blocks how many there will be, about
     */
    void merge(LocationTable changes, long blocks, ChangeBatches out) throws IOException {
        grow(blocks);
        out.add(SHAPE, shapeBytes(shape)); // each time, since an earlier write may have failed
        int depth = shape.depth;
        long[] order = changes.inOrder();
        int to;
        for (int from = 0; from < order.length; from = to) {
            int bucket = LocationTable.bucket(order[from], depth);
            to = from + 1;
            while (to < order.length && LocationTable.bucket(order[to], depth) == bucket) {
                to++;
            }
            byte[] old = datastore.get(key(BUCKET, depth, bucket));
            byte[] merged = LocationBucket.merge(old, changes, order, from, to);
            out.begin();
            if (merged.length > 0) {
                put(depth, bucket, merged, out);
            } else if (old != null) {
                remove(depth, bucket, out);
            }
        }
    }

    private static void put(int depth, int bucket, byte[] records, ChangeBatches out) {
        out.add(key(BUCKET, depth, bucket), records);
        out.add(key(ENDINGS, depth, bucket), LocationBucket.endings(records));
    }

    private static void remove(int depth, int bucket, ChangeBatches out) {
        out.add(key(ENDINGS, depth, bucket), null);
        out.add(key(BUCKET, depth, bucket), null);
    }

    /** Makes so many buckets that they are not too full. */
    private void grow(long blocks) throws IOException {
        int depth = depthFor(blocks);
        if (!shape.isMoving() && depth > shape.depth) {
            shape = new Shape(shape.depth, depth);
        }
        if (shape.isMoving()) {
            move(new ChangeBatches(datastore, List.of()));
        }
    }

    private static int depthFor(long blocks) {
        int depth = 0;
        while (depth < DEEPEST && blocks >> depth > BLOCKS) {
            depth++;
        }
        return depth;
    }

    /** Moves all places to more buckets; a bucket is gone when those that take its place exist. */
    private void move(ChangeBatches out) throws IOException {
        Shape now = shape;
        out.add(SHAPE, shapeBytes(now)); // or the end of the process would leave buckets that no look-up finds
        for (int i = 0; i < 1 << now.depth; i++) {
            byte[] old = datastore.get(key(BUCKET, now.depth, i));
            if (old == null) {
                continue; // empty, or moved by a move that did not end
            }
            byte[][] parts = LocationBucket.split(old, keyedHash, now.depth, now.target);
            out.begin();
            for (int j = 0; j < parts.length; j++) {
                if (parts[j].length > 0) {
                    put(now.target, (i << now.target - now.depth) + j, parts[j], out);
                }
            }
            remove(now.depth, i, out); // last: readers see the changes of a batch one after the other
        }
        Shape moved = new Shape(now.target, now.target);
        out.add(SHAPE, shapeBytes(moved));
        out.end();
        shape = moved;
    }

    private byte[] shapeBytes(Shape shape) {
        return ByteBuffer.allocate(10)
                .putLong(keyedHash.secret())
                .put((byte) shape.depth)
                .put((byte) shape.target)
                .array();
    }
}
