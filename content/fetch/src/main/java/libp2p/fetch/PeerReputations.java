package libp2p.fetch;

import java.io.IOException;
import java.lang.System.Logger.Level;
import libp2p.bitswap.PeerServiceObserver;
import libp2p.core.identity.PeerId;

/** Notes how each peer serves a session of Bitswap, under its peer id. */
record PeerReputations(Reputation reputation) implements PeerServiceObserver {
    private static final System.Logger LOG = System.getLogger(PeerReputations.class.getName());

    @Override
    public void delivered(PeerId peer, int bytes, long nanos) {
        reputation.succeeded(peer.toString(), bytes, nanos);
    }

    @Override
    public void failed(PeerId peer) {
        reputation.failed(peer.toString());
    }

    @Override
    public void lied(PeerId peer) {
        try {
            reputation.lied(peer.toString());
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "a liar is remembered until this process ends only: " + e.getMessage());
        }
    }
}
