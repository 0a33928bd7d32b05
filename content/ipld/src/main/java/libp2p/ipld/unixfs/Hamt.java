package libp2p.ipld.unixfs;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Arithmetic of sharded directories: which bucket a name is in at which level, and how buckets are written. */
final class Hamt {
    private Hamt() {}

    /** The hash of a name: the first half of MurmurHash3 of 128 bits for 64-bit machines, seed 0. */
    static long hash(String name) {
        return Murmur3.hash(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The bucket of a hash; the levels take their bits from the top. */
    static int bucket(long hash, int level, int fanout) {
        int bits = Integer.numberOfTrailingZeros(fanout);
        return (int) (hash << level * bits >>> 64 - bits);
    }

    /** The buckets that lead somewhere, one after the other in one number, and one more. */
    static long further(long way, int bucket, int fanout) {
        return way << Integer.numberOfTrailingZeros(fanout) | bucket;
    }

    /**
     * Whether a hash leads along a way.
     *
     * @param levels buckets of the way, from 1 to {@link #levels}
     */
    static boolean leads(long hash, long way, int levels, int fanout) {
        return hash >>> 64 - levels * Integer.numberOfTrailingZeros(fanout) == way;
    }

    /** Number of levels for which a hash has bits. */
    static int levels(int fanout) {
        return 64 / Integer.numberOfTrailingZeros(fanout);
    }

    /** The bucket as it stands before names. */
    static String prefix(int bucket, int fanout) {
        String hex = Integer.toHexString(bucket).toUpperCase(Locale.ROOT);
        return "0".repeat(width(fanout) - hex.length()) + hex;
    }

    static int width(int fanout) {
        return Integer.toHexString(fanout - 1).length();
    }

    /** The bucket that a link's name begins with, −1 if it does not. */
    static int bucket(String name, int width) {
        if (name.length() < width) {
            return -1;
        }
        int bucket = 0;
        for (int i = 0; i < width; i++) {
            int digit = "0123456789ABCDEF".indexOf(name.charAt(i));
            if (digit < 0) {
                return -1;
            }
            bucket = bucket << 4 | digit;
        }
        return bucket;
    }

    /** Whether a bucket is marked in a bit field: big endian, leading zero bytes left out. */
    static boolean isSet(byte[] bits, int bucket) {
        int at = bits.length - 1 - bucket / 8;
        return at >= 0 && (bits[at] >> bucket % 8 & 1) != 0;
    }
}
