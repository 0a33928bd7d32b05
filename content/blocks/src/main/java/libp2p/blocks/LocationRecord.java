package libp2p.blocks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Multihash;

/**
 * A multihash and the place of its block as bytes: length of the multihash (1 byte), multihash, place ({@value
 * Location#BYTES} bytes). In memory and in the datastore alike, so that records are copied as they are.
 */
final class LocationRecord {
    /** Bytes of the longest record. */
    static final int MOST_BYTES = 1 + MultiformatsLimits.MULTIHASH_BYTES + Location.BYTES;

    private LocationRecord() {}

    /** Bytes of the record of a multihash. */
    static int bytes(int multihashBytes) {
        return 1 + multihashBytes + Location.BYTES;
    }

    /** Bytes of the record that begins at an index. */
    static int bytesAt(byte[] in, int at) {
        return bytes(in[at] & 0xff);
    }

    static int hashFrom(int at) {
        return at + 1;
    }

    static int hashTo(byte[] in, int at) {
        return at + 1 + (in[at] & 0xff);
    }

    /** Whether the record is that of the multihash in a range of another array. */
    static boolean isOf(byte[] in, int at, byte[] hash, int from, int to) {
        int length = in[at] & 0xff;
        return length == to - from
                && in[at + length] == hash[to - 1] // most others end here
                && Arrays.equals(in, at + 1, at + 1 + length, hash, from, to);
    }

    static Multihash hash(byte[] in, int at) {
        return Multihash.fromBytes(in, hashFrom(at), hashTo(in, at));
    }

    static Location location(byte[] in, int at) {
        return Location.read(ByteBuffer.wrap(in, hashTo(in, at), Location.BYTES));
    }

    static boolean isPresent(byte[] in, int at) {
        return in[hashTo(in, at)] >= 0; // the sign of the number of the file
    }

    static void write(byte[] hash, Location location, byte[] out, int at) {
        out[at] = (byte) hash.length;
        System.arraycopy(hash, 0, out, at + 1, hash.length);
        writeLocation(location, out, at);
    }

    /** Writes another place into the record that begins at an index. */
    static void writeLocation(Location location, byte[] out, int at) {
        location.write(ByteBuffer.wrap(out, hashTo(out, at), Location.BYTES));
    }
}
