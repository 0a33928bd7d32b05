package libp2p.core.host;

import libp2p.core.identity.PeerId;

/** Decides which connections stay when there are too many. Thread-safe; no method blocks. */
public interface ConnectionManager extends AutoCloseable {
    /** Keeps the connections of a peer open while at least one protection with some tag is held. */
    void protect(PeerId peer, String tag);

    /** Gives a protection back; returns whether another one is still held. */
    boolean unprotect(PeerId peer, String tag);

    boolean isProtected(PeerId peer);

    /** Gives the peer a value under a tag; the sum decides who is closed first. Replaces the earlier value of the tag. */
    void tag(PeerId peer, String tag, int value);

    void untag(PeerId peer, String tag);

    /** The sum of the values of all tags; saturates. */
    int value(PeerId peer);

    /** Closes connections now until the low water mark is reached. */
    void trim();

    @Override
    void close();
}
