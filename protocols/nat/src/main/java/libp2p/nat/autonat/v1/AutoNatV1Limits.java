package libp2p.nat.autonat.v1;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of a server of AutoNAT v1; the defaults are those of go-libp2p. */
public record AutoNatV1Limits(
        @Bound(
                value = "30",
                least = "1",
                most = "1000000",
                unit = "requests a minute",
                is =
                        "of all peers together to be dialed back, and half as many that are the first of an IP group in a minute; more are refused")
        int perMinute,

        @Bound(
                value = "3",
                least = "1",
                most = "1000000",
                unit = "requests a minute",
                is = "of one peer to be dialed back; more are refused")
        int perPeer,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "1d",
                is = "how long one request of a client may take, dialing back included, before it is reset")
        Duration stream,

        @Bound(
                value = "15s",
                least = "1ms",
                most = "1d",
                is = "how long dialing the addresses of one request back may take")
        Duration dial) {
    /** The defaults. */
    public static final AutoNatV1Limits DEFAULT = Bounds.defaults(AutoNatV1Limits.class);

    public AutoNatV1Limits {
        Bounds.check(AutoNatV1Limits.class, perMinute, perPeer, stream, dial);
    }
}
