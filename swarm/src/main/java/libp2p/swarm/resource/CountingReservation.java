package libp2p.swarm.resource;

import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;

/** Memory of one scope. */
final class CountingReservation implements Reservation {
    private final ChargedScope scope;
    private final AtomicLong bytes = new AtomicLong();

    CountingReservation(ChargedScope scope) {
        this.scope = scope;
    }

    @Override
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void grow(long more, int priority) throws LimitExceededException {
        if (more < 0 || priority < 0 || priority > 255) {
            throw new IllegalArgumentException("bytes " + more + ", priority " + priority);
        }
        scope.takeMemory(more, priority);
        bytes.addAndGet(more);
    }

    @Override
    public void shrink(long less) {
        long left = bytes.addAndGet(-less);
        if (less < 0 || left < 0) {
            bytes.addAndGet(less);
            throw new IllegalArgumentException("cannot give " + less + " of " + (left + less) + " bytes back");
        }
        scope.giveMemory(less);
    }

    @Override
    public void close() {
        scope.giveMemory(bytes.getAndSet(0));
    }
}
