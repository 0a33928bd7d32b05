package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.stream.QuicStream;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.ConnectionMemory;
import libp2p.streams.engine.EngineConnection;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * One connection over QUIC: its engine, its handshake, and the sockets and addresses at which it is heard. What is done
 * with its streams depends on the protocol that was agreed. Thread-safe, but for {@link #engine}.
 */
public final class QuicConnection extends EngineConnection {
    private static final int WRITES_BETWEEN_LOOKS = 64;
    private final QuicPort port;
    private final LocalMigration localMigration;
    final InetSocketAddress local;
    final InetSocketAddress remote;
    private final ProtocolChoice choice;
    private final QuicHandshake handshake;
    private final HeldMemory held;
    /** Where the remote is. */
    private volatile InetSocketAddress at;

    private @Nullable Connection engine;
    private boolean attached;

    QuicConnection(
            Environment environment,
            QuicPort port,
            InetSocketAddress local,
            InetSocketAddress remote,
            ProtocolChoice choice) {
        super(environment);
        this.port = port;
        localMigration = new LocalMigration(this, port.main(), remote);
        this.local = local;
        this.remote = remote;
        this.at = remote;
        this.choice = choice;
        this.held = new HeldMemory(memory(), port.limits().memory());
        this.handshake = new QuicHandshake(this);
    }

    QuicPort port() {
        return port;
    }

    /** Gets its engine, and the scope that is charged for what it holds. Needs the lock. */
    void begin(Connection made, ResourceScope scope) throws LimitExceededException {
        engine = made;
        begin();
        held.begin(scope, made);
    }

    /**
     * The state machine of the connection. Used between {@link #enter} and the end of the turn, or under {@link #lock}
     * if nothing has to be sent afterwards.
     *
     * @throws IllegalStateException if the handshake has not begun
     */
    public Connection engine() {
        Connection current = engine;
        if (current == null) {
            throw new IllegalStateException("the connection has not begun");
        }
        return current;
    }

    /** The protocols of its handshake; the one that was agreed, and the credentials for it, when that is complete. */
    ProtocolChoice choice() {
        return choice;
    }

    /** The credentials for the protocol that was agreed, as {@link QuicProtocol#credentials} has made them. */
    public Credentials credentials() {
        return choice.credentials();
    }

    /** The address of this host that was dialed, or from which it dials. */
    public InetSocketAddress localAddress() {
        return local;
    }

    /** The address of the remote during the handshake; where it is now tells {@link #movedTo}. */
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    /** Has the addresses judged to which the remote moves from now on. Without the lock. */
    public void onMove(MoveJudge judge) {
        localMigration.peerMigration().judge(judge);
    }

    /** From which socket it leaves. */
    LocalMigration localMigration() {
        return localMigration;
    }

    /** Notes the socket on which the next datagrams were heard. Needs the lock. */
    void heardOn(QuicSocket socket) {
        Connection current = engine;
        if (current != null && !hasEnded()) {
            localMigration.heardOn(socket, current);
        }
    }

    /** Needs the lock. */
    void receive(DatagramBatch batch, int offset, int length, long now) {
        engine().receive(batch.buffer(), offset, length, batch.remote(), batch.ownAddress(), batch.codepoint(), now);
    }

    // ---- the way out of a turn

    @Override
    protected boolean hasControl() {
        return engine().streams().hasControl();
    }

    @Override
    protected void prepare(long now) {
        Connection current = engine();
        handshake.afterwards(current, now);
        if (!attached && current.isComplete()) {
            attached = true;
            attach(choice.chosen().application(this));
        }
    }

    @Override
    protected void charge(ConnectionMemory account) throws LimitExceededException {
        held.follow(engine(), application());
    }

    @Override
    protected void transmit(long now) {
        Connection current = engine();
        follow(current);
        localMigration.follow(current);
        send(current, now);
        handshake.look(current);
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

    private void send(Connection current, long now) {
        SendBatch batch = port.borrow();
        long time = now;
        int batches = 0;
        while (current.transmit(batch, time)) {
            localMigration.socket(batch.local()).send(batch);
            batch.clear();
            if (++batches % WRITES_BETWEEN_LOOKS == 0) {
                time = environment().nanoTime();
            }
        }
        port.giveBack(batch);
    }

    @Override
    protected long nextTimeout() {
        return engine().nextTimeout();
    }

    @Override
    protected void arm(long when) {
        localMigration.socket().deadlines().add(this, when);
    }

    @Override
    protected void timeout(long now) {
        engine().timeout(now);
        localMigration.rang(environment(), engine());
    }

    // ---- the handshake

    /** Runs the handshake until streams can be opened; by one thread. */
    void awaitHandshake(Deadline deadline) throws IOException {
        handshake.run(deadline);
    }

    /** Ends the connection if its handshake still goes on. */
    void giveUpHandshake(IOException why) {
        try (Turn turn = enter()) {
            if (!handshake.isOver()) {
                giveUp(why);
            }
        }
    }

    /** Ends the connection at once, telling the remote as well as may be. Needs the lock. */
    void giveUp(IOException why) {
        Connection current = engine;
        if (current != null && !current.isTerminated()) {
            long now = environment().nanoTime();
            current.close(ErrorCode.NONE, "", now);
            send(current, now);
            handshake.fails(why);
            current.terminate(null);
        }
    }

    // ---- the end

    @Override
    protected boolean isClosing() {
        return engine().closing() != null;
    }

    @Override
    protected CloseReason engineReason() {
        CloseCause closing = engine().closing();
        return closing == null ? CloseReason.LOCAL : CloseReasons.reason(closing);
    }

    /** No caller waits for a handshake that was given up, and a remote that has closed is gone. */
    @Override
    protected void closeTold() {
        Connection current = engine();
        CloseCause closing = current.closing();
        if (!current.isConfirmed() || closing != null && closing.remote()) {
            current.terminate(null);
        }
    }

    @Override
    protected boolean isTerminated() {
        return engine().isTerminated();
    }

    @Override
    protected void closeEngine(long code, String text, long now) {
        engine().close(code, text, now);
    }

    @Override
    protected long buffered() {
        return engine().streams().buffered();
    }

    @Override
    protected boolean isUndelivered() {
        if (buffered() > 0) {
            return true;
        }
        for (QuicStream stream : engine().streams().all()) {
            if (stream.isUndelivered()) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected Duration linger() {
        return port.limits().timeouts().linger();
    }

    @Override
    protected void over(CloseReason why) {
        if (!handshake.isOver()) {
            handshake.connectionEnded(CloseReasons.explain(engine().closing(), why));
        }
        localMigration.socket().deadlines().remove(this);
        port.ended(this);
    }

    // ---- figures

    @Override
    public Map<String, Object> details() {
        lock().lock();
        try {
            Connection current = engine;
            return current == null
                    ? Map.of()
                    : ConnectionDetails.of(
                            current.status(), localMigration.socket().udp());
        } finally {
            lock().unlock();
        }
    }

    @Override
    public long roundTripNanos() {
        lock().lock();
        try {
            Connection current = engine;
            return current != null && current.recovery().rtt().isMeasured()
                    ? current.recovery().rtt().latest()
                    : 0;
        } finally {
            lock().unlock();
        }
    }

    /**
     * Charges to its scope what may be held in memory for this connection, now and as it grows, until it has ended. A
     * limit that is reached later ends the connection. Called once, when the remote has proved who it is;
     * before that its windows do not grow, and what has come is charged.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    public void charge() throws LimitExceededException {
        try (Turn turn = enter()) {
            if (!hasEnded()) { // else nothing is held, and its end says why
                held.proved(engine());
            }
        }
    }
}
