package libp2p.swarm.negotiation;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of a negotiation. */
public record NegotiationLimits(
        @Bound(
                value = "1KiB",
                least = "20",
                most = "2097151",
                unit = "bytes",
                is = "of one message of multistream-select with its newline; a peer that sends a longer one is refused")
        int message,

        @Bound(
                value = "64KiB",
                least = "20",
                most = "2097151",
                unit = "bytes",
                is = "of the answer to ls that is read from a peer; a longer one is refused")
        int list,

        @Bound(
                value = "1000",
                least = "1",
                most = "1000000",
                unit = "protocols",
                is = "in an answer to ls; more are refused when they come, and left out when this host answers")
        int listed,

        @Bound(
                value = "64",
                least = "1",
                most = "1000000",
                unit = "proposals",
                is = "of one peer that are answered before the negotiation fails")
        int proposals) {
    /** The defaults. */
    public static final NegotiationLimits DEFAULT = Bounds.defaults(NegotiationLimits.class);

    public NegotiationLimits {
        Bounds.check(NegotiationLimits.class, message, list, listed, proposals);
    }
}
