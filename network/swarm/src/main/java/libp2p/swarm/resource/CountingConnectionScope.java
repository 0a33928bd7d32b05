package libp2p.swarm.resource;

import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** The scope of a connection. */
final class CountingConnectionScope extends ChargedScope implements ConnectionScope {
    private final Direction direction;
    private Multiaddr remote;
    private boolean allowed;
    private @Nullable PeerId peer;
    private boolean unproved;

    /** @param allowed whether it is charged to the scopes of the allow list */
    CountingConnectionScope(
            CountingResourceManager manager,
            ScopeCounters own,
            Charge charge,
            Direction direction,
            Multiaddr remote,
            boolean allowed,
            ScopeCounters... above) {
        super(manager, own, charge, above);
        this.direction = direction;
        this.remote = remote;
        this.allowed = allowed;
    }

    /** One whose remote address is charged when its peer is known. */
    static CountingConnectionScope unproved(
            CountingResourceManager manager, ScopeCounters own, Charge charge, Multiaddr remote, ScopeCounters node) {
        CountingConnectionScope scope =
                new CountingConnectionScope(manager, own, charge, Direction.INBOUND, remote, false, node);
        scope.unproved = true;
        return scope;
    }

    @Override
    public void setPeer(PeerId value) throws LimitExceededException {
        ResourceRefusal refusal;
        manager.lock.lock();
        try {
            if (isClosed() || value.equals(peer)) {
                return;
            }
            if (peer != null) {
                throw new IllegalStateException(name() + " is that of " + peer + " already");
            }
            refusal = unproved ? prove(value) : moveToPeer(value);
            if (refusal == null) {
                peer = value;
                return;
            }
            manager.refusals.count(refusal);
        } finally {
            manager.lock.unlock();
        }
        throw refusal.exception();
    }

    /** A connection that was let in for its address, but whose peer is not meant, has to find room among the others. */
    private @Nullable ResourceRefusal moveToPeer(PeerId value) {
        boolean stays = allowed && manager.limits.allowed().allows(remote, value);
        ResourceRefusal refusal = allowed && !stays ? check(manager.transientNode) : null;
        return refusal == null
                ? moveTo(manager.peerNode(value), stays ? manager.allowedSystemNode : manager.systemNode)
                : refusal;
    }

    /** All that {@link CountingResourceManager#openConnection} charges and {@link #moveToPeer} moves, at once. */
    private @Nullable ResourceRefusal prove(PeerId value) {
        ResourceRefusal refusal = manager.addresses.open(remote);
        if (refusal != null) {
            return refusal;
        }
        refusal = moveTo(manager.peerNode(value), manager.systemNode);
        if (refusal != null && manager.limits.allowed().allows(remote, value)) {
            refusal = moveTo(manager.peerNode(value), manager.allowedSystemNode);
        }
        unproved = refusal != null;
        if (unproved) {
            manager.addresses.close(remote);
        }
        return refusal;
    }

    @Override
    public void addressProved() throws LimitExceededException {
        ResourceRefusal refusal;
        manager.lock.lock();
        try {
            if (isClosed() || !unproved) {
                return;
            }
            refusal = manager.addresses.open(remote);
            if (refusal == null) {
                refusal = moveToTransient();
                unproved = refusal != null;
                if (refusal == null) {
                    return;
                }
                manager.addresses.close(remote);
            }
            manager.refusals.count(refusal);
        } finally {
            manager.lock.unlock();
        }
        throw refusal.exception();
    }

    /** As {@link CountingResourceManager#openConnection} charges those whose address is known. */
    private @Nullable ResourceRefusal moveToTransient() {
        ResourceRefusal refusal = moveTo(manager.transientNode, manager.systemNode);
        if (refusal != null && manager.limits.allowed().allows(remote)) {
            refusal = moveTo(manager.allowedTransientNode, manager.allowedSystemNode);
            allowed = refusal == null;
        }
        return refusal;
    }

    @Override
    public void setRemote(Multiaddr value) throws LimitExceededException {
        ResourceRefusal refusal;
        manager.lock.lock();
        try {
            if (isClosed()) {
                return;
            }
            if (direction != Direction.INBOUND || unproved) {
                throw new IllegalStateException(name() + " keeps its remote address");
            }
            refusal = manager.addresses.move(remote, value);
            if (refusal == null) {
                refusal = leaveAllowed(value);
                if (refusal == null) {
                    manager.addresses.moved(remote, value);
                    remote = value;
                    return;
                }
                manager.addresses.moved(value, remote);
            }
            manager.refusals.count(refusal);
        } finally {
            manager.lock.unlock();
        }
        throw refusal.exception();
    }

    /** A connection that was let in for its address has to find room among the others once it has left that. */
    private @Nullable ResourceRefusal leaveAllowed(Multiaddr value) {
        PeerId known = peer;
        if (!allowed || known == null || manager.limits.allowed().allows(value, known)) {
            return null;
        }
        ResourceRefusal refusal = moveTo(manager.peerNode(known), manager.systemNode);
        allowed = refusal != null;
        return refusal;
    }

    @Override
    void closing() {
        if (direction == Direction.INBOUND && !unproved) {
            manager.addresses.close(remote);
        }
    }
}
