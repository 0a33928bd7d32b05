package libp2p.swarm.resource;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import org.jspecify.annotations.Nullable;

/** Memory of one scope. Guarded by the lock of the manager. */
class CountingReservation implements Reservation {
    final ChargedScope scope;
    private long bytes;
    private boolean closed;

    CountingReservation(ChargedScope scope) {
        this.scope = scope;
    }

    @Override
    public final long bytes() {
        scope.manager.lock.lock();
        try {
            return bytes;
        } finally {
            scope.manager.lock.unlock();
        }
    }

    @Override
    public final void grow(long more, int priority) throws LimitExceededException {
        ResourceRefusal refusal = charge(more, priority);
        if (refusal != null) {
            throw refusal.exception();
        }
    }

    @Override
    public final boolean tryGrow(long more, int priority) {
        return charge(more, priority) == null;
    }

    private @Nullable ResourceRefusal charge(long more, int priority) {
        if (more < 0 || priority < 0 || priority > ALWAYS) {
            throw new IllegalArgumentException("bytes " + more + ", priority " + priority);
        }
        if (more == 0) {
            return null; // nothing stands in the way of nothing, even at the end of a scope
        }
        ResourceRefusal refusal;
        boolean scarce;
        scope.manager.lock.lock();
        try {
            if (closed || scope.isClosed()) {
                return scope.refusalOfClosed(more);
            }
            refusal = scope.takeMemory(more, priority);
            if (refusal == null) {
                bytes += more;
            } else {
                scope.manager.refusals.count(refusal);
            }
            scarce = scope.manager.systemNode.isScarce();
        } finally {
            scope.manager.lock.unlock();
        }
        if (scarce) {
            scope.manager.scarce();
        }
        return refusal;
    }

    @Override
    public final void shrink(long less) {
        scope.manager.lock.lock();
        try {
            if (less < 0 || less > bytes) {
                throw new IllegalArgumentException("cannot give " + less + " of " + bytes + " bytes back");
            }
            bytes -= less;
            scope.giveMemory(less);
        } finally {
            scope.manager.lock.unlock();
        }
    }

    @Override
    public final void close() {
        scope.manager.lock.lock();
        try {
            if (!closed) {
                closed = true;
                scope.giveMemory(bytes);
                bytes = 0;
                closing();
            }
        } finally {
            scope.manager.lock.unlock();
        }
    }

    /** Gives back what belongs to the reservation alone. The lock is held. */
    void closing() {}
}
