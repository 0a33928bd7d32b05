package libp2p.quic.wire;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A connection id of up to 20 bytes. Immutable. Its hash is of no use against strangers who choose the bytes, so maps
 * of their ids must be keyed otherwise.
 */
public final class ConnectionId {
    /** The longest id of version 1. */
    public static final int MAX_LENGTH = 20;
    /** No bytes at all. */
    public static final ConnectionId EMPTY = new ConnectionId(new byte[0]);

    private final byte[] bytes;

    private ConnectionId(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException if there are more than 20 bytes */
    public static ConnectionId of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** A copy of a range. */
    public static ConnectionId of(byte[] source, int offset, int length) {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException("a connection id of " + length + " bytes");
        }
        return length == 0 ? EMPTY : new ConnectionId(Arrays.copyOfRange(source, offset, offset + length));
    }

    /** Bytes, 0 to 20. */
    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Writes the bytes and returns the index behind them. */
    public int write(byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, bytes.length);
        return at + bytes.length;
    }

    /** Whether a range holds these bytes. */
    public boolean matches(byte[] source, int offset, int length) {
        return Arrays.equals(bytes, 0, bytes.length, source, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConnectionId id && Arrays.equals(bytes, id.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
