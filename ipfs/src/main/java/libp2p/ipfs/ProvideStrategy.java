package libp2p.ipfs;

/** Which blocks are announced. */
public enum ProvideStrategy {
    /** Every block that is stored. */
    ALL,
    /** The roots of pins and everything below them. */
    PINNED,
    /** The roots of pins alone. */
    ROOTS
}
