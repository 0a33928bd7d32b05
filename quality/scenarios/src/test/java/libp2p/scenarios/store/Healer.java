package libp2p.scenarios.store;

/** By what a block that was lost comes back. */
enum Healer {
    /** It is stored again. */
    PUT,
    /** It is fetched from a peer. */
    FETCH,
    /** A verification fetches what pins lack. */
    VERIFICATION
}
