package libp2p.simulator;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import libp2p.core.environment.ReadHandler;

/**
 * One socket on its event loop. It is served once when the events begin, then as long as there is something to read, as
 * a selector would say, and once more when it was closed; not while it rests, as its handler has asked.
 */
final class SocketEvents {
    /** Longest time for which a socket that always has more may keep the loop. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /**
     * Number of times in a row that a handler may leave what there is to read, bytes or an end for which it does not
     * close the socket.
     */
    private static final int MOST_IDLE_TURNS = 200;

    private final SimulatedScheduler scheduler;
    private final SimulatedLoop loop;
    private final ReadHandler handler;
    private final BooleanSupplier readable;
    private final Event wake = new Event() {
        @Override
        void fire() {
            if (!resting) {
                queue();
            }
        }
    };
    private boolean queued;
    private boolean resting;
    private boolean closed;
    private boolean over;
    private long turnEnd;
    private boolean drained;
    private int idleTurns;

    /** @param readable whether a read would find bytes, the end or a failure */
    SocketEvents(SimulatedScheduler scheduler, SimulatedLoop loop, ReadHandler handler, BooleanSupplier readable) {
        this.scheduler = scheduler;
        this.loop = loop;
        this.handler = handler;
        this.readable = readable;
    }

    /** Begins with one call of the handler, for what was read before. */
    void begin() {
        loop.add();
        queue();
    }

    /** There is something to read. */
    void readable() {
        if (!resting && !closed) {
            queue();
        }
    }

    /** See {@link libp2p.core.environment.UdpSocket#wakeAfter}. */
    void wakeAfter(long nanos) {
        scheduler.cancel(wake);
        if (nanos != Long.MAX_VALUE && !closed) {
            scheduler.schedule(wake, scheduler.in(nanos));
        }
    }

    /** The socket was closed: the handler is called a last time. */
    void closed() {
        if (!closed) {
            closed = true;
            scheduler.cancel(wake);
            queue();
        }
    }

    private void queue() {
        if (!queued && !over) {
            queued = true;
            loop.ready(this);
        }
    }

    /** Whether a read may look, or finds nothing because all was taken or it is others' turn. Called by the handler. */
    boolean mayRead() {
        if (!loop.isCurrent()) {
            throw new IllegalStateException("a socket that is read by events is read by another thread");
        }
        scheduler.schedulePoint();
        boolean turnIsOver = drained || scheduler.now() - turnEnd >= 0 || scheduler.endsTurn();
        if (turnIsOver && !closed) {
            return false;
        }
        loop.wakeAll(); // all that the last read has brought is delivered
        return true;
    }

    /** The last read has brought something. */
    void progress() {
        idleTurns = 0;
    }

    /** The last read has taken all there was. */
    void drained() {
        drained = true;
    }

    /** Calls the handler. By the loop. */
    void serve() {
        queued = false;
        if (over) { // a pause or a timer ended while it was served for the last time
            return;
        }
        drained = false;
        turnEnd = scheduler.now() + TURN_NANOS;
        boolean last = closed;
        long pause = handler.onReadable();
        if (pause == ReadHandler.AGAIN) {
            queued = true;
            loop.postpone(this);
        } else if (last) {
            over = true;
            loop.remove();
            handler.onReleased();
        } else if (pause > 0 && !closed) {
            rest(pause);
        } else if (readable.getAsBoolean()) {
            if (++idleTurns > MOST_IDLE_TURNS && !closed) {
                scheduler.fail(
                        "a handler leaves what there is to read, and keeps event loop '" + loop + "' busy", null, true);
                return;
            }
            queue();
        }
    }

    private void rest(long nanos) {
        resting = true;
        scheduler.schedule(
                new Event() {
                    @Override
                    void fire() {
                        resting = false;
                        queue(); // what was read before the pause is not an event
                    }
                },
                scheduler.in(nanos));
    }
}
