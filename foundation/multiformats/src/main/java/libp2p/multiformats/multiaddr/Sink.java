package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Varint;

/** Collects the bytes of a multiaddr up to {@link MultiformatsLimits#MULTIADDR_BYTES}. */
final class Sink {
    private byte[] bytes;
    private int size;

    Sink(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    void put(int b) {
        reserve(1);
        bytes[size++] = (byte) b;
    }

    void put(byte[] from, int start, int end) {
        reserve(end - start);
        System.arraycopy(from, start, bytes, size, end - start);
        size += end - start;
    }

    void putVarint(long value) {
        reserve(Varint.size(value));
        size = Varint.encode(value, bytes, size);
    }

    /** Puts the length of everything from an index to the end before it. */
    void insertLength(int from) {
        int length = size - from;
        int prefix = Varint.size(length);
        reserve(prefix);
        System.arraycopy(bytes, from, bytes, from + prefix, length);
        Varint.encode(length, bytes, from);
        size += prefix;
    }

    /** Lets a value check what was put from an index to the end. */
    void check(Value value, int from) {
        value.check(bytes, from, size);
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        int needed = size + more;
        if (needed > MultiformatsLimits.MULTIADDR_BYTES) {
            throw new MalformedException("more than the limit of " + MultiformatsLimits.MULTIADDR_BYTES + " bytes");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(needed, Math.min(2 * bytes.length, MultiformatsLimits.MULTIADDR_BYTES)));
        }
    }
}
