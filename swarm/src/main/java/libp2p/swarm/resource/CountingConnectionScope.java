package libp2p.swarm.resource;

import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The scope of a connection. */
final class CountingConnectionScope extends ChargedScope implements ConnectionScope {
    private final Multiaddr remote;

    CountingConnectionScope(CountingResourceManager manager, Node own, Charge charge, Multiaddr remote, Node... above) {
        super(manager, own, charge, above);
        this.remote = remote;
    }

    @Override
    public void setPeer(PeerId peer) throws LimitExceededException {
        manager.lock.lock();
        try {
            if (!isClosed()) {
                moveTo(manager.peerNode(peer), manager.systemNode);
            }
        } finally {
            manager.lock.unlock();
        }
    }

    @Override
    void closing() {
        manager.addresses.close(remote);
    }
}
