package libp2p.multiformats;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A digest that says how it was made: code of the hash function, length, digest (<a
 * href="https://github.com/multiformats/multihash">multihash</a>). Any code is accepted, also unknown ones; digests
 * have 0 to {@link MultiformatsLimits#DIGEST_BYTES} bytes. Immutable; ordered by its bytes.
 */
public final class Multihash implements Comparable<Multihash> {
    private final byte[] bytes;
    private final long code;
    private final int digestAt;

    private Multihash(byte[] bytes, long code, int digestAt) {
        this.bytes = bytes;
        this.code = code;
        this.digestAt = digestAt;
    }

    /**
     * A multihash from its parts. The digest is not checked against the function.
     *
     * @param code of the hash function, see {@link Multicodec}; 0 or more
     * @param digest up to {@link MultiformatsLimits#DIGEST_BYTES} bytes; copied
     * @return the multihash
     * @throws MalformedException if the digest is too long
     */
    public static Multihash of(long code, byte[] digest) {
        requireLength(digest.length);
        int digestAt = Varint.size(code) + Varint.size(digest.length);
        var bytes = new byte[digestAt + digest.length];
        Varint.encode(digest.length, bytes, Varint.encode(code, bytes, 0));
        System.arraycopy(digest, 0, bytes, digestAt, digest.length);
        return new Multihash(bytes, code, digestAt);
    }

    /**
     * Data that stands for itself (code 0).
     *
     * @param data up to {@link MultiformatsLimits#DIGEST_BYTES} bytes; copied
     * @return the multihash
     * @throws MalformedException if the data is too long
     */
    public static Multihash identity(byte[] data) {
        return of(Multicodec.IDENTITY, data);
    }

    /**
     * The SHA2-256 multihash of some data.
     *
     * @param data what to hash
     * @return the multihash
     */
    public static Multihash sha256(byte[] data) {
        return of(Multicodec.SHA2_256, HashFunction.SHA2_256.digest(data));
    }

    /**
     * Decodes a multihash that fills the whole array.
     *
     * @param bytes the encoding; copied
     * @return the multihash
     * @throws MalformedException if it is not a multihash, or longer than the limit, or followed by more bytes
     */
    public static Multihash fromBytes(byte[] bytes) {
        return fromBytes(bytes, 0, bytes.length);
    }

    /**
     * Decodes a multihash that fills a range of an array.
     *
     * @param in the array; the range is copied
     * @param from index of the first byte
     * @param to index after the last byte
     * @return the multihash
     * @throws MalformedException if it is not a multihash, or longer than the limit, or followed by more bytes
     */
    public static Multihash fromBytes(byte[] in, int from, int to) {
        long code = Varint.decode(in, from, to);
        int lengthAt = from + Varint.size(code);
        int length = requireLength(Varint.decode(in, lengthAt, to));
        int digestAt = lengthAt + Varint.size(length);
        if (to - digestAt != length) {
            throw new MalformedException(
                    "multihash: the digest should have " + length + " bytes, but " + (to - digestAt) + " follow");
        }
        return new Multihash(Arrays.copyOfRange(in, from, to), code, digestAt - from);
    }

    /**
     * Decodes at the buffer's position and moves it on; after an exception the position is unchanged.
     *
     * @param in where to read
     * @return the multihash
     * @throws MalformedException if it is not a multihash, or longer than the limit
     */
    public static Multihash decode(ByteBuffer in) {
        ByteBuffer rest = in.duplicate();
        long code = Varint.decode(rest);
        int length = requireLength(Varint.decode(rest));
        int digestAt = rest.position() - in.position();
        if (rest.remaining() < length) {
            throw new MalformedException(
                    "multihash: the digest should have " + length + " bytes, but only " + rest.remaining() + " follow");
        }
        var bytes = new byte[digestAt + length];
        in.get(bytes);
        return new Multihash(bytes, code, digestAt);
    }

    /**
     * Decodes base58btc text without multibase prefix, as peer ids and version 0 CIDs are written.
     *
     * @param text such as {@code Qm…} or {@code 12D3Koo…}
     * @return the multihash
     * @throws MalformedException if it is not base58btc or not a multihash
     */
    public static Multihash fromBase58(String text) {
        return fromBytes(Multibase.BASE58BTC.decodeBare(text));
    }

    private static int requireLength(long length) {
        if (length > MultiformatsLimits.DIGEST_BYTES) {
            throw new MalformedException("multihash: a digest of " + length + " bytes is longer than the limit of "
                    + MultiformatsLimits.DIGEST_BYTES);
        }
        return (int) length;
    }

    /** {@return the code of the hash function} */
    public long code() {
        return code;
    }

    /** {@return a copy of the digest} */
    public byte[] digest() {
        return Arrays.copyOfRange(bytes, digestAt, bytes.length);
    }

    /** {@return how many bytes the digest has} */
    public int digestLength() {
        return bytes.length - digestAt;
    }

    /** {@return how many bytes the multihash has} */
    public int size() {
        return bytes.length;
    }

    /** {@return a copy of the encoding} */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * Writes the encoding at the buffer's position and moves it on.
     *
     * @param out where to write
     * @throws java.nio.BufferOverflowException if it does not fit
     */
    public void writeTo(ByteBuffer out) {
        out.put(bytes);
    }

    /** The encoding itself, for this package: must not be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** {@return base58btc text without multibase prefix} */
    public String toBase58() {
        return Multibase.BASE58BTC.encodeBare(bytes);
    }

    /**
     * Whether this is the multihash of the data. Truncated digests are compared over their length, which is safe only
     * if the caller has required a sufficient {@link #digestLength()}.
     *
     * @param data what may have been hashed
     * @return true if the digests agree
     * @throws UnsupportedOperationException if this module has no such hash function, see {@link HashFunction}
     */
    public boolean matches(byte[] data) {
        HashFunction function = HashFunction.of(code);
        if (function == null) {
            throw new UnsupportedOperationException("multihash: no hash function for code 0x" + Long.toHexString(code));
        }
        byte[] digest = function.digest(data);
        boolean mayBeCut = function != HashFunction.IDENTITY && digestLength() > 0 && digestLength() < digest.length;
        int compared = mayBeCut ? digestLength() : digest.length;
        return Arrays.equals(bytes, digestAt, bytes.length, digest, 0, compared);
    }

    @Override
    public int compareTo(Multihash other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multihash hash && Arrays.equals(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return the encoding in hexadecimal} */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
