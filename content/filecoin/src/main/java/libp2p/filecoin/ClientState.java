package libp2p.filecoin;

/** How far a client is with a deal. */
public enum ClientState {
    /** The proposal is signed and perhaps sent. */
    PROPOSED,
    /** The provider does not take it. */
    REFUSED,
    /** The provider takes it. */
    ACCEPTED,
    /** The provider has the whole CAR. */
    TRANSFERRED,
    /** The chain has the deal with these terms. */
    PUBLISHED,
    /** The chain says that the piece is proven. */
    ACTIVE,
    /** The time of the deal is over. */
    OVER,
    /** The deal has ended otherwise. */
    FAILED;

    /** Whether nothing more happens. */
    public boolean hasEnded() {
        return this == REFUSED || this == OVER || this == FAILED;
    }
}
