package libp2p.blocks;

import java.io.IOException;
import java.util.Arrays;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** The records of some hundred blocks whose multihashes have neighbouring numbers, as bytes; in no order. */
final class LocationBucket {
    private static final byte[] EMPTY = {};

    private LocationBucket() {}

    /** The place of a block, or null if the bucket does not have it. */
    @Nullable
    static Location find(byte[] bucket, byte[] hash) {
        for (int at = 0; at < bucket.length; at += LocationRecord.bytesAt(bucket, at)) {
            if (LocationRecord.isOf(bucket, at, hash, 0, hash.length)) {
                return LocationRecord.location(bucket, at);
            }
        }
        return null;
    }

    /** The last two bytes of each multihash, in the order of the records. */
    static byte[] endings(byte[] bucket) {
        int records = 0;
        for (int at = 0; at < bucket.length; at += LocationRecord.bytesAt(bucket, at)) {
            records++;
        }
        byte[] endings = new byte[2 * records];
        int i = 0;
        for (int at = 0; at < bucket.length; at += LocationRecord.bytesAt(bucket, at)) {
            int hashTo = LocationRecord.hashTo(bucket, at);
            endings[i++] = bucket[hashTo - 2];
            endings[i++] = bucket[hashTo - 1];
        }
        return endings;
    }

    /** Whether a multihash ends as one of those whose endings are given. */
    static boolean hasEnding(byte[] endings, byte[] hash) {
        byte first = hash[hash.length - 2];
        byte second = hash[hash.length - 1];
        for (int i = 0; i < endings.length; i += 2) {
            if (endings[i + 1] == second && endings[i] == first) {
                return true;
            }
        }
        return false;
    }

    /**
     * A bucket with what has changed.
     *
     * @param changes all that have changed
     * @param order of the changes, see {@link LocationTable#inOrder}
     * @param from the first that belongs to this bucket
     * @param to behind the last that does
     */
    static byte[] merge(byte @Nullable [] old, LocationTable changes, long[] order, int from, int to) {
        byte[] before = old == null ? EMPTY : old;
        int added = 0;
        long changed = 0; // what the last byte of each changed multihash ends with
        for (int i = from; i < to; i++) {
            byte[] chunk = changes.chunk(LocationTable.position(order[i]));
            int at = LocationTable.at(LocationTable.position(order[i]));
            changed |= 1L << chunk[LocationRecord.hashTo(chunk, at) - 1];
            added += LocationRecord.isPresent(chunk, at) ? LocationRecord.bytesAt(chunk, at) : 0;
        }
        byte[] out = new byte[before.length + added];
        int end = copyUnchanged(before, changes, changed, out);
        for (int i = from; i < to; i++) {
            byte[] chunk = changes.chunk(LocationTable.position(order[i]));
            int at = LocationTable.at(LocationTable.position(order[i]));
            if (LocationRecord.isPresent(chunk, at)) {
                int bytes = LocationRecord.bytesAt(chunk, at);
                System.arraycopy(chunk, at, out, end, bytes);
                end += bytes;
            }
        }
        return end == out.length ? out : Arrays.copyOf(out, end);
    }

    private static int copyUnchanged(byte[] before, LocationTable changes, long changed, byte[] out) {
        int end = 0;
        int copied = 0; // those before are in the new bucket, or have changed
        int at = 0;
        while (at < before.length) {
            int next = at + LocationRecord.bytesAt(before, at);
            int hashTo = LocationRecord.hashTo(before, at);
            if ((changed >>> before[hashTo - 1] & 1) != 0
                    && changes.contains(before, LocationRecord.hashFrom(at), hashTo)) {
                System.arraycopy(before, copied, out, end, at - copied);
                end += at - copied;
                copied = next;
            }
            at = next;
        }
        System.arraycopy(before, copied, out, end, at - copied);
        return end + at - copied;
    }

    /** The records of a bucket among 2^depth, spread over those among 2^target that take its place. */
    static byte[][] split(byte[] bucket, KeyedHash keyedHash, int depth, int target) {
        int mask = (1 << target - depth) - 1;
        int[] bytes = new int[mask + 1];
        for (int at = 0; at < bucket.length; at += LocationRecord.bytesAt(bucket, at)) {
            bytes[part(bucket, at, keyedHash, target) & mask] += LocationRecord.bytesAt(bucket, at);
        }
        byte[][] parts = new byte[mask + 1][];
        for (int i = 0; i <= mask; i++) {
            parts[i] = new byte[bytes[i]];
        }
        int[] ends = new int[mask + 1];
        for (int at = 0; at < bucket.length; at += LocationRecord.bytesAt(bucket, at)) {
            int part = part(bucket, at, keyedHash, target) & mask;
            int length = LocationRecord.bytesAt(bucket, at);
            System.arraycopy(bucket, at, parts[part], ends[part], length);
            ends[part] += length;
        }
        return parts;
    }

    private static int part(byte[] bucket, int at, KeyedHash keyedHash, int depth) {
        return StoredLocations.bucket(
                keyedHash.of(bucket, LocationRecord.hashFrom(at), LocationRecord.hashTo(bucket, at)), depth);
    }

    /** Gives all records of a bucket to the visitor. */
    static void forEach(byte[] bucket, BlockIndex.Visitor visitor) throws IOException {
        for (int at = 0; at < bucket.length; at += LocationRecord.bytesAt(bucket, at)) {
            Multihash hash = LocationRecord.hash(bucket, at);
            visitor.place(hash, LocationRecord.location(bucket, at));
        }
    }
}
