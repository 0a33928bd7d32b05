package libp2p.ipld;

import libp2p.crypto.Crypto;
import libp2p.crypto.Sha256;
import libp2p.multiformats.Cid;
import libp2p.multiformats.HashFunction;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;

/**
 * Bytes with the CID that they hash to. Holders of a block may rely on that: it is checked or computed when a block
 * is made, but for {@link #trusted}. The array is not copied and must not be changed.
 */
public final class Block {
    /** The raw block without bytes, in CID version 1: it is present everywhere and never asked for. */
    public static final Cid EMPTY_RAW = of(Multicodec.RAW, new byte[0]).cid();

    private static final class Hashing {
        static final Sha256 SHA256 = Crypto.standard().sha256();
    }

    private final Cid cid;
    private final byte[] data;

    private Block(Cid cid, byte[] data) {
        this.cid = cid;
        this.data = data;
    }

    /**
     * A block of new data, with a CID of version 1 and SHA2-256.
     *
     * @param codec of the data, see {@link Multicodec}
     * @param data at most {@link IpldLimits#BLOCK_BYTES} if it is to travel
     */
    public static Block of(long codec, byte[] data) {
        return new Block(Cid.v1(codec, sha256(data)), data);
    }

    /** A block of new data with another hash function. */
    public static Block of(long codec, HashFunction function, byte[] data) {
        return new Block(Cid.v1(codec, hash(function, data)), data);
    }

    /**
     * A block whose bytes are checked.
     *
     * @throws MalformedException if the data has another hash, or the hash function is unknown, unsafe or too short
     */
    public static Block verified(Cid cid, byte[] data) {
        if (!matches(cid.hash(), data)) {
            throw new MalformedException("block: the " + data.length + " bytes are not those of " + cid);
        }
        return new Block(cid, data);
    }

    /** A block whose bytes were checked by the caller, or come from where nothing unchecked gets in. */
    public static Block trusted(Cid cid, byte[] data) {
        return new Block(cid, data);
    }

    /** The SHA2-256 multihash, by the fastest engine there is. */
    public static Multihash sha256(byte[] data) {
        return Multihash.of(Multicodec.SHA2_256, Hashing.SHA256.hash(data));
    }

    /** The multihash by any function. */
    public static Multihash hash(HashFunction function, byte[] data) {
        return function == HashFunction.SHA2_256 ? sha256(data) : function.hash(data);
    }

    /**
     * Whether data has a hash.
     *
     * @throws MalformedException if no block may be trusted by this hash: unknown, broken, or cut too short
     */
    public static boolean matches(Multihash hash, byte[] data) {
        HashFunction function = requireSafe(hash);
        if (function == HashFunction.SHA2_256 && hash.digestLength() == Sha256.LENGTH) {
            return sha256(data).equals(hash);
        }
        return hash.matches(data);
    }

    /**
     * The function of a multihash that blocks may be addressed with.
     *
     * @throws MalformedException if it is unknown, broken (MD5), cut below 20 bytes, or carries too much itself
     */
    public static HashFunction requireSafe(Multihash hash) {
        HashFunction function = HashFunction.of(hash.code());
        if (function == null) {
            throw new MalformedException("block: no hash function for code 0x" + Long.toHexString(hash.code()));
        }
        if (function == HashFunction.MD5) {
            throw new MalformedException("block: MD5 identifies nothing");
        }
        if (function != HashFunction.IDENTITY && hash.digestLength() < IpldLimits.SHORTEST_DIGEST) {
            throw new MalformedException("block: a digest of " + hash.digestLength() + " bytes, at least "
                    + IpldLimits.SHORTEST_DIGEST + " are needed");
        }
        return function;
    }

    /** Whether every host has the content: the CID carries it itself, or it is empty. */
    public static boolean isInherent(Cid cid) {
        return cid.hash().code() == Multicodec.IDENTITY || cid.hash().equals(EMPTY_RAW.hash());
    }

    /** The data of a CID that is {@linkplain #isInherent inherent}. */
    public static byte[] inherent(Cid cid) {
        return cid.hash().code() == Multicodec.IDENTITY ? cid.hash().digest() : new byte[0];
    }

    /** Names the content. */
    public Cid cid() {
        return cid;
    }

    /** The bytes, not copied. */
    public byte[] data() {
        return data;
    }

    /** Bytes of the content. */
    public int size() {
        return data.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Block block && cid.equals(block.cid);
    }

    @Override
    public int hashCode() {
        return cid.hashCode();
    }

    @Override
    public String toString() {
        return cid + " (" + data.length + " bytes)";
    }
}
