package libp2p.blocks.tier;

import java.time.Duration;

/**
 * Rules by which blocks move between tiers.
 *
 * @param memoryBytes of the memory tier
 * @param diskBytes of the disk tier, where it is a cache of a further store
 * @param itemBytes of the largest block that is cached
 * @param promotion reads within the half-life after which a block moves up
 * @param demotion a cached block that was not read for so long is dropped
 * @param ghosts hashes of dropped blocks that the memory tier remembers
 * @param halfLife after which a read counts half
 * @param tracked blocks whose reads are counted
 */
public record TierOptions(
        long memoryBytes,
        long diskBytes,
        int itemBytes,
        int promotion,
        Duration demotion,
        int ghosts,
        Duration halfLife,
        int tracked) {
    /** 100 MB of memory, 1 GB of disk, items of 50 MB, 3 reads, 30 days, 1024 ghosts, an hour, 65,536 blocks. */
    public static final TierOptions DEFAULT = new TierOptions(
            100_000_000, 1_000_000_000, 50_000_000, 3, Duration.ofDays(30), 1024, Duration.ofHours(1), 1 << 16);

    /** With other quotas. */
    public TierOptions withBytes(long memory, long disk) {
        return new TierOptions(memory, disk, itemBytes, promotion, demotion, ghosts, halfLife, tracked);
    }
}
