package libp2p.ipfs;

/**
 * The services of a peer to others, and its budget.
 *
 * <p>The budgets of memory and disk are enforced: memory by the size of the memory tier, an eighth of the budget and
 * 100 MB at most; disk by a quota of the block store; bandwidth by the rate at which blocks are given to others
 * ({@code bitswap.send-rate} among the limits of the host says another), which GraphSync and gateways share where an
 * application adds them ({@code HttpResponse.through}; those of {@code p2p node} do). Uptime only tells which role a
 * machine is fit for ({@link RoleAdvisor}). Workers and leechers that cannot be reached ask masters that they are
 * connected to for a place at their relays.
 */
public enum Role {
    /** A server of the DHT and a relay for others; keeps all provider records it is given. */
    MASTER(2048L << 20, 10L << 30, 10_000_000, 12),
    /** Takes part in the DHT as a server where it can be reached; caches for itself and its neighbours. */
    WORKER(1024L << 20, 5L << 30, 5_000_000, 4),
    /** A client of the DHT that serves what it has, and no more. */
    LEECHER(512L << 20, 1L << 30, 1_000_000, 0);

    private final long memoryBytes;
    private final long diskBytes;
    private final long bitsPerSecond;
    private final int uptimeHours;

    Role(long memoryBytes, long diskBytes, long bitsPerSecond, int uptimeHours) {
        this.memoryBytes = memoryBytes;
        this.diskBytes = diskBytes;
        this.bitsPerSecond = bitsPerSecond;
        this.uptimeHours = uptimeHours;
    }

    /** Bytes of memory. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Bytes of blocks on the disk. */
    public long diskBytes() {
        return diskBytes;
    }

    /** Bits a second that a peer of this role gives to others at most, and that its machine must have. */
    public long bitsPerSecond() {
        return bitsPerSecond;
    }

    /** Hours that a peer of this role has been up. */
    public int uptimeHours() {
        return uptimeHours;
    }

    long memoryTierBytes() {
        return Math.min(100_000_000, memoryBytes / 8);
    }
}
