package libp2p.swarm.resource;

import java.util.function.Supplier;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;
import org.jspecify.annotations.Nullable;

/**
 * A view of a scope that comes and goes with its users: it is looked up whenever something is charged to it, and every
 * reservation is one of its users.
 */
final class SharedScope implements ResourceScope {
    private final CountingResourceManager manager;
    private final String name;
    private final Supplier<ScopeCounters> make;
    private final Supplier<@Nullable ScopeCounters> find;

    /**
     * @param make finds or makes the scope; called with the lock held
     * @param find finds the scope; called with the lock held
     */
    SharedScope(
            CountingResourceManager manager,
            String name,
            Supplier<ScopeCounters> make,
            Supplier<@Nullable ScopeCounters> find) {
        this.manager = manager;
        this.name = name;
        this.make = make;
        this.find = find;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Reservation reserve(long bytes, int priority) throws LimitExceededException {
        CountingReservation reservation = open();
        boolean done = false;
        try {
            reservation.grow(bytes, priority);
            done = true;
            return reservation;
        } finally {
            if (!done) {
                reservation.close();
            }
        }
    }

    private CountingReservation open() {
        manager.lock.lock();
        try {
            ScopeCounters node = make.get();
            ScopeCounters own = new ScopeCounters(node.kind, name, ScopeLimit.UNLIMITED, manager.refusals);
            ScopeCounters[] above = node == manager.systemNode
                    ? new ScopeCounters[] {node}
                    : new ScopeCounters[] {node, manager.systemNode};
            ChargedScope span = new ChargedScope(manager, own, Charge.NONE, above);
            span.charge(); // of nothing, so that nothing stands in the way
            return new CountingReservation(span) {
                @Override
                void closing() {
                    span.close();
                }
            };
        } finally {
            manager.lock.unlock();
        }
    }

    @Override
    public ScopeUsage usage() {
        manager.lock.lock();
        try {
            ScopeCounters node = find.get();
            return node == null ? ScopeUsage.EMPTY : node.usage();
        } finally {
            manager.lock.unlock();
        }
    }
}
