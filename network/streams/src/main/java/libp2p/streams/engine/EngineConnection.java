package libp2p.streams.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.LimitExceededException;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the lock around its engine, what has to happen after every use of it, which is a {@link Turn}, and
 * how it ends. A subclass has the engine.
 */
public abstract class EngineConnection extends TimerHeap.Entry implements MuxedConnection {
    private static final Turn.Leave[] WAYS = Turn.Leave.values();
    /** Closing is waited for while one of so many parts of what was written arrives in time, as over a very slow path. */
    private static final int FAREWELL_PARTS = 64;

    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition progress;
    private final ConnectionMemory memory = new ConnectionMemory();
    private final ReadableActions actions;
    private final Turn[] turns = new Turn[WAYS.length];
    private final List<Runnable> onClose = new ArrayList<>();
    private volatile @Nullable Application application;
    private volatile @Nullable CloseReason reason;
    private volatile boolean ended;
    private boolean begun;
    private boolean leaving;

    /** @param environment of its waits and threads */
    protected EngineConnection(Environment environment) {
        this.environment = environment;
        this.actions = new ReadableActions(environment);
        this.progress = new TimedCondition(environment, lock);
        for (Turn.Leave way : WAYS) {
            turns[way.ordinal()] = new Turn(this, way);
        }
    }

    // ------------------------------------------------------------------ what a subclass adds, called with the lock

    /** Whether something waits to be sent that is no data, as credit. */
    protected abstract boolean hasControl();

    /** Does what comes before a look at the streams. */
    protected abstract void prepare(long now);

    /**
     * Charges what the engine may hold now.
     *
     * @throws LimitExceededException if that is too much: the connection is closed
     */
    protected abstract void charge(ConnectionMemory account) throws LimitExceededException;

    /** Sends all that may leave now. */
    protected abstract void transmit(long now);

    /** Whether the engine is closing, or over after that. */
    protected abstract boolean isClosing();

    /** Why it {@link #isClosing}, or is over. */
    protected abstract CloseReason engineReason();

    /** The end was told to the remote, or by it, as well as may be: what waits for no answer is over now. */
    protected abstract void closeTold();

    /** Whether the engine has nothing left to do. */
    protected abstract boolean isTerminated();

    /** When {@link #timeout} is to be called; {@code Long.MAX_VALUE} for never. */
    protected abstract long nextTimeout();

    /** Has {@link #ring} called at a time: it goes into a {@link TimerHeap}. */
    protected abstract void arm(long when);

    /** The time of {@link #nextTimeout} has come. */
    protected abstract void timeout(long now);

    /** Closes the engine, which tells the remote by the next {@link #transmit}. */
    protected abstract void closeEngine(long code, String text, long now);

    /** Number of bytes that were written and have not arrived. */
    protected abstract long buffered();

    /** Whether something that was written, or FIN of a stream, has not arrived. */
    protected abstract boolean isUndelivered();

    /** How long closing waits while nothing that was written gets away. */
    protected abstract Duration linger();

    /** The connection has ended; called once, and no other of these methods afterwards. */
    protected abstract void over(CloseReason why);

    // ------------------------------------------------------------------ what a subclass uses

    /** Where its threads, waits and times come from. */
    public final Environment environment() {
        return environment;
    }

    /** The lock of the engine; for conditions, and for uses after which nothing has to happen. */
    public final ReentrantLock lock() {
        return lock;
    }

    /** Sets the use of the streams from now on. Needs the lock, or that no other thread has the connection yet. */
    protected final void attach(Application use) {
        application = use;
    }

    /** The use of the streams, or null before it is known. Any thread. */
    public final @Nullable Application application() {
        return application;
    }

    /** The engine is there. Needs the lock. */
    protected final void begin() {
        begun = true;
    }

    /** The account of its memory. Needs the lock. */
    protected final ConnectionMemory memory() {
        return memory;
    }

    /** Whether {@link #over} was called. */
    protected final boolean hasEnded() {
        return ended;
    }

    /** Begins a use that sends on the way out. */
    public final Turn enter() {
        return enter(Turn.Leave.SENDING);
    }

    /** Begins a use, which ends when the turn is closed. */
    public final Turn enter(Turn.Leave way) {
        lock.lock();
        return turns[way.ordinal()];
    }

    /** Sends in the middle of a use. */
    final void leaveAndEnter() {
        leave(Turn.Leave.SENDING);
        lock.lock();
    }

    /** Ends a use; of its turn alone. */
    final void leave(Turn.Leave way) {
        Application served;
        try {
            served = application;
            if (way == Turn.Leave.IF_DUE && (!begun || !hasControl())) {
                return;
            }
            if (way == Turn.Leave.LOOP && begun && !ended && served != null) {
                // no lambda: with the quick compiler making one is a call of the VM
                actions.run(lock, served);
            }
            if (begun) {
                settle();
            }
        } finally {
            lock.unlock();
        }
        if (served != null) {
            served.deliver();
        }
    }

    /** Those of {@link libp2p.core.connection.Stream#onReadable} that are due. */
    final ReadableActions actions() {
        return actions;
    }

    private void settle() {
        if (ended) {
            return;
        }
        long now = environment.nanoTime();
        prepare(now);
        Application current = application;
        if (current != null) {
            current.look();
        }
        try {
            charge(memory);
        } catch (LimitExceededException limit) {
            overLimit(limit);
        }
        transmit(now);
        if (isClosing()) {
            closes();
            closeTold();
        }
        if (isTerminated()) {
            end();
        } else {
            long next = nextTimeout();
            if (next < armed) {
                arm(next);
            }
        }
        progress.signalAll();
    }

