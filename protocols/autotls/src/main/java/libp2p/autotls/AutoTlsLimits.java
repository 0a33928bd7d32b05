package libp2p.autotls;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of AutoTLS. */
@LimitGroup("autotls")
public record AutoTlsLimits(
        @Bound(
                value = "10m",
                least = "1s",
                most = "1d",
                is = "how long getting one certificate may take, all waits for the broker, the DNS and the ACME server"
                        + " included")
        Duration order,

        @Bound(
                value = "30s",
                least = "1ms",
                most = "1h",
                is = "how long the ACME server may take to answer one request, with its body")
        Duration request,

        @Bound(
                value = "2m",
                least = "1ms",
                most = "1h",
                is = "how long the broker may take to dial this host back and answer")
        Duration broker,

        @Bound(
                value = "3m",
                least = "1ms",
                most = "1h",
                is = "how long the DNS may take to show the record that the broker has set")
        Duration record,

        @Bound(
                value = "1s",
                least = "1ms",
                most = "1h",
                is = "pause before the DNS or the ACME server is asked again; it doubles each time")
        Duration poll,

        @Bound(value = "1m", least = "1ms", most = "1h", is = "longest pause before either is asked again")
        Duration lastPoll,

        @Bound(
                value = "256KiB",
                least = "1KiB",
                most = "16MiB",
                unit = "bytes",
                is = "of one answer of the broker or the ACME server; a longer one fails the attempt")
        int answerBytes,

        @Bound(
                value = "16",
                least = "1",
                most = "1000",
                unit = "addresses",
                is = "of this host that the broker is told")
        int addresses,

        @Bound(
                value = "10",
                least = "1",
                most = "100",
                unit = "certificates",
                is = "in the chain that the ACME server issues; a longer one is refused")
        int chain,

        @Bound(
                value = "5m",
                least = "1ms",
                most = "7d",
                is = "pause after the first attempt that failed; it doubles with each, also over restarts")
        Duration retry,

        @Bound(
                value = "12h",
                least = "1ms",
                most = "30d",
                is = "longest pause before another attempt, unless the broker or the ACME server asks for more")
        Duration lastRetry,

        @Bound(
                value = "7d",
                least = "1ms",
                most = "90d",
                is = "longest pause that the broker or the ACME server may ask for")
        Duration retryAfter,

        @Bound(
                value = "1h",
                least = "1s",
                most = "7d",
                is = "time between two looks at the wall clock, which may jump, for the renewal")
        Duration look) {
    /** The defaults. */
    public static final AutoTlsLimits DEFAULT = Bounds.defaults(AutoTlsLimits.class);

    public AutoTlsLimits {
        Bounds.check(
                AutoTlsLimits.class,
                order,
                request,
                broker,
                record,
                poll,
                lastPoll,
                answerBytes,
                addresses,
                chain,
                retry,
                lastRetry,
                retryAfter,
                look);
    }
}
