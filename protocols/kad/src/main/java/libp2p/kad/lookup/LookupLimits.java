package libp2p.kad.lookup;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of one lookup. */
public record LookupLimits(
        @Bound(
                value = "20",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "closest to a key that a lookup finds, and that a record is stored at (k of the specification)")
        int k,

        @Bound(
                value = "10",
                least = "1",
                most = "1000",
                unit = "requests",
                is = "of one lookup under way at a time (α of the specification)")
        int alpha,

        @Bound(
                value = "3",
                least = "1",
                most = "1000",
                unit = "peers",
                is =
                        "closest to a key that must have answered on each path, with which a lookup ends (β of the specification)")
        int beta,

        @Bound(
                value = "3",
                least = "1",
                most = "1000",
                unit = "paths",
                is =
                        "of one lookup that share no peer (S/Kademlia), so that a liar misleads only one; at most kad.lookup.alpha")
        int paths,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "1h",
                is = "for one request of a lookup with its answer, and the dial before it; then the peer has failed")
        Duration request,

        @Bound(
                value = "400",
                least = "1",
                most = "1000000",
                unit = "requests",
                is = "that one lookup sends in all, with which it ends")
        int requests,

        @Bound(
                value = "1000",
                least = "1",
                most = "1000000",
                unit = "peers",
                is = "that one lookup knows at a time, at least kad.lookup.k; beyond, the farthest are forgotten")
        int candidates,

        @Bound(
                value = "20",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "in one answer that a lookup follows, the closest ones; further ones are left out")
        int named,

        @Bound(
                value = "4",
                least = "1",
                most = "1000",
                unit = "peers",
                is =
                        "that one peer has named and that failed, while none answered, for the others that it named to be left out")
        int failuresToDiscredit,

        @Bound(
                value = "2",
                least = "1",
                most = "1000",
                unit = "peers",
                is =
                        "of one IP group that count among the closest to a key; others take the place of further ones. Ten times as many are known at a time")
        int perGroup) {
    /** The figures of the specification; three paths. */
    public static final LookupLimits DEFAULT = Bounds.defaults(LookupLimits.class);

    public LookupLimits {
        Bounds.check(
                LookupLimits.class,
                k,
                alpha,
                beta,
                paths,
                request,
                requests,
                candidates,
                named,
                failuresToDiscredit,
                perGroup);
        if (paths > alpha) {
            throw new IllegalArgumentException(
                    "kad.lookup.paths is " + paths + ", more than kad.lookup.alpha, which is " + alpha);
        }
        if (candidates < k) {
            throw new IllegalArgumentException(
                    "kad.lookup.candidates is " + candidates + ", less than kad.lookup.k, which is " + k);
        }
    }

    /** As these, with another k. */
    public LookupLimits withK(int value) {
        return new LookupLimits(
                value,
                alpha,
                beta,
                paths,
                request,
                requests,
                Math.max(candidates, value),
                named,
                failuresToDiscredit,
                perGroup);
    }

    /** As these, with another number of requests at a time. */
    public LookupLimits withAlpha(int value) {
        return new LookupLimits(
                k,
                value,
                beta,
                Math.min(paths, value),
                request,
                requests,
                candidates,
                named,
                failuresToDiscredit,
                perGroup);
    }

    /** As these, with another time for an answer. */
    public LookupLimits withRequest(Duration value) {
        return new LookupLimits(
                k, alpha, beta, paths, value, requests, candidates, named, failuresToDiscredit, perGroup);
    }
}
