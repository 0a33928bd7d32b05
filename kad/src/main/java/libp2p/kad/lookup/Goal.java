package libp2p.kad.lookup;

/** When a lookup has come to its end. */
public enum Goal {
    /** When the k closest peers that live have answered: to store something with them. */
    CLOSEST,
    /** When the beta closest peers of every path have answered: to find what is stored. */
    CONVERGED
}
