package libp2p.transports.quic;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.quic.connection.Connection;
import libp2p.streams.engine.Application;
import libp2p.streams.engine.ConnectionMemory;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that the engine of one connection may hold: before the remote has proved who it is the packets that have come
 * too early for their keys, and where it may stay a stranger for long all that was not read, of a window that does not
 * grow; then the window, which is all that the remote may send before it is read, and what was written
 * and is not acknowledged, or may be. Packets that are remembered until the remote acknowledges them are charged beyond
 * what every connection is charged for them. Every method needs the lock of the connection.
 */
final class HeldMemory {
    /** The part of a connection's memory that sent packets take without being charged: some hundred of them. */
    private static final int TRACKED_PART = 8;

    private final ConnectionMemory account;
    private final long fixed;
    private boolean proved;

    /** @param fixed bytes for each connection beside its window and its queues */
    HeldMemory(ConnectionMemory account, long fixed) {
        this.account = account;
        this.fixed = fixed;
    }

    /**
     * Charges what is held during the handshake.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    void begin(ResourceScope scope, Connection engine) throws LimitExceededException {
        account.begin(scope, engine.early().bytes());
        engine.early().memory(bytes -> account.tryGrow(bytes, Reservation.ALWAYS));
        engine.streams().memory(bytes -> false);
    }

    /**
     * Charges what a connection may hold.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    void proved(Connection engine) throws LimitExceededException {
        proved = true;
        account.raise(needed(engine));
        engine.streams().memory(bytes -> account.tryGrow(bytes, Reservation.MEDIUM));
    }

    /**
     * Charges what is held now.
     *
     * @param application the use of the streams, which holds bytes too; null before it is known
     * @throws LimitExceededException if a limit is reached
     */
    void follow(Connection engine, @Nullable Application application) throws LimitExceededException {
        long needed = needed(engine);
        if (application != null) {
            needed += application.held();
            needed += proved || !application.provesPeer() ? 0 : engine.streams().held();
        }
        account.follow(needed, proved, Math.max(0, engine.recovery().trackedBytes() - fixed / TRACKED_PART));
    }

    private long needed(Connection engine) {
        return proved
                ? fixed
                        + engine.streams().window()
                        + engine.streams().beyondWindow()
                        + engine.streams().reserved()
                : engine.early().bytes();
    }
}
