package libp2p.swarm.resource;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;

/** A scope that charges itself and all the scopes it belongs to. Guarded by the lock of the manager. */
class ChargedScope implements ResourceScope {
    final CountingResourceManager manager;
    private final Node own;
    private final Charge charge;
    private Node[] above;
    private boolean closed;

    /** @param above the scopes it belongs to; not charged yet */
    ChargedScope(CountingResourceManager manager, Node own, Charge charge, Node... above) {
        this.manager = manager;
        this.own = own;
        this.charge = charge;
        this.above = above;
    }

    /** Charges everything or nothing. The lock is held. */
    void charge() throws LimitExceededException {
        own.check(charge);
        for (Node node : above) {
            node.check(charge);
        }
        own.apply(charge, 1);
        for (Node node : above) {
            node.apply(charge, 1);
        }
    }

    /** Moves everything that is charged to other scopes, or changes nothing. The lock is held. */
    void moveTo(Node... target) throws LimitExceededException {
        Charge all = charge.withMemory(own.usage().memory());
        for (Node node : target) {
            if (!contains(above, node)) {
                node.check(all);
            }
        }
        for (Node node : above) {
            node.apply(all, -1);
        }
        for (Node node : target) {
            node.apply(all, 1);
        }
        Node[] left = above;
        above = target;
        manager.forgetIfEmpty(left);
    }

    private static boolean contains(Node[] nodes, Node wanted) {
        for (Node node : nodes) {
            if (node == wanted) {
                return true;
            }
        }
        return false;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return own.name;
    }

    @Override
    public Reservation reserve(long bytes, int priority) throws LimitExceededException {
        CountingReservation reservation = new CountingReservation(this);
        reservation.grow(bytes, priority);
        return reservation;
    }

    void takeMemory(long bytes, int priority) throws LimitExceededException {
        manager.lock.lock();
        try {
            if (closed) {
                throw new LimitExceededException(
                        own.name, "memory (scope closed)", bytes, 0, LimitExceededException.Side.LOCAL);
            }
            own.checkMemory(bytes, priority);
            for (Node node : above) {
                node.checkMemory(bytes, priority);
            }
            applyMemory(bytes);
        } finally {
            manager.lock.unlock();
        }
    }

    /** Nothing happens if the scope is closed: closing gave everything back. */
    void giveMemory(long bytes) {
        manager.lock.lock();
        try {
            if (!closed) {
                applyMemory(-bytes);
                manager.forgetIfEmpty(above);
            }
        } finally {
            manager.lock.unlock();
        }
    }

    private void applyMemory(long bytes) {
        own.applyMemory(bytes);
        for (Node node : above) {
            node.applyMemory(bytes);
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
            if (closed) {
                return;
            }
            closed = true;
            Charge all = charge.withMemory(own.usage().memory());
            own.apply(all, -1);
            for (Node node : above) {
                node.apply(all, -1);
            }
            manager.forgetIfEmpty(above);
            closing();
        } finally {
            manager.lock.unlock();
        }
    }

    /** Gives back what is not in a scope. The lock is held. */
    void closing() {}
}
