package libp2p.kad.lookup;

import java.time.Duration;

/**
 * Bounds of one lookup.
 *
 * @param k peers that are found at most
 * @param alpha requests under way at a time, over all paths
 * @param beta closest peers of a path that must have answered
 * @param paths ways through the network that share no peer (S/Kademlia), so that a liar misleads only one
 * @param request how long an answer may take, with the connection that may have to be made first
 * @param requests that are sent at most
 * @param candidates peers that are known at a time; beyond, the farthest are forgotten
 * @param named peers of one answer that are believed: the closest
 * @param discredited so many peers that somebody named must have failed, and none answered, for the others that he
 *     named to be forgotten
 */
public record LookupLimits(
        int k,
        int alpha,
        int beta,
        int paths,
        Duration request,
        int requests,
        int candidates,
        int named,
        int discredited) {
    /** The figures of the specification; three paths. */
    public static final LookupLimits DEFAULT = new LookupLimits(20, 10, 3, 3, Duration.ofSeconds(10), 400, 1000, 20, 4);

    public LookupLimits {
        if (k < 1 || alpha < 1 || beta < 1 || paths < 1 || paths > alpha || requests < 1 || candidates < k) {
            throw new IllegalArgumentException("k " + k + ", alpha " + alpha + ", beta " + beta + ", paths " + paths
                    + ", requests " + requests + ", candidates " + candidates
                    + ": each must be at least 1, paths at most"
                    + " alpha, candidates at least k");
        }
    }

    /** As these, with another k. */
    public LookupLimits withK(int value) {
        return new LookupLimits(
                value, alpha, beta, paths, request, requests, Math.max(candidates, value), named, discredited);
    }

    /** As these, with another number of requests at a time. */
    public LookupLimits withAlpha(int value) {
        return new LookupLimits(
                k, value, beta, Math.min(paths, value), request, requests, candidates, named, discredited);
    }

    /** As these, with another time for an answer. */
    public LookupLimits withRequest(Duration value) {
        return new LookupLimits(k, alpha, beta, paths, value, requests, candidates, named, discredited);
    }
}
