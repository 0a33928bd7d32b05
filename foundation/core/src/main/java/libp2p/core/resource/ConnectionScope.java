package libp2p.core.resource;

import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The scope of one connection: first transient, or unproved, then its peer's. */
public interface ConnectionScope extends ResourceScope, AutoCloseable {
    /**
     * Moves the connection from the transient scope to its peer's. One that was {@linkplain
     * ResourceManager#openUnproved unproved} has proved its address by its handshake, and is charged to the address and
     * the system now.
     *
     * @throws LimitExceededException if the peer, or the address, has too many; the connection stays where it was
     */
    void setPeer(PeerId peer) throws LimitExceededException;

    /**
     * Charges an inbound connection to the limits of another remote address than before: a proxy tells it, or the peer
     * has moved there.
     *
     * @throws LimitExceededException if the address has too many; the connection stays charged to the former
     */
    void setRemote(Multiaddr remote) throws LimitExceededException;

    /** Gives everything back; idempotent. */
    @Override
    void close();
}
