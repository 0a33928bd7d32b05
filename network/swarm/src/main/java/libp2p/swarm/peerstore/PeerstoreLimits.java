package libp2p.swarm.peerstore;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the peerstore. */
@LimitGroup("peerstore")
public record PeerstoreLimits(
        @Bound(
                value = "100000",
                least = "1",
                most = "100000000",
                unit = "peers",
                is = "that are remembered; the least useful are forgotten")
        int peers,

        @Bound(
                value = "100000",
                least = "1",
                most = "100000000",
                unit = "records",
                is = "signed by peers that are kept; the oldest are forgotten")
        int records,

        @Bound(
                value = "64MiB",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "of memory, about, that all remembered peers take; the least useful are forgotten")
        long bytes,

        @Bound(
                value = "64",
                least = "1",
                most = "10000",
                unit = "addresses",
                is = "of one peer; the least trusted are forgotten")
        int addresses,

        @Bound(
                value = "256",
                least = "1",
                most = "64KiB",
                unit = "bytes",
                is = "of one address of a peer; longer ones are passed over")
        int addressBytes,

        @Bound(
                value = "1024",
                least = "1",
                most = "100000",
                unit = "protocols",
                is = "of one peer; the rest are passed over")
        int protocols,

        @Bound(
                value = "256",
                least = "1",
                most = "1MiB",
                unit = "characters",
                is = "of one protocol id of a peer; longer ones are passed over")
        int protocolBytes,

        @Bound(
                value = "32",
                least = "0",
                most = "100000",
                unit = "values",
                is = "of metadata of one peer; the rest are passed over, 0 keeps none")
        int metadata,

        @Bound(
                value = "1KiB",
                least = "1",
                most = "1MiB",
                unit = "characters",
                is = "of the key and the value of one piece of metadata together; longer ones are passed over")
        int metadataBytes,

        @Bound(
                value = "4KiB",
                least = "1",
                most = "64MiB",
                unit = "bytes",
                is =
                        "of memory, about, for what an unconnected peer said of itself, thrice as many for its addresses; the rest is forgotten")
        int strangerBytes) {
    /** The most that a host takes by default. */
    public static final PeerstoreLimits DEFAULT = Bounds.defaults(PeerstoreLimits.class);

    public PeerstoreLimits {
        Bounds.check(
                PeerstoreLimits.class,
                peers,
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
    public static PeerstoreLimits ofThisProcess() {
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
