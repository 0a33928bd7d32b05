package libp2p.multiformats;

/** Codes of the <a href="https://github.com/multiformats/multicodec">multicodec table</a>. */
public final class Multicodec {
    /** Multihash: the data itself. */
    public static final long IDENTITY = 0x00;
    /** Multihash: SHA-1. */
    public static final long SHA1 = 0x11;
    /** Multihash: SHA2-256. */
    public static final long SHA2_256 = 0x12;
    /** Multihash: SHA2-512. */
    public static final long SHA2_512 = 0x13;
    /** Content: raw bytes. */
    public static final long RAW = 0x55;
    /** Content: MerkleDAG protobuf. */
    public static final long DAG_PB = 0x70;
    /** Content: MerkleDAG CBOR. */
    public static final long DAG_CBOR = 0x71;
    /** Content: a libp2p public key. */
    public static final long LIBP2P_KEY = 0x72;
    /** Content: MerkleDAG JSON. */
    public static final long DAG_JSON = 0x0129;

    private Multicodec() {}
}
