package libp2p.swarm.resource;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;
import org.jspecify.annotations.Nullable;

/** A scope that charges itself and all the scopes it belongs to. Guarded by the lock of the manager. */
class ChargedScope implements ResourceScope {
    final CountingResourceManager manager;
    private final ScopeCounters own;
    private final Charge charge;
    private ScopeCounters[] above;
    private boolean closed;

    /** @param above the scopes it belongs to; not charged yet */
    ChargedScope(CountingResourceManager manager, ScopeCounters own, Charge charge, ScopeCounters... above) {
        this.manager = manager;
        this.own = own;
        this.charge = charge;
        this.above = above;
    }

    /** Charges everything or nothing. The lock is held. */
    final @Nullable ResourceRefusal charge() {
        ResourceRefusal refusal = own.check(charge, 0, Reservation.ALWAYS);
        for (int i = 0; i < above.length && refusal == null; i++) {
            refusal = above[i].check(charge, 0, Reservation.ALWAYS);
        }
        if (refusal != null) {
            manager.forgetUnused(above);
            return refusal;
        }
        own.add(charge, 0);
        for (ScopeCounters node : above) {
            node.attach();
            node.add(charge, 0);
        }
        return null;
    }

    /** Moves everything that is charged to other scopes, or changes nothing. The lock is held. */
    final @Nullable ResourceRefusal moveTo(ScopeCounters... target) {
        long memory = own.memory();
        for (ScopeCounters node : target) {
            ResourceRefusal refusal = isAbove(node) ? null : node.check(charge, memory, Reservation.ALWAYS);
            if (refusal != null) {
                manager.forgetUnused(target);
                return refusal;
            }
        }
        for (ScopeCounters node : target) {
            node.attach();
            node.add(charge, memory);
        }
        ScopeCounters[] left = above;
        above = target;
        leave(left, memory);
        return null;
    }

    /** The refusal of a scope if everything were moved there, or null. The lock is held. */
    final @Nullable ResourceRefusal check(ScopeCounters node) {
        return node.check(charge, own.memory(), Reservation.ALWAYS);
    }

    private boolean isAbove(ScopeCounters wanted) {
        for (ScopeCounters node : above) {
            if (node == wanted) {
                return true;
            }
        }
        return false;
    }

    private void leave(ScopeCounters[] nodes, long memory) {
        for (ScopeCounters node : nodes) {
            node.subtract(charge, memory);
            if (node.detach()) {
                manager.forget(node);
            }
        }
    }

    final boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return own.name();
    }

    @Override
    public Reservation reserve(long bytes, int priority) throws LimitExceededException {
        CountingReservation reservation = new CountingReservation(this);
        reservation.grow(bytes, priority);
        return reservation;
    }

    /** Charges memory everywhere or nowhere. The lock is held. */
    final @Nullable ResourceRefusal takeMemory(long bytes, int priority) {
        ResourceRefusal refusal = own.check(Charge.NONE, bytes, priority);
        for (int i = 0; i < above.length && refusal == null; i++) {
            refusal = checkMemory(above[i], bytes, priority);
        }
        if (refusal == null) {
            own.add(Charge.NONE, bytes);
            for (ScopeCounters node : above) {
                node.add(Charge.NONE, bytes);
            }
        }
        return refusal;
    }

    /** A peer that has little of what is left of all memory may have more of it, though half is used. */
    private @Nullable ResourceRefusal checkMemory(ScopeCounters node, long bytes, int priority) {
        ResourceRefusal refusal = node.check(Charge.NONE, bytes, priority);
        if (refusal != null && priority == Reservation.MEDIUM && node == manager.systemNode) {
            for (ScopeCounters one : above) {
                if (one.kind == ScopeKind.PEER && node.leavesEnough(one.memory(), bytes)) {
                    return null;
                }
            }
        }
        return refusal;
    }

    /** The refusal of memory once the scope is closed. */
    final ResourceRefusal refusalOfClosed(long bytes) {
        return manager.refusals.of(own.kind, own.name() + " (closed)", Resource.MEMORY, bytes, 0);
    }

    /** Nothing happens if the scope is closed: closing gave everything back. The lock is held. */
    final void giveMemory(long bytes) {
        if (!closed) {
            own.subtract(Charge.NONE, bytes);
            for (ScopeCounters node : above) {
                node.subtract(Charge.NONE, bytes);
            }
        }
    }

    @Override
    public ScopeUsage usage() {
        manager.lock.lock();
        try {
            return own.usage();
        } finally {
            manager.lock.unlock();
        }
    }

    public void close() {
        manager.lock.lock();
        try {
            if (!closed) {
                closed = true;
                long memory = own.memory();
                own.subtract(charge, memory);
                leave(above, memory);
                closing();
            }
        } finally {
            manager.lock.unlock();
        }
    }

    /** Gives back what is not in a scope. The lock is held. */
    void closing() {}
}
