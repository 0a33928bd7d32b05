package libp2p.core.resource;

import libp2p.core.identity.PeerId;

/** The scope of one connection: first transient, then its peer's. */
public interface ConnectionScope extends ResourceScope, AutoCloseable {
    /**
     * Moves the connection from the transient scope to its peer's.
     *
     * @throws LimitExceededException if the peer has too many; the connection stays transient
     */
    void setPeer(PeerId peer) throws LimitExceededException;

    /** Gives everything back; idempotent. */
    @Override
    void close();
}
