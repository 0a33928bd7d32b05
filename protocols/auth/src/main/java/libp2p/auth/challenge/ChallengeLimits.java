package libp2p.auth.challenge;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the two protocols. */
@LimitGroup("auth")
public record ChallengeLimits(
        @Bound(
                value = "10s",
                least = "1ms",
                most = "1h",
                is = "how long one authentication may take on either side, and a stream that waits for a proof with it")
        Duration timeout,

        @Bound(
                value = "100000",
                least = "1",
                most = "10000000",
                is = "peers that are trusted, and peers for which this host signs")
        int peers,

        @Bound(
                value = "1h",
                least = "1s",
                most = "1d",
                is = "how long a proof that this host asks for holds on its connection; then the next stream waits for"
                        + " another")
        Duration lifetime,

        @Bound(
                value = "1d",
                least = "1s",
                most = "7d",
                is = "how far ahead the expiry of a proof may be that this host signs")
        Duration longestProof,

        @Bound(value = "30", least = "1", most = "100000", is = "proofs that this host signs for one peer in a minute")
        int proofsPerMinute) {
    /** The defaults. */
    public static final ChallengeLimits DEFAULT = Bounds.defaults(ChallengeLimits.class);

    public ChallengeLimits {
        Bounds.check(ChallengeLimits.class, timeout, peers, lifetime, longestProof, proofsPerMinute);
    }
}
