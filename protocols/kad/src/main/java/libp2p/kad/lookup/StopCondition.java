package libp2p.kad.lookup;

/** The conditions under which a lookup ends. */
public enum StopCondition {
    /** The k closest peers that live have answered: to store something with them. */
    CLOSEST,
    /**
     * As {@link #CLOSEST}, and before any others all peers that it begins with have answered or failed: if most of them are
     * liars that name each other, one honest one is enough.
     */
    WIDE,
    /** The beta closest peers of every path have answered: to find stored values. */
    CONVERGED
}
