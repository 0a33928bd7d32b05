package libp2p.pubsub.rpc;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The name of a message, the same for all its copies. Immutable; equal if the bytes are; ordered by the bytes
 * (unsigned).
 */
public final class MessageId implements Comparable<MessageId> {
    private final byte[] bytes;
    private final int hash;

    /** @param bytes which the caller must not change from now on */
    MessageId(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** An id of a copy of these bytes. */
    public static MessageId of(byte[] bytes) {
        return new MessageId(bytes.clone());
    }

    /** The bytes, in a new array. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    byte[] shared() {
        return bytes;
    }

    /** Its length in bytes. */
    public int length() {
        return bytes.length;
    }

    @Override
    public int compareTo(MessageId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageId id && hash == id.hash && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** In hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
