package libp2p.blocks;

import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a peer makes this host hold beyond the message that asked for it, charged to a connection of the peer: so it
 * is bounded with all else that the peer costs, and known when memory is short. One thread at a time.
 */
public final class PeerMemory implements AutoCloseable {
    /** The memory changes with each block; the charge changes in steps, in bytes. */
    private static final long STEP = 4 << 10;

    private static final long KEPT = 64 << 10;

    private final Host host;
    private final PeerId peer;
    private @Nullable Connection connection;
    private @Nullable Reservation charge;

    /** Nothing is held yet. */
    public PeerMemory(Host host, PeerId peer) {
        this.host = host;
        this.peer = peer;
    }

    /**
     * Charges what is held from now on; nothing once the peer has no connection, since what is held for it ends then.
     *
     * @param bytes in all
     * @throws LimitExceededException if that is more than the peer, or this host, may have; the charge stays as it was
     */
    public void hold(long bytes) throws LimitExceededException {
        hold(bytes, Reservation.MEDIUM);
    }

    /** As {@link #hold(long)}, with a priority. */
    public void hold(long bytes, int priority) throws LimitExceededException {
        long wanted = (bytes + STEP - 1) / STEP * STEP;
        try {
            charge(wanted, priority);
        } catch (LimitExceededException refused) {
            if (connection == null || connection.isOpen()) {
                throw refused;
            }
            charge(wanted, priority); // it has closed meanwhile: on another one
        }
    }

    private void charge(long wanted, int priority) throws LimitExceededException {
        if (connection != null && !connection.isOpen()) {
            close();
        }
        Reservation open = charge;
        if (open == null) {
            if (wanted > 0) {
                begin(wanted, priority);
            }
        } else if (wanted > open.bytes()) {
            open.grow(wanted - open.bytes(), priority);
        } else if (wanted + KEPT <= open.bytes()) {
            open.shrink(open.bytes() - wanted);
        }
    }

    private void begin(long wanted, int priority) throws LimitExceededException {
        for (Connection each : host.connections(peer)) {
            if (each.isOpen()) {
                charge = each.scope().reserve(wanted, priority);
                connection = each;
                return;
            }
        }
    }

    /** Gives all back; idempotent. */
    @Override
    public void close() {
        if (charge != null) {
            charge.close();
            charge = null;
            connection = null;
        }
    }
}
