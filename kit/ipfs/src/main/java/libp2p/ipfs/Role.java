package libp2p.ipfs;

import libp2p.kad.Mode;

/**
 * The services of a peer to others, and its budget.
 *
 * <p>The budgets of memory and disk are enforced: memory by the size of the memory tier, an eighth of the budget and
 * 100 MB at most; disk by a quota of the block store. Bandwidth and up-time only tell which role a machine is fit for
 * ({@link RoleAdvisor}): nothing bounds the rate at which blocks are given to others unless {@link
 * IpfsOptions#withSendRate} asks for it. Workers and leechers that cannot be reached ask masters that they are connected
 * to for a place at their relays.
 */
public enum Role {
    /** A server of the DHT and a relay for others; keeps all provider records it is given. */
    MASTER(2048L << 20, 10L << 30, 10_000_000, 12, Mode.SERVER, ProvideStrategy.PINNED),
    /** Takes part in the DHT as a server where it can be reached; caches for itself and others, and announces it. */
    WORKER(1024L << 20, 5L << 30, 5_000_000, 4, Mode.AUTO, ProvideStrategy.ALL),
    /** A client of the DHT that serves what it has, and no more. */
    LEECHER(512L << 20, 1L << 30, 1_000_000, 0, Mode.CLIENT, ProvideStrategy.PINNED);

    private final long memoryBytes;
    private final long diskBytes;
    private final long bitsPerSecond;
    private final int uptimeHours;
    private final Mode mode;
    private final ProvideStrategy strategy;

    Role(long memoryBytes, long diskBytes, long bitsPerSecond, int uptimeHours, Mode mode, ProvideStrategy strategy) {
        this.memoryBytes = memoryBytes;
        this.diskBytes = diskBytes;
        this.bitsPerSecond = bitsPerSecond;
        this.uptimeHours = uptimeHours;
        this.mode = mode;
        this.strategy = strategy;
    }

    /** Bytes of memory. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Bytes of blocks on the disk. */
    public long diskBytes() {
        return diskBytes;
    }

    /** Bits a second that the line of a machine of this role must have. */
    public long bitsPerSecond() {
        return bitsPerSecond;
    }

    /** Hours that a peer of this role has been up. */
    public int uptimeHours() {
        return uptimeHours;
    }

    /** The part in the DHT. */
    public Mode mode() {
        return mode;
    }

    /** What is announced where nothing else is said. */
    public ProvideStrategy strategy() {
        return strategy;
    }

    /** Whether others get circuits through a peer of this role. */
    public boolean isRelay() {
        return this == MASTER;
    }

    /** Bytes of blocks that are kept in memory. */
    public long memoryTierBytes() {
        return Math.min(100_000_000, memoryBytes / 8);
    }
}
