package libp2p.security.records;

import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;

/**
 * The pools that secure channels take their buffers from, by size: a few short records, one of any size, several of any
 * size. Thread-safe.
 */
public final class RecordBuffers {
    /** Capacity for a few short records. */
    public static final int SMALL = 4 << 10;
    /** Capacity for four of the longest records (Noise's, 65,537 bytes). */
    public static final int LARGE = 4 * (2 + 65_535);

    private static final int SMALL_RETAINED = 1024;
    private static final int LARGE_RETAINED = 64;
    private static final RecordBuffers SHARED = new RecordBuffers(
            new BufferPool(SMALL, SMALL_RETAINED), BufferPool.shared(), new BufferPool(LARGE, LARGE_RETAINED));

    private final BufferPool small;
    private final BufferPool medium;
    private final BufferPool large;

    RecordBuffers(BufferPool small, BufferPool medium, BufferPool large) {
        this.small = small;
        this.medium = medium;
        this.large = large;
    }

    /** Pools of their own, so that a test can count. */
    public static RecordBuffers create() {
        return new RecordBuffers(new BufferPool(SMALL, 16), new BufferPool(), new BufferPool(LARGE, 16));
    }

    /** The pools of the process. */
    public static RecordBuffers shared() {
        return SHARED;
    }

    /**
     * A buffer of at least so many bytes; the caller closes the lease.
     *
     * @param bytes at most {@link #LARGE}
     */
    public Lease lease(int bytes) {
        if (bytes > LARGE) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes, more than " + LARGE);
        }
        return (bytes <= SMALL ? small : bytes <= medium.bufferBytes() ? medium : large).lease();
    }

    /** Capacity of the buffers whose leases are not closed. */
    public long outstandingBytes() {
        return (long) small.outstanding() * small.bufferBytes()
                + (long) medium.outstanding() * medium.bufferBytes()
                + (long) large.outstanding() * large.bufferBytes();
    }

    /** Number of leases that are not closed. */
    public int outstanding() {
        return small.outstanding() + medium.outstanding() + large.outstanding();
    }
}
