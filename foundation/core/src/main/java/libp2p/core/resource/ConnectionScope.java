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
     * Moves a connection that was {@linkplain ResourceManager#openUnproved unproved} to the transient scope, and charges
     * it to its address and the system: its handshake has proved the address, and who the peer is will be proved later.
     * Others stay where they are.
     *
     * @throws LimitExceededException if the address or a scope has too many; the connection stays where it was
     */
    void addressProved() throws LimitExceededException;

    /**
     * Charges an inbound connection to the limits of another remote address than before: a proxy tells it, or the peer
     * has moved there.
     *
     * @throws LimitExceededException if the address has too many; the connection stays charged to the former
     */
    void setRemote(Multiaddr remote) throws LimitExceededException;

    /**
     * Sets what ends an inbound connection in its handshake whose place is needed for a newcomer. It is run once at most,
     * on a thread of its own. By default it is never run.
     */
    default void onDisplaced(Runnable end) {}

    /** Gives everything back; idempotent. */
    @Override
    void close();
}
