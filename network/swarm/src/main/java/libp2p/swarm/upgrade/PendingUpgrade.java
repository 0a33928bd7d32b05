package libp2p.swarm.upgrade;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.connection.HostClosedException;
import libp2p.core.connection.RawConnection;
import libp2p.core.failure.DeadlineExceededException;

/**
 * An upgrade that goes on. Its raw connection is closed when its time is up or the host closes, unless it was settled
 * before; exactly one of the three happens. Running it means that its time is up.
 */
final class PendingUpgrade implements Runnable {
    private enum State {
        RUNNING,
        SETTLED,
        LATE,
        HOST_CLOSED
    }

    private final RawConnection raw;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

    PendingUpgrade(RawConnection raw) {
        this.raw = raw;
    }

    @Override
    public void run() {
        end(State.LATE);
    }

    void hostClosed() {
        end(State.HOST_CLOSED);
    }

    private void end(State why) {
        if (state.compareAndSet(State.RUNNING, why)) {
            raw.close();
        }
    }

    /** Takes the connection out of others' hands; false if one of them was first. */
    boolean settle() {
        return state.compareAndSet(State.RUNNING, State.SETTLED);
    }

    /** Why the upgrade failed, given what its thread met. */
    IOException explain(String transport, IOException met) {
        IOException why = switch (state.get()) {
            case LATE ->
                new DeadlineExceededException("upgrade (" + transport
                        + "): the remote peer has not agreed on a secure channel and a muxer in time"
                        + (met.getMessage() == null ? "" : ": " + met.getMessage()));
            case HOST_CLOSED -> new HostClosedException();
            case RUNNING, SETTLED -> met;
        };
        if (why != met) {
            why.initCause(met);
        }
        return why;
    }
}
