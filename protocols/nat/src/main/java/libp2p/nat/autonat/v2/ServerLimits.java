package libp2p.nat.autonat.v2;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of a server of AutoNAT v2; most of the defaults are those of go-libp2p. */
public record ServerLimits(
        @Bound(
                value = "60",
                least = "1",
                most = "1000000",
                unit = "requests a minute",
                is =
                        "of all peers together that are served, and half as many that are the first of an IP group in a minute; more are refused")
        int perMinute,

        @Bound(
                value = "12",
                least = "1",
                most = "1000000",
                unit = "requests a minute",
                is = "of one peer that are served; more are refused")
        int perPeer,

        @Bound(
                value = "12",
                least = "1",
                most = "1000000",
                unit = "requests a minute",
                is =
                        "of all peers that have another IP address than the client's dialed, and half as many that are the first of an IP group in a minute; more are refused")
        int withData,

        @Bound(
                value = "2",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "of one peer that are served at the same time; more are refused")
        int atOnce,

        @Bound(
                value = "32",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "of all peers that are served at the same time; more are refused")
        int allAtOnce,

        @Bound(
                value = "15s",
                least = "1ms",
                most = "1d",
                is = "how long a client may take to send its request, the data that it pays for a dial included")
        Duration stream,

        @Bound(value = "10s", least = "1ms", most = "1d", is = "how long dialing the address of a client may take")
        Duration dial,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "how long delivering the nonce over the dialed connection may take")
        Duration dialBack,

        @Bound(
                value = "30000",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "that a client sends at least before an IP address other than its own is dialed")
        int leastData,

        @Bound(
                value = "100000",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is =
                        "that a client sends at most before an IP address other than its own is dialed; the number is random")
        int mostData,

        @Bound(
                value = "3s",
                least = "0s",
                most = "1d",
                is = "longest random wait before an IP address other than the client's is dialed; 0s dials at once")
        Duration pause) {
    /** The defaults of every bound. */
    public static final ServerLimits DEFAULT = Bounds.defaults(ServerLimits.class);

    public ServerLimits {
        Bounds.check(
                ServerLimits.class,
                perMinute,
                perPeer,
                withData,
                atOnce,
                allAtOnce,
                stream,
                dial,
                dialBack,
                leastData,
                mostData,
                pause);
        if (leastData > mostData) {
            throw new IllegalArgumentException(
                    "server.least-data is " + leastData + ", possible: at most server.most-data, which is " + mostData);
        }
    }
}
