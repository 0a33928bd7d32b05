package libp2p.system;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * One socket on its event loop: hands what can be read to its handler, a turn at a time, and wakes the thread that
 * waits to write. Its handler is called by the thread of the loop alone.
 */
final class SocketEvents implements EventLoop.Client {
    /** Longest time for which a socket that always has more may keep the loop. */
    private static final long TURN_NANOS = 1_000_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final Environment environment;
    private final EventLoop loop;
    private final SelectableChannel channel;
    private final Runnable closing;
    private final ReadHandler handler;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable SelectionKey key;
    /** The thread that waits until the socket takes bytes again. */
    private volatile @Nullable Thread writer;
    /** When the handler is called though nothing has come. */
    private volatile long wakeAt = NEVER;

    private volatile boolean timed;

    /** When the handler's turn is over; of the loop's thread, as the next. */
    private long turnEnd;
    /**
     * Whether the last read has taken all there was: another would find nothing, and later bytes are another event.
     */
    private boolean drained;
    /**
     * Whether a call waits for the turns of other sockets: what comes meanwhile is no other call, or a sender that never
     * pauses would have one more turn in each round.
     */
    private boolean postponed;
    /** The end of a rest, during which nothing calls the handler. */
    private @Nullable Timer rest;

    /** @param closing closes the socket, when its loop ends */
    SocketEvents(
            Environment environment, EventLoop loop, SelectableChannel channel, Runnable closing, ReadHandler handler) {
        this.environment = environment;
        this.loop = loop;
        this.channel = channel;
        this.closing = closing;
        this.handler = handler;
    }

    /** Begins with one call of the handler, for what was read before. */
    void begin() throws IOException {
        key = loop.register(channel, this);
        loop.execute(this::turn);
    }

    /**
     * Whether a read may look, or finds nothing because all was taken or it is other sockets' turn. Called by the
     * handler.
     */
    boolean mayRead() {
        boolean over = drained || environment.nanoTime() - turnEnd >= 0;
        if (over && !closed.get()) { // once closed no loop calls the handler again
            return false;
        }
        LoopThread.wakeAll(); // all that the last read has brought is delivered
        return true;
    }

    /** Says whether the last read has taken all there was. Called by the handler. */
    void drained(boolean all) {
        drained = all;
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            int operations = ready.readyOps();
            if ((operations & SelectionKey.OP_WRITE) != 0) {
                ready.interestOpsAnd(~SelectionKey.OP_WRITE);
                LockSupport.unpark(writer);
            }
            if ((operations & SelectionKey.OP_READ) != 0) {
                turn();
            }
        } catch (CancelledKeyException gone) {
            // Closing it has asked for the last call of the handler.
        }
    }

    /** Calls the handler, unless a call is to come or has been the last. */
    private void turn() {
        if (postponed || rest != null || closed.get()) {
            return;
        }
        long pause = read();
        if (pause > 0) {
            rest(pause);
        } else if (pause == ReadHandler.AGAIN) {
            postponed = true;
            loop.afterOthers(this::goOn);
        }
    }

    private long read() {
        drained = false;
        turnEnd = environment.nanoTime() + TURN_NANOS;
        return handler.onReadable();
    }

    private void goOn() {
        postponed = false;
        turn();
    }

    private void rest(long nanos) {
        try {
            SelectionKey resting = key;
            if (resting != null) {
                resting.interestOpsAnd(~SelectionKey.OP_READ);
                rest = environment.schedule(nanos, () -> loop.execute(() -> resume(resting)));
            }
        } catch (IllegalStateException ended) {
            // Its key is cancelled, or the environment is closed.
        }
    }

    private void resume(SelectionKey rested) {
        rest = null;
        try {
            rested.interestOpsOr(SelectionKey.OP_READ);
            turn(); // what was read before the pause is not an event
        } catch (CancelledKeyException closedMeanwhile) {
            // Nothing more is read.
        }
    }

    /** Waits until the socket takes bytes again, or is closed. An interrupt does not end the wait and is kept. */
    void awaitWritable() throws IOException {
        if (loop.isCurrent()) { // it would wait for itself, and all its sockets with it
            throw new IOException("a write on an event loop would have to wait");
        }
        SelectionKey waiting = key;
        boolean interrupted = false;
        writer = Thread.currentThread();
        try {
            if (waiting != null) {
                waiting.interestOpsOr(SelectionKey.OP_WRITE);
                loop.wakeup();
                while (!closed.get() && (waiting.interestOps() & SelectionKey.OP_WRITE) != 0) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
        } catch (CancelledKeyException closedMeanwhile) {
            // The write that follows says so.
        } finally {
            writer = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** See {@link libp2p.core.environment.UdpSocket#wakeAfter}. */
    void wakeAfter(long nanos) {
        if (!timed) {
            timed = true;
            loop.time(this);
        }
        long now = environment.nanoTime();
        long before = wakeAt;
        long at = nanos > NEVER - now ? NEVER : now + Math.max(0, nanos);
        wakeAt = at;
        if (at < before && !loop.isCurrent()) {
            loop.wakeup();
        }
    }

    @Override
    public long untilDue() {
        long at = wakeAt;
        return at == NEVER ? NEVER : Math.max(0, at - environment.nanoTime());
    }

    @Override
    public void due() {
        wakeAt = NEVER;
        turn();
    }

    /** The channel was closed: the loop lets go of it and calls the handler a last time. */
    void closed() {
        if (end()) {
            if (timed) {
                loop.untime(this);
            }
            LockSupport.unpark(writer);
            loop.execute(() -> loop.execute(this::release)); // its wait in between lets go of the channel
        }
    }

    /** Whether this call ends the events; the handler has its last call from whatever has ended them. */
    boolean end() {
        return closed.compareAndSet(false, true);
    }

    private void release() {
        Timer resting = rest;
        if (resting != null) {
            resting.cancel();
        }
        boolean over = true;
        try {
            over = read() != ReadHandler.AGAIN; // a rest would never end for one that rests while it is closed
        } finally {
            if (over) {
                handler.onReleased();
            } else {
                loop.afterOthers(this::release);
            }
        }
    }

    /** The loop ends. */
    @Override
    public void close() {
        closing.run();
        closed();
    }
}
