package libp2p.swarm.resource;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;

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
        if (more < 0 || priority < 0 || priority > ALWAYS) {
            throw new IllegalArgumentException("bytes " + more + ", priority " + priority);
        }
        if (more == 0) {
            return; // nothing stands in the way of nothing, even at the end of a scope
        }
        Refusal refusal;
        scope.manager.lock.lock();
        try {
            if (closed || scope.isClosed()) {
                throw new LimitExceededException(
                        scope.name() + " (closed)", "memory", more, 0, LimitExceededException.Side.LOCAL);
            }
            refusal = scope.takeMemory(more, priority);
            if (refusal == null) {
                bytes += more;
                return;
            }
            scope.manager.refusals.count(refusal);
        } finally {
            scope.manager.lock.unlock();
        }
        throw refusal.exception();
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
