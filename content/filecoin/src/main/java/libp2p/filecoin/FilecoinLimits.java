package libp2p.filecoin;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of the storage market. */
@LimitGroup("filecoin")
public record FilecoinLimits(
        @Bound(
                value = "64KiB",
                least = "1KiB",
                most = "16MiB",
                unit = "bytes",
                is = "in one message that is read; a longer one ends its stream")
        int messageBytes,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is = "for which a question of a peer may take to come, and its answer to go")
        Duration exchange,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "1d",
                is = "for which a question of this host and its answer may take, after which it fails")
        Duration patience,

        @Bound(
                value = "1024",
                least = "1",
                most = "1000000",
                unit = "deals",
                is = "of all peers that go on or are kept; more are refused")
        int deals,

        @Bound(
                value = "32",
                least = "1",
                most = "1000000",
                unit = "deals",
                is = "of one peer that go on or are kept; more are refused")
        int dealsPerPeer,

        @Bound(
                value = "256GiB",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "in the CARs of all deals that go on; a deal beyond is refused")
        long stagedBytes,

        @Bound(
                value = "64GiB",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "in the CARs of one peer's deals that go on; a deal beyond is refused")
        long stagedBytesPerPeer,

        @Bound(
                value = "4",
                least = "1",
                most = "10000",
                unit = "deals",
                is = "whose CARs are fetched at a time; further ones wait, one of a peer before a second one")
        int transfers,

        @Bound(
                value = "5",
                least = "1",
                most = "1000",
                unit = "attempts",
                is = "to fetch more of a CAR, after which its deal fails")
        int transferAttempts,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "before the second attempt to fetch a CAR; doubled for each further one")
        Duration transferPause,

        @Bound(
                value = "1d",
                least = "1s",
                most = "365d",
                is = "for which fetching one CAR may take, after which its deal fails")
        Duration transfer,

        @Bound(
                value = "1h",
                least = "1s",
                most = "365d",
                is = "for which the chain may take to have a deal that was published, after which the deal fails")
        Duration publish,

        @Bound(
                value = "256",
                least = "0",
                most = "1000000",
                unit = "deals",
                is = "that have ended and are still told about; the oldest goes first")
        int ended) {
    /** As boost has them where it has them. */
    public static final FilecoinLimits DEFAULT = Bounds.defaults(FilecoinLimits.class);

    public FilecoinLimits {
        Bounds.check(
                FilecoinLimits.class,
                messageBytes,
                exchange,
                patience,
                deals,
                dealsPerPeer,
                stagedBytes,
                stagedBytesPerPeer,
                transfers,
                transferAttempts,
                transferPause,
                transfer,
                publish,
                ended);
    }
}
