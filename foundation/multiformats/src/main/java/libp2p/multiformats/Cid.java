package libp2p.multiformats;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A content identifier: version, codec of the content, multihash of the content (<a
 * href="https://github.com/multiformats/cid">CID</a>). Versions 0 (dag-pb, SHA2-256, base58btc text only) and 1.
 * Immutable; equal if the bytes are equal, so a version 0 CID differs from its version 1 form; ordered by the bytes.
 */
public final class Cid implements Comparable<Cid> {
    private static final int V0_BYTES = 34;
    private static final int V0_TEXT = 46;

    private final int version;
    private final long codec;
    private final Multihash hash;

    private Cid(int version, long codec, Multihash hash) {
        this.version = version;
        this.codec = codec;
        this.hash = hash;
    }

    /**
     * A version 0 CID.
     *
     * @param hash SHA2-256 with 32 bytes
     * @return the CID
     * @throws MalformedException if it is another hash
     */
    public static Cid v0(Multihash hash) {
        if (hash.code() != Multicodec.SHA2_256 || hash.digestLength() != 32) {
            throw new MalformedException("cid: version 0 needs a SHA2-256 multihash of 32 bytes, not code 0x"
                    + Long.toHexString(hash.code()) + " with " + hash.digestLength() + " bytes");
        }
        return new Cid(0, Multicodec.DAG_PB, hash);
    }

    /**
     * A version 1 CID.
     *
     * @param codec of the content, see {@link Multicodec}; 0 or more
     * @param hash of the content
     * @return the CID
     */
    public static Cid v1(long codec, Multihash hash) {
        Varint.size(codec);
        return new Cid(1, codec, hash);
    }

    /**
     * Reads the text of a CID: base58btc without prefix for version 0, any multibase for version 1. No path, no
     * {@code /ipfs/} before it.
     *
     * @param text up to {@link MultiformatsLimits#CID_TEXT} characters
     * @return the CID
     * @throws MalformedException if it is not a CID, also if a version 0 CID has a multibase prefix
     */
    public static Cid parse(String text) {
        if (text.length() > MultiformatsLimits.CID_TEXT) {
            throw new MalformedException("cid: a text of " + text.length() + " characters is longer than the limit of "
                    + MultiformatsLimits.CID_TEXT);
        }
        if (text.length() == V0_TEXT && text.startsWith("Qm")) {
            return v0(Multihash.fromBase58(text));
        }
        Cid cid = fromBytes(Multibase.decode(text));
        if (cid.version == 0) {
            throw new MalformedException(
                    "cid: version 0 must not have a multibase prefix: " + MalformedException.quote(text));
        }
        return cid;
    }

    /**
     * Decodes a CID that fills the whole array.
     *
     * @param bytes the encoding
     * @return the CID
     * @throws MalformedException if it is not a CID, or exceeds a limit, or is followed by more bytes
     */
    public static Cid fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Cid cid = decode(in);
        if (in.hasRemaining()) {
            throw new MalformedException("cid: " + in.remaining() + " bytes after the end");
        }
        return cid;
    }

    /**
     * Decodes at the buffer's position and moves it on; after an exception the position is unchanged.
     *
     * @param in where to read
     * @return the CID
     * @throws MalformedException if it is not a CID, or exceeds a limit
     */
    public static Cid decode(ByteBuffer in) {
        ByteBuffer rest = in.duplicate();
        Cid cid;
        if (rest.remaining() >= 2 && rest.get(rest.position()) == 0x12 && rest.get(rest.position() + 1) == 0x20) {
            cid = v0(Multihash.decode(rest));
        } else {
            long version = Varint.decode(rest);
            if (version != 1) {
                throw new MalformedException("cid: unknown version " + version);
            }
            cid = v1(Varint.decode(rest), Multihash.decode(rest));
        }
        in.position(rest.position());
        return cid;
    }

    /** {@return 0 or 1} */
    public int version() {
        return version;
    }

    /** {@return the codec of the content; dag-pb for version 0} */
    public long codec() {
        return codec;
    }

    /** {@return the multihash of the content} */
    public Multihash hash() {
        return hash;
    }

    /** {@return this CID in version 1} */
    public Cid toV1() {
        return version == 1 ? this : v1(codec, hash);
    }

    /**
     * {@return this CID in version 0}
     *
     * @throws MalformedException if it is not dag-pb with SHA2-256
     */
    public Cid toV0() {
        if (codec != Multicodec.DAG_PB) {
            throw new MalformedException("cid: version 0 needs dag-pb, not codec 0x" + Long.toHexString(codec));
        }
        return version == 0 ? this : v0(hash);
    }

    /** {@return how many bytes the encoding has} */
    public int size() {
        return version == 0 ? V0_BYTES : 1 + Varint.size(codec) + hash.size();
    }

    /** {@return the encoding, in a new array} */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(size());
        writeTo(out);
        return out.array();
    }

    /**
     * Writes the encoding at the buffer's position and moves it on.
     *
     * @param out where to write
     * @throws java.nio.BufferOverflowException if it does not fit
     */
    public void writeTo(ByteBuffer out) {
        if (version == 1) {
            out.put((byte) 1);
            Varint.encode(codec, out);
        }
        hash.writeTo(out);
    }

    /**
     * The text in a base.
     *
     * @param base any for version 1; for version 0 only base58btc
     * @return the text; with multibase prefix for version 1
     * @throws IllegalArgumentException if version 0 is asked for in another base
     */
    public String toString(Multibase base) {
        if (version == 1) {
            return base.encode(toBytes());
        }
        if (base != Multibase.BASE58BTC) {
            throw new IllegalArgumentException("cid: version 0 is written in base58btc only, not " + base.label());
        }
        return hash.toBase58();
    }

    /** {@return base58btc for version 0, base32 for version 1} */
    @Override
    public String toString() {
        return toString(version == 0 ? Multibase.BASE58BTC : Multibase.BASE32);
    }

    @Override
    public int compareTo(Cid other) {
        return version == 0 && other.version == 0
                ? hash.compareTo(other.hash)
                : Arrays.compareUnsigned(toBytes(), other.toBytes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cid cid && version == cid.version && codec == cid.codec && hash.equals(cid.hash);
    }

    @Override
    public int hashCode() {
        return (hash.hashCode() * 31 + Long.hashCode(codec)) * 31 + version;
    }
}
