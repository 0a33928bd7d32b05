package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.ResourceScope;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/**
 * One multiplexed connection: its reading, its writing and its end.
 *
 * <p>An event loop reads it. A thread that has just queued up to 4 KiB sends them itself; larger amounts are sent by a
 * writer thread, which starts on demand and ends when it has been idle for a while.
 *
 * <p>It ends once, for the first reason that comes: this host closes it, the remote peer does, the socket fails, or the
 * peer breaks the protocol. From that moment all streams fail. If the socket still works the writer thread sends what
 * is queued and says goodbye, while the reading thread takes what comes until the remote peer closes, so that the
 * goodbye is not lost to a socket closed with unread bytes; a timer bounds both. When both threads are gone everything
 * is given back and {@link #onClose} runs.
 */
public abstract class MuxerConnection<S extends MuxerStream> implements MuxedConnection {
    /** Streams of its own that the remote peer may reset in a row: one that cancels much is not slowed. */
    static final int RESETS = 4_096;
    /** Nanoseconds for which the connection is not read after each of those beyond: each costs this side a thread. */
    static final long RESET_PAUSE = 1_000_000;

    private final Environment environment;
    private final SecureConnection connection;
    private final StreamLimits limits;
    private final ChunkPool pool;
    private final String name;
    private final MemoryAccount memory;
    private final SendQueue sendQueue;
    private final StallGuard guard;
    private final ReadLoop readLoop;
    private final Flusher flusher;
    private final FlushTurn turn = new FlushTurn(this::endTurn);
    private final StreamTable<S> table;
    private final RefusedStreamThrottle throttle;
    private final RefusedStreamThrottle resets;
    private final ReadScope readScope;
    private final HalfClosedStreamReaper reaper;
    private final ConnectionClose closing;
    private final AtomicInteger threads = new AtomicInteger(2);
    /** Tells that the connection has ended for good. */
    private volatile @Nullable Runnable activity;

    private volatile boolean announcingWithData;
    private volatile @Nullable Consumer<? super MuxedStream> receiver;
    private boolean admitted; // the reading thread's
    /** Why the connection ends when all that came with the peer's goodbye is delivered; the reading thread's. */
    private @Nullable CloseReason remoteEnd;

    /**
     * @param name of the muxer, for threads and messages
     * @param mostUnacknowledged streams that may be open without the remote peer's acknowledgement;
     *     {@code Integer.MAX_VALUE} where the protocol has none
     */
    protected MuxerConnection(
            String name,
            Environment environment,
            SecureConnection connection,
            ResourceScope scope,
            StreamLimits limits,
            ChunkPool pool,
            int mostUnacknowledged) {
        this.name = name;
        this.environment = environment;
        this.connection = connection;
        this.limits = limits;
        this.pool = pool;
        this.memory = new MemoryAccount(scope);
        this.sendQueue = new SendQueue(environment, this::startWriter);
        this.guard = new StallGuard(environment, limits.writeTimeout(), this::stalled);
        this.flusher = new Flusher(this, connection, sendQueue, guard);
        this.table = new StreamTable<>(environment, name, limits, mostUnacknowledged, sendQueue::wake);
        StreamLimits.RefusalLimits refusals = limits.refusals();
        this.throttle = new RefusedStreamThrottle(environment, refusals.atOnce(), Nanos.of(refusals.pause()));
        this.resets = new RefusedStreamThrottle(environment, RESETS, RESET_PAUSE);
        this.readScope = new ReadScope(environment, name, connection);
        this.readLoop = new ReadLoop(this, connection);
        this.closing = new ConnectionClose(environment, name, limits.closeTimeout());
        this.reaper = new HalfClosedStreamReaper(environment, limits.lingerTimeout(), table::all);
    }

    /** Begins to read; the writer thread comes when there is something to send. */
    protected final void start() {
        activity = environment.trackActivity();
        connection.onReadable(readLoop);
    }

    private void startWriter() {
        environment.start(name + " writer", flusher);
    }

    // ------------------------------------------------------------------ what a muxer adds

    /** Takes all bytes out of the buffer, frame by frame. Called by the reading thread. */
    protected abstract void receive(ByteBuffer source) throws IOException;

    /** Whether the last frame is not complete. Called by the reading thread. */
    protected abstract boolean isInsideFrame();

    /** Makes a stream of this host, with the next id, and queues its first frame. */
    protected abstract S create() throws IOException;

    /** Bytes of memory that are charged for each stream. */
    protected abstract long streamMemory();

    /**
     * Writes the last frame of the connection, if the protocol has one. Called by the writer thread.
     *
     * @return whether the remote peer closes the connection when it reads it
     */
    protected abstract boolean goodbye(RecordWriter writer, long code) throws IOException;

