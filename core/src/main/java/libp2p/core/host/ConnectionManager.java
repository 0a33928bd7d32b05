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
     * Gives the peer a value under a tag; the sum decides who is closed first. Replaces the earlier value of the tag.
     */
    void tag(PeerId peer, String tag, int value);

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
