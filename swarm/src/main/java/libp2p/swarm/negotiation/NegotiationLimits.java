package libp2p.swarm.negotiation;

/**
 * Bounds of a negotiation.
 *
 * @param message bytes of one message with its newline, at most 2²¹ − 1
 * @param list bytes of the answer to {@code ls}
 * @param listed protocols in the answer to {@code ls}
 * @param proposals proposals that a listener answers before it gives up
 */
public record NegotiationLimits(int message, int list, int listed, int proposals) {
    /** The defaults. */
    public static final NegotiationLimits DEFAULT = new NegotiationLimits(1024, 64 * 1024, 1000, 64);
}
