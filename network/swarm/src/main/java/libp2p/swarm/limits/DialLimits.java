package libp2p.swarm.limits;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of dialing. */
public record DialLimits(
        @Bound(value = "15s", least = "1ms", most = "1d", is = "how long dialing one public address may take")
        Duration timeout,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is = "how long dialing one loopback or private address may take")
        Duration localTimeout,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "1d",
                is = "how long dialing one peer over all its addresses may take, unless the caller sets a time")
        Duration peerTimeout,

        @Bound(
                value = "160",
                least = "1",
                most = "1000000",
                unit = "dials",
                is = "of addresses of all peers that run at the same time; more wait")
        int dials,

        @Bound(
                value = "8",
                least = "1",
                most = "10000",
                unit = "dials",
                is = "of addresses of one peer that run at the same time; more wait")
        int dialsPerPeer,

        @Bound(
                value = "1000",
                least = "1",
                most = "1000000",
                unit = "peers",
                is = "that are dialed at the same time; dialing more fails")
        int peersAtOnce,

        @Bound(
                value = "100",
                least = "1",
                most = "10000",
                unit = "addresses",
                is = "of one peer that are tried; the rest are not")
        int addresses,

        @Bound(
                value = "10000",
                least = "1",
                most = "10000000",
                unit = "entries",
                is =
                        "for failed addresses, as many for failing peers, and as many for peers' records of success; the oldest are forgotten")
        int remembered) {
    /** The defaults. */
    public static final DialLimits DEFAULT = Bounds.defaults(DialLimits.class);

    public DialLimits {
        Bounds.check(
                DialLimits.class,
                timeout,
                localTimeout,
                peerTimeout,
                dials,
                dialsPerPeer,
                peersAtOnce,
                addresses,
                remembered);
    }

    /** The same with another time for the dial of one address on the Internet. */
    public DialLimits withTimeout(Duration value) {
        return new DialLimits(
                value, localTimeout, peerTimeout, dials, dialsPerPeer, peersAtOnce, addresses, remembered);
    }

    /** The same with another time for the dial of one address in a private network. */
    public DialLimits withLocalTimeout(Duration value) {
        return new DialLimits(timeout, value, peerTimeout, dials, dialsPerPeer, peersAtOnce, addresses, remembered);
    }

    /** The same with another number of addresses that are dialed at once. */
    public DialLimits withDials(int value) {
        return new DialLimits(
                timeout, localTimeout, peerTimeout, value, dialsPerPeer, peersAtOnce, addresses, remembered);
    }
}
