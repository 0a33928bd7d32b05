package libp2p.exchange.trustless;

import java.time.Duration;
import libp2p.ipld.IpldLimits;

/**
 * Every bound on gateways that are asked.
 *
 * @param blockBytes of a raw block
 * @param block how long one block may take
 * @param archive how long one CAR may take
 * @param atOnce requests to one gateway at a time
 * @param cooldown the longest that a gateway may ask to be left alone for
 */
public record TrustlessLimits(int blockBytes, Duration block, Duration archive, int atOnce, Duration cooldown) {
    /** Blocks of 2 MiB in 20 s, CARs within an hour, 16 requests at a time, a minute. */
    public static final TrustlessLimits DEFAULT = new TrustlessLimits(
            IpldLimits.BLOCK_BYTES, Duration.ofSeconds(20), Duration.ofHours(1), 16, Duration.ofMinutes(1));
}
