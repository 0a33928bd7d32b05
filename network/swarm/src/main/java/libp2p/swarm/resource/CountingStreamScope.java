package libp2p.swarm.resource;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.StreamScope;
import org.jspecify.annotations.Nullable;

/** The scope of a stream. */
final class CountingStreamScope extends ChargedScope implements StreamScope {
    private final PeerCounters peer;
    private final boolean inbound;
    private @Nullable String protocol;
    private @Nullable String service;

    /** @param peer stays known to the manager while the stream is charged to it */
    CountingStreamScope(CountingResourceManager manager, ScopeCounters own, Charge charge, PeerCounters peer) {
        super(manager, own, charge, peer, peer.transientNode, manager.transientNode, manager.systemNode);
        this.peer = peer;
        inbound = charge.streamsInbound() > 0;
    }

    @Override
    public void setProtocol(String value) throws LimitExceededException {
        ResourceRefusal refusal;
        manager.lock.lock();
        try {
            if (isClosed() || value.equals(protocol)) {
                return;
            }
            if (protocol != null) {
                throw new IllegalStateException(name() + " is one of " + protocol + " already");
            }
            ScopeCounters part = manager.partNode(ScopeKind.PROTOCOL_PEER, value, peer);
            refusal = checkShare(part, manager.protocolNode(value));
            if (refusal == null) {
                refusal = moveTo(peer, part, manager.protocolNode(value), manager.systemNode);
            }
            if (refusal == null) {
                protocol = value;
                return;
            }
            manager.refusals.count(refusal);
        } finally {
            manager.lock.unlock();
        }
        throw refusal.exception();
    }

    /** The refusal of a peer that has its part of the streams that others opened, or null. The lock is held. */
    private @Nullable ResourceRefusal checkShare(ScopeCounters part, ScopeCounters whole) {
        return inbound ? part.checkShare(whole) : null; // none is refused a first one, so that both scopes are in use
    }

    @Override
    public void setService(String value) throws LimitExceededException {
        ResourceRefusal refusal;
        manager.lock.lock();
        try {
            if (isClosed() || value.equals(service)) {
                return;
            }
            String agreed = protocol;
            if (agreed == null || service != null) {
                throw new IllegalStateException(name()
                        + (agreed == null
                                ? " needs a protocol before a service"
                                : " is one of " + service + " already"));
            }
            ScopeCounters part = manager.partNode(ScopeKind.SERVICE_PEER, value, peer);
            refusal = checkShare(part, manager.serviceNode(value));
            if (refusal == null) {
                refusal = moveTo(
                        peer,
                        manager.partNode(ScopeKind.PROTOCOL_PEER, agreed, peer),
                        manager.protocolNode(agreed),
                        part,
                        manager.serviceNode(value),
                        manager.systemNode);
            }
            if (refusal == null) {
                service = value;
                return;
            }
            manager.refusals.count(refusal);
        } finally {
            manager.lock.unlock();
        }
        throw refusal.exception();
    }
}
