package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.SendBatch;
import libp2p.security.tls.PeerCredentials;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the lock around its engine, and what has to happen after every use of it, which is a
 * {@link QuicTurn}.
 */
final class QuicConnection extends TimerHeap.Entry implements MuxedConnection {
    private static final int WRITES_BETWEEN_LOOKS = 64;
    private static final QuicTurn.Leave[] WAYS = QuicTurn.Leave.values();
    private final Environment environment;
    private final QuicPort port;
    private final LocalMigration localMigration;
    final InetSocketAddress local;
    final InetSocketAddress remote;
    final PeerCredentials credentials;
    final ReentrantLock lock = new ReentrantLock();
    private final QuicMuxedStreams streams;
    private final TimedCondition progress;
    private final QuicHandshake handshake;
    private final ConnectionMemory memory = new ConnectionMemory(this);
    private final ReadableActions actions;
    private final QuicTurn[] turns = new QuicTurn[WAYS.length];
    private final List<Runnable> onClose = new ArrayList<>();
    /** Where the remote is. */
    private volatile InetSocketAddress at;

    private @Nullable Connection engine;
    private volatile @Nullable CloseReason reason;
    private volatile boolean ended;
    private boolean leaving;

    QuicConnection(
            Environment environment,
            QuicPort port,
            InetSocketAddress local,
            InetSocketAddress remote,
            PeerCredentials credentials) {
        this.environment = environment;
        this.port = port;
        localMigration = new LocalMigration(this, port.main(), remote);
        this.local = local;
        this.remote = remote;
        this.at = remote;
        this.credentials = credentials;
        this.actions = new ReadableActions(environment);
        this.streams = new QuicMuxedStreams(this);
        this.progress = new TimedCondition(environment, lock);
        this.handshake = new QuicHandshake(this);
        for (QuicTurn.Leave way : WAYS) {
            turns[way.ordinal()] = new QuicTurn(this, way);
        }
    }

    Environment environment() {
        return environment;
    }

    QuicPort port() {
        return port;
    }

    /** Gets its engine, and the scope that is charged for what it holds. Needs the lock. */
    void begin(Connection made, ResourceScope scope) throws LimitExceededException {
        engine = made;
        memory.begin(scope, made);
    }

    Connection engine() {
        Connection current = engine;
        if (current == null) {
            throw new IllegalStateException("the connection has not begun");
        }
        return current;
    }

    /** Begins a use that sends on the way out. */
    QuicTurn enter() {
        return enter(QuicTurn.Leave.SENDING);
    }

    /** Begins a use, which ends when the turn is closed. */
    QuicTurn enter(QuicTurn.Leave way) {
        lock.lock();
        return turns[way.ordinal()];
    }

    /** Sends in the middle of a use. */
    void leaveAndEnter() {
        leave(QuicTurn.Leave.SENDING);
        lock.lock();
    }

    /** Ends a use; of its turn alone. */
    void leave(QuicTurn.Leave way) {
        try {
            Connection current = engine;
            if (way == QuicTurn.Leave.IF_DUE
                    && (current == null || !current.streams().hasControl())) {
                return;
            }
            if (way == QuicTurn.Leave.LOOP && current != null && !ended) {
                // no lambda: with the quick compiler making one is a call of the VM
                actions.run(lock, streams, current);
            }
            if (current != null) {
                settle(current);
            }
        } finally {
            lock.unlock();
        }
        streams.deliver();
    }

    /** Those of {@link libp2p.core.connection.Stream#onReadable} that are due. */
    ReadableActions actions() {
        return actions;
    }

    /** From which socket it leaves. */
    LocalMigration localMigration() {
        return localMigration;
    }

    /** Notes the socket on which the next datagrams were heard. Needs the lock. */
    void heardOn(QuicSocket socket) {
        Connection current = engine;
        if (current != null && !ended) {
            localMigration.heardOn(socket, current);
        }
    }

    /** Needs the lock. */
    void receive(DatagramBatch batch, int offset, int length, long now) {
        engine().receive(batch.buffer(), offset, length, batch.remote(), batch.ownAddress(), batch.codepoint(), now);
    }

    private void settle(Connection current) {
        if (ended) {
            return;
        }
        long now = environment.nanoTime();
        handshake.afterwards(current, now);
        streams.look(current);
        follow(current);
        localMigration.follow(current);
        memory.follow(current);
        transmit(current, now);
        handshake.look(current);
        CloseCause closing = current.closing();
        if (closing != null) {
            closes(closing);
            if (!current.isConfirmed() || closing.remote()) {
                current.terminate(null); // no caller waits for a handshake that was given up, and the remote has gone
            }
        }
        if (current.isTerminated()) {
            end(current);
        } else {
            arm(current);
        }
        progress.signalAll();
    }

    /** Looks where the remote has shown to be. */
    private void follow(Connection current) {
        InetSocketAddress proved = current.migration().proved();
        if (proved != null && proved != at && !proved.equals(at) && current.isConfirmed()) {
            at = proved;
        }
    }

    @Override
    public @Nullable Multiaddr movedTo() {
        InetSocketAddress now = at;
        return now.equals(remote) ? null : QuicAddress.of(now);
    }

