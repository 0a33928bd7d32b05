package libp2p.swarm.peerstore;

/**
 * Bounds of the peerstore.
 *
 * @param peers peers that are known
 * @param records signed records that are kept
 * @param bytes of heap that all of it takes, about
 * @param addresses addresses of one peer
 * @param addressBytes bytes of one address
 * @param protocols protocols of one peer
 * @param protocolBytes characters of one protocol
 * @param metadata values of one peer
 * @param metadataBytes characters of one key and its value
 * @param strangerBytes of heap, about, for what a peer says of itself when it is neither connected nor named by a
 *     user; its addresses may take three times as many
 */
public record PeerstoreLimits(
        int peers,
        int records,
        long bytes,
        int addresses,
        int addressBytes,
        int protocols,
        int protocolBytes,
        int metadata,
        int metadataBytes,
        int strangerBytes) {
    /** The most that a host takes by default. */
    public static final PeerstoreLimits DEFAULT =
            new PeerstoreLimits(100_000, 100_000, 64L << 20, 64, 256, 1024, 256, 32, 1024, 4 << 10);

    private static final int PART_OF_HEAP = 8;

    /**
     * {@link #DEFAULT}, with at most an eighth of a heap for all peers together: strangers that come and go must
     * not fill a small one.
     *
     * @param heap bytes that the heap may grow to, more than 0
     */
    public static PeerstoreLimits ofHeap(long heap) {
        return DEFAULT.withBytes(Math.min(DEFAULT.bytes(), Math.max(1, heap / PART_OF_HEAP)));
    }

    /** Those of the heap of this process. */
    static PeerstoreLimits ofThisProcess() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }

    /** The same with another number of peers. */
    public PeerstoreLimits withPeers(int value) {
        return new PeerstoreLimits(
                value,
                records,
                bytes,
                addresses,
                addressBytes,
                protocols,
                protocolBytes,
                metadata,
                metadataBytes,
                strangerBytes);
    }

    /** The same with another number of signed records. */
    public PeerstoreLimits withRecords(int value) {
        return new PeerstoreLimits(
                peers,
                value,
                bytes,
                addresses,
                addressBytes,
                protocols,
                protocolBytes,
                metadata,
                metadataBytes,
                strangerBytes);
    }

    /** The same with another number of bytes over all peers. */
    public PeerstoreLimits withBytes(long value) {
        return new PeerstoreLimits(
                peers,
                records,
                value,
                addresses,
                addressBytes,
                protocols,
                protocolBytes,
                metadata,
                metadataBytes,
                strangerBytes);
    }
}
