package libp2p.scenarios.store;

/** A way in: how content or a pin comes to a store. */
enum Way {
    /** A file is imported and pinned. */
    ADD,
    /** An archive is imported and its root pinned. */
    IMPORT,
    /** A block is stored. */
    PUT,
    /** A block that is missing is fetched and not pinned, as {@code p2p get} does. */
    FETCH,
    /** What is missing is fetched and the root pinned, as {@code p2p get --pin} does. */
    GET_AND_PIN,
    /** Blocks that are here are pinned. */
    PIN,
    /** The pin service is asked. */
    PIN_SERVICE,
    /** {@code IpfsPeer.add}. */
    KIT_ADD,
    /** {@code IpfsPeer.pin}, which fetches what is missing. */
    KIT_PIN,
    /** Another peer asks a peer of the kit for a pin, by {@code RemotePins}. */
    REMOTE_PIN,
    /** {@code p2p add}. */
    NODE_ADD,
    /** {@code p2p dag import}. */
    NODE_IMPORT,
    /** {@code p2p block put}. */
    NODE_PUT,
    /** {@code p2p pin add}. */
    NODE_PIN
}
