package libp2p.core.host;

import libp2p.core.identity.PeerId;

/** A tag whose values shrink with time, for what a peer has done lately. Thread-safe; no method blocks. */
public interface DecayingTag extends AutoCloseable {
    /** Adds to the value of a peer, which stays between 0 and {@code Integer.MAX_VALUE}. */
    void bump(PeerId peer, int delta);

    /** As {@link #bump(PeerId, int)}, up to a ceiling; a value that is above it already stays. */
    void bump(PeerId peer, int delta, int most);

    /** Takes the tag from a peer. */
    void remove(PeerId peer);

    /** Takes the tag from all peers; later bumps do nothing. Idempotent. */
    @Override
    void close();
}
