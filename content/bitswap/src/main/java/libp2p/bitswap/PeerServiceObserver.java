package libp2p.bitswap;

import libp2p.core.identity.PeerId;

/** Hears how peers serve a session. Called without locks on the threads that read from them, so it must be quick. */
public interface PeerServiceObserver {
    /** Hears nothing. */
    PeerServiceObserver NONE = new PeerServiceObserver() {};

    /**
     * A block that was asked for has come from a peer.
     *
     * @param bytes of the block
     * @param nanos since a peer was asked for it
     */
    default void delivered(PeerId peer, int bytes, long nanos) {}

    /** A peer that owed blocks was silent, or could not be reached any more. */
    default void failed(PeerId peer) {}

    /** A peer has sent other bytes than it was asked for. */
    default void lied(PeerId peer) {}
}