    /** A connection that is closed anyhow ends at once, for the reason that was given. */
    private void overLimit(LimitExceededException limit) {
        CloseReason given = leaving ? reason : null;
        long code = given == null ? ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED : given.code();
        String text = given == null ? String.valueOf(limit.getMessage()) : given.text();
        closeEngine(closeCode(code), text, environment.nanoTime());
    }

    /** Its time has come; by the event loop. */
    public final void ring() {
        try (Turn turn = enter(Turn.Leave.LOOP)) {
            if (!ended) {
                long now = environment.nanoTime();
                if (nextTimeout() <= now) {
                    timeout(now);
                }
            }
        }
    }

    // ------------------------------------------------------------------ the end

    /**
     * Ends the connection for a reason that its application has heard or found; called by that, in a look.
     *
     * @param wire the code that the remote is told
     */
    public final void end(CloseReason why, long wire) {
        if (reason == null) {
            ends(why);
        }
        closeEngine(wire, why.text(), environment.nanoTime());
    }

    private long closeCode(long code) {
        Application current = application;
        return current == null ? code : current.closeCode(code);
    }

    private void closes() {
        if (reason == null) {
            CloseReason why = engineReason();
            Application current = application;
            ends(current != null && why.remote() ? current.heard(why) : why);
        }
    }

    private void ends(CloseReason why) {
        reason = why;
        Application current = application;
        if (current != null) {
            current.connectionEnds(why);
        }
    }

    private void end() {
        ended = true;
        closes();
        CloseReason why = reason;
        over(why == null ? CloseReason.LOCAL : why);
        memory.close();
        Application current = application;
        if (current != null) {
            current.drop();
        }
        for (Runnable action : onClose) {
            environment.start("connection-closed", action);
        }
        onClose.clear();
    }

    @Override
    public final void close(long code, String text) {
        ErrorCode.check(code);
        boolean first;
        try (Turn turn = enter()) {
            first = !leaving && !ended;
            leaving = true;
            if (reason == null) {
                CloseReason why = new CloseReason(code, false, text, null);
                reason = why;
                Application current = application;
                if (current != null) {
                    current.close(why);
                }
            }
        }
        if (first) {
            environment.start("connection-close", () -> farewell(code, text));
        }
    }

    /**
     * Written bytes are waited for while some of them leave. Stays until the end, so that closing a host waits for
     * it.
     */
    private void farewell(long code, String text) {
        try (Turn turn = enter()) {
            if (isPatient(code)) {
                awaitDelivery(linger());
                Application current = application;
                if (current != null && mayBeHeard() && current.farewell(new CloseReason(code, false, text, null))) {
                    settle();
                    awaitDelivery(linger());
                }
            }
            closeEngine(closeCode(code), text, environment.nanoTime());
            settle();
            while (!ended) {
                progress.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the remote answers: all that was written has arrived. */
    private boolean mayBeHeard() {
        return !isClosing() && !isTerminated() && !isUndelivered();
    }

    /** Whether what was written is waited for before the connection is closed with this code. */
    private static boolean isPatient(long code) {
        return code != ErrorCode.CONNECTION_GATED
                && code != ErrorCode.CONNECTION_PROTOCOL_VIOLATION
                && code != ErrorCode.CONNECTION_RATE_LIMITED
                && code != ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED;
    }

    /**
     * Waits until what was written has arrived, as long as a good part of it does within the time. A remote that takes it
     * byte by byte would hold the place of a closed connection for days.
     */
    private void awaitDelivery(Duration time) throws InterruptedException {
        long left = buffered();
        long part = Math.max(1, left / FAREWELL_PARTS);
        Deadline patience = Deadline.after(environment, time);
        while (!isClosing() && !isTerminated() && isUndelivered()) {
            long now = buffered();
            if (now <= left - part) {
                left = now;
                patience = Deadline.after(environment, time);
            }
            if (!progress.await(patience)) {
                return;
            }
        }
    }

    @Override
    public final @Nullable CloseReason closeReason() {
        return reason;
    }

    @Override
    public final void onClose(Runnable action) {
        lock.lock();
        try {
            if (!ended) {
                onClose.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        environment.start("connection-closed", action);
    }

    // ------------------------------------------------------------------ streams

    /** The streams of libp2p, where the application is a table of them. */
    private EngineStreams<?> table() {
        if (application instanceof EngineStreams<?> streams) {
            return streams;
        }
        throw new IllegalStateException("no streams of libp2p are on this connection");
    }

    @Override
    public final MuxedStream openStream(Deadline deadline) throws IOException {
        return table().open(deadline);
    }

    @Override
    public final MuxedStream acceptStream() throws IOException {
        return table().accept();
    }

    @Override
    public final boolean onStream(Consumer<? super MuxedStream> receiver) {
        table().onStream(receiver);
        return true;
    }

    @Override
    public final int streams() {
        return table().size();
    }

    /**
     * Waits for a condition of a lock, which is held.
     *
     * @param what is waited for, for the words of the exceptions
     * @throws DeadlineExceededException when the deadline passes
     * @throws InterruptedIOException if the thread is interrupted; its flag is set again
     */
    public static void await(TimedCondition condition, Deadline deadline, String what) throws IOException {
        try {
            if (!condition.await(deadline)) {
                throw new DeadlineExceededException(what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: " + what);
        }
    }
}
