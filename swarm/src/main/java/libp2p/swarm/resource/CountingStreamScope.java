package libp2p.swarm.resource;

import libp2p.core.identity.PeerId;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.StreamScope;
import org.jspecify.annotations.Nullable;

/** The scope of a stream. */
final class CountingStreamScope extends ChargedScope implements StreamScope {
    private final PeerId peer;
    private @Nullable String protocol;

    CountingStreamScope(CountingResourceManager manager, Node own, Charge charge, PeerId peer, Node... above) {
        super(manager, own, charge, above);
        this.peer = peer;
    }

    @Override
    public void setProtocol(String value) throws LimitExceededException {
        manager.lock.lock();
        try {
            if (!isClosed()) {
                moveTo(
                        manager.peerNode(peer),
                        manager.protocolPeerNode(value, peer),
                        manager.protocolNode(value),
                        manager.systemNode);
                protocol = value;
            }
        } finally {
            manager.lock.unlock();
        }
    }

    @Override
    public void setService(String service) throws LimitExceededException {
        manager.lock.lock();
        try {
            String agreed = protocol;
            if (agreed == null) {
                throw new IllegalStateException("a stream needs a protocol before it is charged to a service");
            }
            if (!isClosed()) {
                moveTo(
                        manager.peerNode(peer),
                        manager.protocolPeerNode(agreed, peer),
                        manager.protocolNode(agreed),
                        manager.servicePeerNode(service, peer),
                        manager.serviceNode(service),
                        manager.systemNode);
            }
        } finally {
            manager.lock.unlock();
        }
    }
}
