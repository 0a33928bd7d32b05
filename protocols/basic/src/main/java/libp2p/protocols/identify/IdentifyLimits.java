package libp2p.protocols.identify;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("identify")
public record IdentifyLimits(
        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "how long one exchange with a peer may take, asked for or pushed")
        Duration timeout,

        @Bound(
                value = "8KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of one message of a peer; a longer one ends the exchange")
        int frame,

        @Bound(
                value = "10",
                least = "1",
                most = "1000",
                unit = "messages",
                is = "that one description of a peer may be split into; more end the exchange")
        int frames,

        @Bound(
                value = "4096",
                least = "1",
                most = "1000000",
                unit = "fields",
                is = "of one message of a peer; more end the exchange")
        int fields,

        @Bound(
                value = "4KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is =
                        "that this host sends in one message; where all together is longer, its signed record follows in a second one")
        int frameSent,

        @Bound(
                value = "1024",
                least = "1",
                most = "100000",
                unit = "protocols",
                is = "that are kept of one peer; the rest are passed over")
        int protocols,

        @Bound(
                value = "500",
                least = "1",
                most = "100000",
                unit = "addresses",
                is = "that are kept of one peer; the rest are passed over")
        int addresses,

        @Bound(
                value = "1KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of a peer's agent version, and of its protocol version; a longer one ends the exchange")
        int version,

        @Bound(
                value = "32",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "that this host pushes a change of itself to at the same time")
        int pushes,

        @Bound(
                value = "1s",
                least = "1ms",
                most = "7d",
                is = "least time between two rounds of pushes to all peers; changes meanwhile are pushed together")
        Duration pushInterval,

        @Bound(value = "6s", least = "1ms", most = "7d", is = "time after which a push that failed is made once more")
        Duration pushRetry,

        @Bound(
                value = "10",
                least = "1",
                most = "1000000",
                unit = "pushes",
                is = "of one connection that are taken at once; more are refused")
        int pushesAccepted,

        @Bound(value = "5s", least = "1ms", most = "7d", is = "time after which one more push of a connection is taken")
        Duration pushRecovery,

        @Bound(
                value = "2000",
                least = "1",
                most = "1000000",
                unit = "pushes a second",
                is = "of all peers together that are taken; more are refused")
        int pushesPerSecond) {
    /** Those of pushes are go-libp2p's. */
    public static final IdentifyLimits DEFAULT = Bounds.defaults(IdentifyLimits.class);

    public IdentifyLimits {
        Bounds.check(
                IdentifyLimits.class,
                timeout,
                frame,
                frames,
                fields,
                frameSent,
                protocols,
                addresses,
                version,
                pushes,
                pushInterval,
                pushRetry,
                pushesAccepted,
                pushRecovery,
                pushesPerSecond);
    }
}
