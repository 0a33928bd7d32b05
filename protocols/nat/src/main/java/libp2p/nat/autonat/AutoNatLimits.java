package libp2p.nat.autonat;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import libp2p.nat.autonat.v1.AutoNatV1Limits;
import libp2p.nat.autonat.v2.ProbeLimits;
import libp2p.nat.autonat.v2.ServerLimits;

/**
 * Bounds of both versions of AutoNAT.
 *
 * @param client of asking in version 2
 * @param server of serving version 2
 * @param serverV1 of serving version 1
 */
@LimitGroup("autonat")
public record AutoNatLimits(
        ProbeLimits client,
        ServerLimits server,
        AutoNatV1Limits serverV1,

        @Bound(
                value = "50",
                least = "1",
                most = "10000",
                unit = "addresses",
                is = "of this host that servers are asked about; no server is asked about more")
        int addresses,

        @Bound(
                value = "5",
                least = "1",
                most = "1000",
                unit = "requests",
                is = "to servers of each version of AutoNAT that run at the same time")
        int workers,

        @Bound(
                value = "1s",
                least = "0s",
                most = "1d",
                is =
                        "how long the addresses of this host must stay the same before servers are asked about them; 0s asks at once")
        Duration settle,

        @Bound(value = "6s", least = "1ms", most = "7d", is = "pause between two requests to one server of AutoNAT v2")
        Duration serverPause,

        @Bound(
                value = "2m",
                least = "1ms",
                most = "7d",
                is = "how long a server of AutoNAT v2 that refused or failed is not asked again")
        Duration serverRest,

        @Bound(
                value = "1024",
                least = "1",
                most = "1000000",
                unit = "IP addresses",
                is =
                        "that packets were exchanged with of late, so that routers may let them in; the oldest are forgotten")
        int contacts,

        @Bound(
                value = "5m",
                least = "1ms",
                most = "7d",
                is = "how long after the last packet routers are taken to let an IP address in")
        Duration contactLife,

        @Bound(value = "90s", least = "1ms", most = "7d", is = "pause between two requests to one server of AutoNAT v1")
        Duration v1Pause,

        @Bound(
                value = "15s",
                least = "0s",
                most = "1d",
                is = "how long servers of AutoNAT v2 are waited for before those of v1 are asked; 0s asks them at once")
        Duration v1After,

        @Bound(
                value = "30s",
                least = "0s",
                most = "1d",
                is =
                        "how long a host with peers may have no public address before it counts as private; 0s judges at once")
        Duration silentAfter) {
    /** The defaults of every bound. */
    public static final AutoNatLimits DEFAULT = Bounds.defaults(AutoNatLimits.class);

    public AutoNatLimits {
        Bounds.check(
                AutoNatLimits.class,
                client,
                server,
                serverV1,
                addresses,
                workers,
                settle,
                serverPause,
                serverRest,
                contacts,
                contactLife,
                v1Pause,
                v1After,
                silentAfter);
    }
}