    /** The code for {@link #goodbye} when the remote peer broke the protocol. */
    protected abstract long violationCode();

    /** The code for {@link #goodbye} when this host failed. */
    protected abstract long failureCode();

    /** The connection has ended: stop timers. */
    protected void stopped() {}

    // ------------------------------------------------------------------ what a muxer uses

    /** Clock, threads and randomness of the host. */
    public final Environment environment() {
        return environment;
    }

    /** Bounds on streams and their memory. */
    public final StreamLimits limits() {
        return limits;
    }

    /** Frames that wait to be written to the connection below. */
    public final SendQueue sendQueue() {
        return sendQueue;
    }

    /** The bytes that the connection has reserved. */
    public final MemoryAccount memory() {
        return memory;
    }

    final String name() {
        return name;
    }

    final ChunkPool pool() {
        return pool;
    }

    /** Begins a turn of the calling thread, which sends what is queued when the turn is closed; without locks then. */
    public final FlushTurn beginTurn() {
        return turn;
    }

    /** Frames that the reading thread queues leave together when it has taken all that came. */
    private void endTurn() {
        if (!readScope.isCaller()) {
            flusher.runBriefly();
        }
    }

    /** The turn of the reading thread if that is the caller, or null. */
    final @Nullable FlushTurn readersTurn() {
        return readScope.isCaller() ? turn : null;
    }

    /** Queues a sender with control frames. */
    protected final void control(Sender sender) {
        control(sender, readersTurn());
    }

    /**
     * Queues a sender with control frames.
     *
     * @param by the turn of the caller; null wakes the writer thread
     */
    public final void control(Sender sender, @Nullable FlushTurn by) {
        sendQueue.control(sender, by);
    }

    /** Queues the frame that tells the remote peer that a stream was opened or accepted. */
    public final void announce(Sender stream) {
        if (announcingWithData) {
            sendQueue.controlWithNext(stream);
        } else {
            control(stream);
        }
    }

    /** The stream of this id, or null if there is none. */
    protected final @Nullable S stream(long key) {
        return table.get(key);
    }

    /** The remote has accepted a stream that this end opened: it no longer counts as waiting. */
    protected final void acknowledge(S stream) {
        table.acknowledge(stream);
    }

    /** Number of times that bytes have come; grows while the remote peer is alive. */
    public final long received() {
        return readLoop.received();
    }

    /**
     * Charges the memory of a stream that the remote peer opens; returns false if the stream must be refused.
     */
    protected final boolean chargeInbound() {
        boolean charged = memory.tryTake(streamMemory());
        if (!charged) {
            throttle.refused();
        }
        return charged;
    }

    /**
     * Adds a stream that the remote peer opens and that {@link #chargeInbound} has charged.
     *
     * @return false if it must be refused
     * @throws ProtocolViolationException if its id is in use
     */
    protected final boolean admit(S stream) throws ProtocolViolationException {
        StreamTable.Admission admission = table.admit(stream);
        if (admission == StreamTable.Admission.ADMITTED) {
            admitted = true;
            return true;
        }
        memory.giveBack(streamMemory());
        if (admission == StreamTable.Admission.DUPLICATE) {
            throw violation("stream " + stream.id() + " is opened a second time");
        }
        throttle.refused();
        return false;
    }

    /** An exception that ends the connection when the reading thread throws it. */
    protected final ProtocolViolationException violation(String message) {
        return new ProtocolViolationException(name, message);
    }

    /**
     * Ends the connection because the remote peer said so, when what came before is delivered. Called by the reading
     * thread.
     */
    protected final void endedByRemote(long code, String text) {
        if (remoteEnd == null) {
            remoteEnd = new CloseReason(code, true, text, null);
        }
    }

    /** Ends the connection because of a failure. */
    public final void fail(IOException cause) {
        end(CloseReason.failure(ErrorCode.NONE, cause));
    }

    // ------------------------------------------------------------------ MuxedConnection

    @Override
    public final MuxedStream openStream(Deadline deadline) throws IOException {
        memory.take(streamMemory());
        boolean opened = false;
        try {
            S stream = table.open(deadline, this::create);
            opened = true;
            return stream;
        } finally {
            if (!opened) {
                memory.giveBack(streamMemory());
            }
        }
    }

    @Override
    public final MuxedStream acceptStream() throws IOException {
        while (true) {
            S stream = table.accept();
            if (stream.accept()) {
                return stream;
            }
        }
    }

