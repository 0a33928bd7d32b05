package libp2p.nat.dcutr;

import java.time.Duration;
import libp2p.core.concurrent.KeyedRates.Rate;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of hole punching. */
@LimitGroup("holepunch")
public record HolePunchLimits(
        @Bound(
                value = "3",
                least = "1",
                most = "100",
                unit = "tries",
                is = "to punch a hole to one peer, after which the relayed connection stays")
        int tries,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "how long dialing the addresses of a peer that seems public may take, before the first hole punch")
        Duration reversal,

        @Bound(
                value = "2s",
                least = "1ms",
                most = "1d",
                is = "how long one try but the last dials, to which a few round trips are added")
        Duration attempt,

        @Bound(
                value = "6s",
                least = "1ms",
                most = "1d",
                is = "how long the last try dials, to which a few round trips are added")
        Duration lastAttempt,

        @Bound(value = "10s", least = "1ms", most = "1d", is = "how long any try dials at most, round trips included")
        Duration longestAttempt,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is = "how long the CONNECT and SYNC messages before one try may take")
        Duration exchange,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is =
                        "how long a newly relayed peer may take to say that it speaks the protocol, before this host gives up")
        Duration identify,

        @Bound(
                value = "150ms",
                least = "1ms",
                most = "1d",
                is = "pause between two dials within one try, where a router refuses the first")
        Duration repeat,

        @Bound(
                value = "2s",
                least = "1ms",
                most = "1d",
                is = "how long dials are repeated within one try; the last one is waited for until the try ends")
        Duration repeatFor,

        @Bound(
                value = "1s",
                least = "0s",
                most = "1d",
                is = "pause after a try that did not begin since a side knew no address or refused; 0s goes on at once")
        Duration reconsider,

        @Bound(
                value = "10",
                least = "1",
                most = "1000",
                unit = "addresses",
                is = "of one peer that are dialed in a try, and of this host that it is told; the rest are left out")
        int addresses,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "that holes are punched to at the same time; more wait for a minute or are refused")
        int peers,

        @Bound(
                value = "6",
                least = "1",
                most = "100000",
                unit = "requests",
                is = "of one peer for a hole punch that are answered at once; more are refused")
        int perPeerBurst,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1h",
                is = "time after which one more request of a peer for a hole punch is answered")
        Duration perPeerRefill,

        @Bound(
                value = "2s",
                least = "1ms",
                most = "7d",
                is = "how long a relayed connection that a direct one replaced must have no stream before it is closed")
        Duration idle,

        @Bound(
                value = "10m",
                least = "1ms",
                most = "7d",
                is = "how long a replaced relayed connection with streams is watched; after that it stays")
        Duration keep) {
    /** The defaults of every bound. */
    public static final HolePunchLimits DEFAULT = Bounds.defaults(HolePunchLimits.class);

    public HolePunchLimits {
        Bounds.check(
                HolePunchLimits.class,
                tries,
                reversal,
                attempt,
                lastAttempt,
                longestAttempt,
                exchange,
                identify,
                repeat,
                repeatFor,
                reconsider,
                addresses,
                peers,
                perPeerBurst,
                perPeerRefill,
                idle,
                keep);
    }

    /** How often a peer may ask for a punch. */
    public Rate perPeer() {
        return new Rate(perPeerBurst, perPeerRefill);
    }
}