    private void transmit(Connection current, long now) {
        SendBatch batch = port.borrow();
        long time = now;
        int batches = 0;
        while (current.transmit(batch, time)) {
            localMigration.socket(batch.local()).send(batch);
            batch.clear();
            if (++batches % WRITES_BETWEEN_LOOKS == 0) {
                time = environment.nanoTime();
            }
        }
        port.giveBack(batch);
    }

    private void arm(Connection current) {
        long next = current.nextTimeout();
        if (next < armed) {
            localMigration.socket().deadlines().add(this, next);
        }
    }

    /** Its time has come; by the event loop. */
    void ring() {
        try (QuicTurn turn = enter(QuicTurn.Leave.LOOP)) {
            if (!ended) {
                long now = environment.nanoTime();
                if (engine().nextTimeout() <= now) {
                    engine().timeout(now);
                    localMigration.rang(environment, engine());
                }
            }
        }
    }

    // ---- the handshake

    /** Runs the handshake until streams can be opened; by one thread. */
    void awaitHandshake(Deadline deadline) throws IOException {
        handshake.run(deadline);
    }

    /** Ends the connection if its handshake still goes on. */
    void giveUpHandshake(IOException why) {
        try (QuicTurn turn = enter()) {
            if (!handshake.isOver()) {
                giveUp(why);
            }
        }
    }

    /** Ends the connection at once, telling the remote as well as may be. Needs the lock. */
    void giveUp(IOException why) {
        Connection current = engine;
        if (current != null && !current.isTerminated()) {
            long now = environment.nanoTime();
            current.close(ErrorCode.NONE, "", now);
            transmit(current, now);
            handshake.fails(why);
            current.terminate(null);
        }
    }

    // ---- the end

    private void closes(CloseCause closing) {
        if (reason == null) {
            CloseReason why = CloseReasons.reason(closing);
            reason = why;
            streams.connectionEnds(why);
        }
    }

    private void end(Connection current) {
        ended = true;
        CloseCause closing = current.closing();
        CloseReason why = reason;
        if (why == null) {
            why = closing == null ? CloseReason.LOCAL : CloseReasons.reason(closing);
            reason = why;
            streams.connectionEnds(why);
        }
        if (!handshake.isOver()) {
            handshake.connectionEnded(CloseReasons.explain(closing, why));
        }
        localMigration.socket().deadlines().remove(this);
        port.ended(this);
        memory.close();
        streams.drop();
        for (Runnable action : onClose) {
            environment.start("quic-closed", action);
        }
        onClose.clear();
    }

    @Override
    public void close(long code, String text) {
        ErrorCode.check(code);
        boolean first;
        try (QuicTurn turn = enter()) {
            first = !leaving && !ended;
            leaving = true;
            if (reason == null) {
                CloseReason why = new CloseReason(code, false, text, null);
                reason = why;
                streams.close(why);
            }
        }
        if (first) {
            environment.start("quic-close", () -> farewell(code, text));
        }
    }

    /**
     * Written bytes are waited for while some of them leave. Stays until the end, so that closing a host waits for
     * it.
     */
    private void farewell(long code, String text) {
        try (QuicTurn turn = enter()) {
            Connection current = engine();
            if (CloseReasons.isPatient(code)) {
                streams.linger(current, progress, port.limits().timeouts().linger());
            }
            current.close(code, text, environment.nanoTime());
            settle(current);
            while (!ended) {
                progress.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ConnectionClosedException closed() {
        CloseReason why = reason;
        return new ConnectionClosedException(why == null ? CloseReason.LOCAL : why);
    }

    void checkOpen() throws ConnectionClosedException {
        if (reason != null || ended) {
            throw closed();
        }
    }

    @Override
    public @Nullable CloseReason closeReason() {
        return reason;
    }

    @Override
    public void onClose(Runnable action) {
        lock.lock();
        try {
            if (!ended) {
                onClose.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        environment.start("quic-closed", action);
    }

    // ---- streams

    @Override
    public MuxedStream openStream(Deadline deadline) throws IOException {
        return streams.open(deadline);
    }

    @Override
    public MuxedStream acceptStream() throws IOException {
        return streams.accept();
    }

    @Override
    public boolean onStream(Consumer<? super MuxedStream> receiver) {
        streams.onStream(receiver);
        return true;
    }

    @Override
    public int streams() {
        return streams.size();
    }

    @Override
    public Map<String, Object> details() {
        lock.lock();
        try {
            Connection current = engine;
            return current == null
                    ? Map.of()
                    : ConnectionDetails.of(
                            current.status(), localMigration.socket().udp());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long roundTripNanos() {
        lock.lock();
        try {
            Connection current = engine;
            return current != null && current.recovery().rtt().isMeasured()
                    ? current.recovery().rtt().latest()
                    : 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Charges to its scope what may be held in memory for this connection, now and as it grows, until it has ended. A
     * limit that is reached later ends the connection. Called once, before any stream is opened or accepted.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    void charge() throws LimitExceededException {
        try (QuicTurn turn = enter()) {
            if (!ended) { // else nothing is held, and its end says why
                memory.handshakeDone(engine());
            }
        }
    }
}