    @Override
    public final boolean onStream(Consumer<? super MuxedStream> action) {
        receiver = action;
        handOver();
        return true;
    }

    /**
     * Takes all bytes out of the buffer, then hands over the streams that begin in them and runs the actions that
     * waited for them: the receiver of a stream finds all its bytes that have arrived. Called by the reading thread.
     */
    final void take(ByteBuffer source) throws IOException {
        try (FlushTurn reading = beginTurn()) {
            readScope.begin();
            try {
                receiveAndHandOver(source);
                readScope.runActions();
            } finally {
                endIfRemoteSaidSo();
                readScope.end();
            }
        }
    }

    private void receiveAndHandOver(ByteBuffer source) throws IOException {
        try {
            receive(source);
        } finally {
            if (admitted) {
                admitted = false;
                handOver();
            }
        }
    }

    /** Ends the connection if the remote peer has said so in what was taken. */
    private void endIfRemoteSaidSo() {
        CloseReason why = remoteEnd;
        if (why != null) {
            end(why);
        }
    }

    private void handOver() {
        Consumer<? super MuxedStream> action = receiver;
        S stream;
        while (action != null && (stream = table.poll()) != null) {
            handOver(stream, action);
        }
    }

    private void handOver(S stream, Consumer<? super MuxedStream> action) {
        if (stream.accept()) {
            readScope.runGuarded(() -> action.accept(stream));
            if (stream.isRefused()) {
                throttle.refused();
            }
        }
    }

    @Override
    public final void announceWithData() {
        announcingWithData = true;
    }

    @Override
    public final int streams() {
        return table.size();
    }

    @Override
    public final void close(long code, String text) {
        part(new CloseReason(code, false, text, null), code);
    }

    @Override
    public final @Nullable CloseReason closeReason() {
        return closing.reason();
    }

    @Override
    public final void onClose(Runnable action) {
        closing.onOver(action);
    }

    // ------------------------------------------------------------------ the end

    /** Ends the connection at once. */
    final void end(CloseReason why) {
        if (closing.begin(why, ErrorCode.NONE)) {
            stop(why, false);
            sendQueue.close();
        }
        readScope.sever();
    }

    /** Ends the connection, but sends what is queued and says goodbye with the code. */
    final void part(CloseReason why, long code) {
        if (closing.begin(why, code)) {
            stop(why, true);
            closing.bound(connection::close);
            sendQueue.finish();
        }
    }

    private void stop(CloseReason why, boolean drain) {
        table.close(why);
        for (S stream : table.all()) {
            stream.connectionEnd(why, drain);
        }
        reaper.stop();
        throttle.end();
        resets.end();
        stopped();
    }

    /** Writes the last frame. */
    final boolean goodbye(RecordWriter out) throws IOException {
        return goodbye(out, closing.goodbye());
    }

    /** The writer thread has failed; the remote peer may have said why, and then the reading thread will find it. */
    final void writeFailed(IOException cause) {
        if (closing.reason() != null) {
            readScope.sever();
        } else {
            closing.bound(() -> fail(cause));
        }
    }

    private void stalled() {
        fail(new IOException(name + ": a write took longer than "
                + limits.writeTimeout().toMillis() + " ms, the remote peer does not read"));
    }

    /** Nothing more comes, so that there is no point in sending either. */
    final void readerEnded() {
        readScope.sever();
        sendQueue.close();
        threadEnded();
    }

    final void threadEnded() {
        if (threads.decrementAndGet() > 0) {
            return;
        }
        guard.stop();
        for (S stream : table.all()) {
            stream.release();
        }
        table.clear();
        memory.close();
        closing.over();
        Runnable over = activity;
        if (over != null) {
            over.run();
        }
    }

    // ------------------------------------------------------------------ what streams use

    /**
     * The remote peer has reset a stream: what still waits to be sent on it waits for a peer that does not read.
     *
     * @param isEarly whether the stream had not ended
     */
    final void resetByRemote(MuxerStream stream, boolean isEarly) {
        if (stream.isOutbound()) {
            return;
        }
        if (sendQueue.holds(stream)) {
            throttle.refused(); // it would have any number of them wait
        } else if (isEarly) {
            resets.refused();
        }
    }

    /** Nanoseconds for which the connection is not to be read; 0 if none. */
    final long restNanos() {
        return Math.max(throttle.restNanos(), resets.restNanos());
    }

    final void forget(MuxerStream stream) {
        table.forget(stream);
    }

    /** The reading thread, and what is put off until it has taken what came. */
    final ReadScope readScope() {
        return readScope;
    }

    /** A closed stream waits for the remote peer. */
    final void lingering() {
        reaper.begin();
    }
}
