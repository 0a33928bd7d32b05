package libp2p.kad.lookup;

/** The conditions under which a lookup ends. */
public enum StopCondition {
    /** The k closest peers that live have answered: to store something with them. */
    CLOSEST,
    /** The beta closest peers of every path have answered: to find stored values. */
    CONVERGED
}
