package libp2p.kad.key;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * A place in the keyspace: the SHA2-256 of a peer id or of the key of a record. The distance of two is their XOR as an
 * unsigned number (specification kad-dht, "Distance"). Immutable; four longs, so that comparing distances allocates
 * nothing.
 */
public final class Key implements Comparable<Key> {
    /** Bits of a key. */
    public static final int BITS = 256;

    /** Only copied: to look for an implementation takes longer than to hash a name. */
    private static final MessageDigest SHA_256 = sha256();

    private static final int BYTES = BITS / 8;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    private Key(long first, long second, long third, long fourth) {
        this.first = first;
        this.second = second;
        this.third = third;
        this.fourth = fourth;
    }

    /** The place of a name: the binary peer id, the multihash of content, or the key of a record. */
    public static Key of(byte[] name) {
        try {
            return ofDigest(((MessageDigest) SHA_256.clone()).digest(name));
        } catch (CloneNotSupportedException e) {
            return ofDigest(sha256().digest(name));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The place of a peer. */
    public static Key of(PeerId peer) {
        return of(peer.toBytes());
    }

    /**
     * A key from its 32 bytes.
     *
     * @throws IllegalArgumentException if there are not 32
     */
    public static Key ofDigest(byte[] digest) {
        if (digest.length != BYTES) {
            throw new IllegalArgumentException("a key of " + digest.length + " bytes instead of " + BYTES);
        }
        return new Key((long) LONG.get(digest, 0), (long) LONG.get(digest, 8), (long) LONG.get(digest, 16), (long)
                LONG.get(digest, 24));
    }

    /** The 32 bytes, in a new array. */
    public byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        LONG.set(bytes, 0, first);
        LONG.set(bytes, 8, second);
        LONG.set(bytes, 16, third);
        LONG.set(bytes, 24, fourth);
        return bytes;
    }

    /** The number of bits at the beginning that are the same in both, 0 to 256. */
    public int commonPrefix(Key other) {
        if (first != other.first) {
            return Long.numberOfLeadingZeros(first ^ other.first);
        }
        if (second != other.second) {
            return 64 + Long.numberOfLeadingZeros(second ^ other.second);
        }
        if (third != other.third) {
            return 128 + Long.numberOfLeadingZeros(third ^ other.third);
        }
        return 192 + Long.numberOfLeadingZeros(fourth ^ other.fourth);
    }

    /**
     * Compares the distances of two keys from this one: negative if the first is closer, 0 only if they are the same.
     */
    public int compareDistances(Key one, Key other) {
        int order = Long.compareUnsigned(first ^ one.first, first ^ other.first);
        if (order == 0) {
            order = Long.compareUnsigned(second ^ one.second, second ^ other.second);
        }
        if (order == 0) {
            order = Long.compareUnsigned(third ^ one.third, third ^ other.third);
        }
        return order == 0 ? Long.compareUnsigned(fourth ^ one.fourth, fourth ^ other.fourth) : order;
    }

    /** The distance to another key as a share of the keyspace, 0 to 1, with the precision of a double. */
    public double distance(Key other) {
        return toUnit(first ^ other.first) + toUnit(second ^ other.second) * 0x1p-64;
    }

    private static double toUnit(long unsigned) {
        return (unsigned >>> 11) * 0x1p-53 + (unsigned & 0x7ff) * 0x1p-64;
    }

    /** Bit number {@code index}, 0 being the first and most significant. */
    public boolean bit(int index) {
        long part = index < 64 ? first : index < 128 ? second : index < 192 ? third : fourth;
        return (part >>> 63 - (index & 63) & 1) != 0;
    }

    /** This key with one bit turned around. */
    public Key flip(int index) {
        long mask = 1L << 63 - (index & 63);
        return switch (index >> 6) {
            case 0 -> new Key(first ^ mask, second, third, fourth);
            case 1 -> new Key(first, second ^ mask, third, fourth);
            case 2 -> new Key(first, second, third ^ mask, fourth);
            default -> new Key(first, second, third, fourth ^ mask);
        };
    }

    /** In the order of the bytes, unsigned. */
    @Override
    public int compareTo(Key other) {
        return ZERO.compareDistances(this, other);
    }

    private static final Key ZERO = new Key(0, 0, 0, 0);

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key
                && first == key.first
                && second == key.second
                && third == key.third
                && fourth == key.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first ^ fourth);
    }

    /** The hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
