package libp2p.multiformats;

/**
 * Every bound of this module. They hold for values made here as well as for values that come from strangers, so what
 * can be written can be read back.
 */
public final class MultiformatsLimits {
    /** Bytes of the longest unsigned varint: nine, which is 2<sup>63</sup>-1 (unsigned-varint specification). */
    public static final int VARINT_BYTES = 9;

    /** Bytes of the longest multihash digest; the longest one in common use has 64. */
    public static final int DIGEST_BYTES = 128;

    /** Bytes of the longest multihash: code, length and digest. */
    public static final int MULTIHASH_BYTES = VARINT_BYTES + 2 + DIGEST_BYTES;

    /** Bytes of the longest binary CID: version, codec and multihash. */
    public static final int CID_BYTES = 1 + VARINT_BYTES + MULTIHASH_BYTES;

    /** Characters of the longest text of a CID; base 2 needs eight for each byte. */
    public static final int CID_TEXT = 1 + 8 * CID_BYTES;

    /** Bytes of the longest binary multiaddr. */
    public static final int MULTIADDR_BYTES = 1024;

    /** Components of the longest multiaddr; with them, the text of a binary multiaddr stays below its own limit. */
    public static final int MULTIADDR_COMPONENTS = 64;

    /** Characters of the longest text of a multiaddr. */
    public static final int MULTIADDR_TEXT = 4096;

    /**
     * Bytes, or characters, that the positional bases (10, 36, 58) convert at most, because their time grows with the
     * square of the length.
     */
    public static final int POSITIONAL_BASE_LENGTH = 4096;

    /** Characters of hostile text that the message of an exception shows at most. */
    public static final int QUOTED_TEXT = 64;

    private MultiformatsLimits() {}
}
