package libp2p.core.host;

import libp2p.core.identity.PeerId;

/** Decides which connections stay when there are too many. Thread-safe; no method blocks. */
public interface ConnectionManager extends AutoCloseable {
    /** Keeps the connections of a peer open while at least one protection with some tag is held. */
    void protect(PeerId peer, String tag);

    /** Gives a protection back; returns whether another one is still held. */
    boolean unprotect(PeerId peer, String tag);

    /** Whether a peer is protected under any tag. */
    boolean isProtected(PeerId peer);

    /**
     * Keeps a connection of a peer open as long as there is room among the sheltered, for peers that strangers may have
     * become by themselves, where {@link #protect} is for those that the application has chosen. A quarter of the
     * places is sheltered at most, and two of one IP group (IPv4 /16, IPv6 /32) by the address that the connection
     * comes from; those that were connected first have the room. All others count as if they were not sheltered.
     *
     * @throws IllegalStateException if too many peers are sheltered, or one under too many tags
     */
    void shelter(PeerId peer, String tag);

    /** Gives a shelter back; one that the peer has not is ignored. */
    void unshelter(PeerId peer, String tag);

    /**
     * Gives the peer a value under a tag; the sum decides who is closed first. Replaces the earlier value of the tag.
     */
    void tag(PeerId peer, String tag, int value);

    /** Gives the peer the value of a merit that does not decay. */
    default void tag(PeerId peer, Merit merit) {
        tag(peer, merit.tag(), merit.value());
    }

    /** Takes the value of a merit back. */
    default void untag(PeerId peer, Merit merit) {
        untag(peer, merit.tag());
    }

    /** Makes the tag of a merit that decays; {@link Merit#value} is the most that it comes to. */
    default DecayingTag decayingTag(Merit merit) {
        return decayingTag(merit.tag(), Merit.decay());
    }

    /** Takes the value of a tag back; a tag that the peer has not is ignored. */
    void untag(PeerId peer, String tag);

    /** Makes a tag whose values shrink with time; a tag of the same name that is there is used on. */
    DecayingTag decayingTag(String tag, Decay decay);

    /** The sum of the values of all tags; saturates. */
    int value(PeerId peer);

    /**
     * Keeps a peer connected until the registration is closed: it is protected, dialed, and dialed again with growing
     * pauses whenever the connection is lost, at whatever address works then.
     *
     * @throws IllegalArgumentException if the address names no peer
     * @throws IllegalStateException if the manager is closed or keeps too many peers already
     */
    Registration keep(PeerAddress peer);

    /** Closes connections now until the low water mark is reached. */
    void trim();

    @Override
    void close();
}
