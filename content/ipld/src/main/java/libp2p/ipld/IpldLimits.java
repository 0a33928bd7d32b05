package libp2p.ipld;

/** Every bound of this module on what strangers send. */
public final class IpldLimits {
    /** Bytes of the largest block that is made, sent or taken: 2 MiB, the common bound of Bitswap peers. */
    public static final int BLOCK_BYTES = 2 << 20;

    /**
     * Levels that lists and maps of one block may stand inside each other. Readers and writers of values take several
     * frames of the stack for each, of which a thread has 1 MiB: at 1024, as in go-ipld-prime, some ran out.
     */
    public static final int NESTING = 256;

    /** Values that one block may hold; each is an object in memory. */
    public static final int NODES = 1 << 18;

    /** Bytes of data that an identity CID may carry (IPIP-512). */
    public static final int IDENTITY_BYTES = 128;

    /** Bytes of the shortest digest that a block is trusted by. */
    public static final int SHORTEST_DIGEST = 20;

    /** Bytes of a path element of UnixFS that is written to a file system. */
    public static final int NAME_BYTES = 255;

    /** Blocks between the root of a file or directory and the last of its blocks, one below the other. */
    public static final int DAG_DEPTH = 1024;

    /** Entries a directory may have while it is listed at once. */
    public static final int DIRECTORY_ENTRIES = 10_000_000;

    /**
     * Files and directories that are written to a file system at once: directories that hold each other twice make a
     * thousand million of them out of thirty blocks.
     */
    public static final int TREE_ENTRIES = 10_000_000;

    /** Bytes of a selector that is read. */
    public static final int SELECTOR_BYTES = 128 << 10;

    /** Clauses and conditions of a selector. */
    public static final int SELECTOR_CLAUSES = 4096;

    /**
     * Clauses and conditions of a selector that stand inside each other; a path of UnixFS takes two for each element,
     * which are five levels of {@link #NESTING}.
     */
    public static final int SELECTOR_DEPTH = 100;

    /** Clauses that may apply to one value at once: unions of recursions multiply. */
    public static final int SELECTOR_WIDTH = 1024;

    /** Clauses that a walk may try for each value that its budget allows. */
    public static final int SELECTOR_TRIES = 64;

    /**
     * Bytes of the blocks between the root and the value that a walk is at, with what their values take in memory, and of
     * the shards of directories there.
     */
    public static final long WALK_OPEN_BYTES = 64L << 20;

    private IpldLimits() {}
}
