package libp2p.filecoin;

import libp2p.multiformats.MalformedException;

/** How far a provider is with a deal that it has accepted, in order; each is durable before the next step begins. */
public enum Checkpoint {
    /** The terms hold. */
    ACCEPTED("Accepted"),
    /** The CAR is here, and the piece is that of the terms. */
    TRANSFERRED("Transferred"),
    /** The message that publishes it is sent. */
    PUBLISHED("Published"),
    /** The chain has the deal. */
    PUBLISH_CONFIRMED("PublishConfirmed"),
    /** The sealer has the piece. */
    ADDED_PIECE("AddedPiece"),
    /** Other peers can learn of it; this provider tells no indexer and passes over it. */
    INDEXED_AND_ANNOUNCED("IndexedAndAnnounced"),
    /** The chain says that the piece is proven, or the deal has failed. */
    COMPLETE("Complete");

    private final String label;

    Checkpoint(String label) {
        this.label = label;
    }

    /** The name on the wire. */
    public String label() {
        return label;
    }

    /**
     * The checkpoint of a name on the wire.
     *
     * @throws MalformedException if there is none
     */
    public static Checkpoint of(String label) {
        for (Checkpoint checkpoint : values()) {
            if (checkpoint.label.equals(label)) {
                return checkpoint;
            }
        }
        throw new MalformedException("no checkpoint of a deal: " + MalformedException.quote(label));
    }
}
