package libp2p.streams.engine;

import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import org.jspecify.annotations.Nullable;

/**
 * The memory bound of one connection, charged to its scope: what it may hold, and beside that what it remembers until
 * the remote acknowledges it, so that a remote that acknowledges nothing is known by its memory. Every method needs the
 * lock of the connection.
 */
public final class ConnectionMemory {
    private static final long STEP = 256 << 10;
    /** Small steps of what is remembered, so that connections differ by what they hold. */
    private static final long SMALL_STEP = 32 << 10;

    /** Smaller ones where there is no spare: a stranger is not refused for what it does not hold. */
    private static final long STRANGER_STEP = 16 << 10;

    /** Bytes without a spare that are charged as long as there is any room. */
    private static final long OF_STRANGER = 64 << 10;

    private @Nullable Reservation reservation;
    private long charged;
    private long chargedTracked;
    private boolean closed;

    /** Nothing is charged before {@link #begin}. */
    public ConnectionMemory() {}

    /**
     * Charges what is held at first.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    public void begin(ResourceScope scope, long needed) throws LimitExceededException {
        charged = needed;
        reservation = scope.reserve(needed, Reservation.ALWAYS);
    }

    /**
     * Charges more if more is needed, without a spare.
     *
     * @throws LimitExceededException if a limit is reached
     */
    public void raise(long needed) throws LimitExceededException {
        Reservation current = reservation;
        if (current == null) {
            throw new IllegalStateException("nothing is charged for");
        }
        if (needed > charged) {
            current.grow(needed - charged, Reservation.ALWAYS);
            charged = needed;
        }
    }

    /**
     * Charges so many more bytes if there is room for them.
     *
     * @param priority of {@link Reservation}
     */
    public boolean tryGrow(long bytes, int priority) {
        Reservation current = reservation;
        if (current == null || closed || !current.tryGrow(bytes, priority)) {
            return false;
        }
        charged += bytes;
        return true;
    }

    /**
     * Charges what is held now: a little more than is needed, so that the scope is not asked every time.
     *
     * @param needed bytes that the connection may hold
     * @param spare whether more than that may stay charged; else none is, and much is charged only while the scope has
     *     room for others
     * @param tracked bytes that are remembered until the remote acknowledges them
     * @throws LimitExceededException if a limit is reached
     */
    public void follow(long needed, boolean spare, long tracked) throws LimitExceededException {
        Reservation current = reservation;
        if (current == null || closed) {
            return;
        }
        int priority = spare || needed <= OF_STRANGER ? Reservation.ALWAYS : Reservation.MEDIUM;
        charged = follow(current, charged, needed, spare ? STEP : STRANGER_STEP, spare ? STEP : 0, priority);
        chargedTracked = follow(current, chargedTracked, tracked, SMALL_STEP, SMALL_STEP, Reservation.ALWAYS);
    }

    private static long follow(Reservation current, long before, long needed, long step, long spare, int priority)
            throws LimitExceededException {
        if (needed > before) {
            long more = (needed - before + step - 1) / step * step;
            current.grow(more, priority);
            return before + more;
        }
        if (before - needed > 2 * spare) {
            current.shrink(before - needed - spare);
            return needed + spare;
        }
        return before;
    }

    /** Gives everything back; nothing is charged from now on. */
    public void close() {
        closed = true;
        Reservation current = reservation;
        if (current != null) {
            current.close();
        }
    }
}
