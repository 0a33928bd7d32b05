package libp2p.delegated.trustless;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound on gateways that are asked. */
@LimitGroup("trustless")
public record TrustlessLimits(
        @Bound(
                value = "2MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "in one raw block of a gateway; a larger one is refused")
        int blockBytes,

        @Bound(value = "20s", least = "1ms", most = "1h", is = "for one request for a block to a gateway")
        Duration block,

        @Bound(value = "1h", least = "1ms", most = "7d", is = "for one request for a CAR to a gateway")
        Duration archive,

        @Bound(
                value = "16",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "to one gateway at a time; further ones wait")
        int atOnce,

        @Bound(
                value = "1m",
                least = "0s",
                most = "1d",
                is = "for which a busy gateway is left alone, however long its Retry-After says; 0s: not at all")
        Duration cooldown) {
    /** Blocks of 2 MiB in 20 s, CARs within an hour, 16 requests at a time, a minute. */
    public static final TrustlessLimits DEFAULT = Bounds.defaults(TrustlessLimits.class);

    public TrustlessLimits {
        Bounds.check(TrustlessLimits.class, blockBytes, block, archive, atOnce, cooldown);
    }
}
