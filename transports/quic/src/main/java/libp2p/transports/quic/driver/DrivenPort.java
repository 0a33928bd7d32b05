package libp2p.transports.quic.driver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Registration;
import libp2p.core.resource.ConnectionScope;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Admission;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.endpoint.Tracers;
import libp2p.quic.protect.HostKeys;
import libp2p.quic.stream.StreamLimits;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.ServerHandshake;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.PeerVerifier;
import libp2p.transports.quic.engine.QuicAcceptor;
import libp2p.transports.quic.engine.QuicConnection;
import libp2p.transports.quic.engine.QuicPort;
import org.jspecify.annotations.Nullable;

/** One UDP socket and its connections. */
final class DrivenPort implements QuicPort, DatagramIo.Sink {
    private static final List<String> PROTOCOLS = List.of("libp2p");
    private static final int FIRST_WINDOW = 32;
    private static final int MTU = 1452;

    private static final long LARGEST_STREAM_WINDOW = 10 << 20;
    private static final long LARGEST_WINDOW = 15 << 20;

    private final Environment environment;
    private final Libp2pCertificate certificate;
    private final Limits limits;
    private final DatagramIo io;
    private final ConnectionConfig config;
    private final ConnectionConfig unproved;
    private final Endpoint<DrivenConnection> endpoint;
    private final ReentrantLock lock = new ReentrantLock();
    private final Receivers receivers = new Receivers();
    private final Set<DrivenConnection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<SendBatch> batches = new ConcurrentLinkedQueue<>();
    private volatile @Nullable QuicAcceptor acceptor;
    private volatile boolean closed;

    /** The connection whose lock the reading thread holds. */
    private @Nullable DrivenConnection entered;

    DrivenPort(
            Environment environment,
            Libp2pCertificate certificate,
            Limits limits,
            HostKeys keys,
            DatagramIo io,
            Tracers tracers) {
        this.environment = environment;
        this.certificate = certificate;
        this.limits = limits;
        this.io = io;
        config = config(limits, limits.timeouts().accept());
        unproved = config(limits, limits.timeouts().unproved());
        EndpointLimits bounds = EndpointLimits.DEFAULT
                .withHandshakes(limits.port().handshakes())
                .withUnvalidated(limits.port().unvalidated())
                .withAnswers(limits.port().newcomers());
        endpoint = new Endpoint<>(
                bounds,
                keys,
                environment::secureRandom,
                () -> environment.wallClock().getEpochSecond());
        endpoint.trace(tracers);
        io.start(this);
    }

    private static ConnectionConfig config(Limits limits, Duration handshake) {
        Limits.Connections own = limits.connections();
        StreamLimits streams = new StreamLimits(
                own.streams(),
                0,
                own.streamWindow(),
                Math.max(own.streamWindow(), LARGEST_STREAM_WINDOW),
                own.window(),
                Math.max(own.window(), LARGEST_WINDOW),
                2 * own.sendQueue());
        return new ConnectionConfig(
                streams,
                limits.timeouts().idle().toNanos(),
                limits.timeouts().keepAlive().toNanos(),
                handshake.toNanos(),
                FIRST_WINDOW,
                MTU,
                0,
                1L << 22);
    }

    Limits limits() {
        return limits;
    }

    DatagramIo io() {
        return io;
    }

    /** A batch that nobody uses; to be given back. */
    SendBatch borrow() {
        SendBatch batch = batches.poll();
        return batch == null ? io.newBatch() : batch;
    }

    void giveBack(SendBatch batch) {
        batch.clear();
        batches.add(batch);
    }

    @Override
    public InetSocketAddress localAddress() {
        return io.localAddress();
    }

    @Override
    public Registration receive(int from, int to, Receiver receiver) {
        return receivers.add(from, to, receiver);
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress target) {
        io.send(datagram, target);
    }

    @Override
    public void acceptor(@Nullable QuicAcceptor value) {
        acceptor = value;
        lock.lock();
        try {
            endpoint.accepting(value != null);
        } finally {
            lock.unlock();
        }
        if (value == null) {
            connections.forEach(connection -> connection.giveUpHandshake(new IOException("the listener is closed")));
        }
    }

    // ---- the reading thread

    @Override
    public void datagram(ByteBuffer buffer, int offset, int length, InetSocketAddress from, int codepoint) {
        if (length == 0) {
            return;
        }
        if ((buffer.get(offset) & 0xff) < QUIC) {
            receivers.deliver(buffer, offset, length, from);
            return;
        }
        long now = environment.nanoTime();
        DrivenConnection connection;
        lock.lock();
        try {
            connection = endpoint.route(buffer, offset, length, from, codepoint, now, this::arrived);
        } finally {
            lock.unlock();
        }
        if (connection == null) {
            return;
        }
        if (connection != entered) {
            leave();
            connection.enter();
            entered = connection;
        }
        connection.receive(buffer, offset, length, from, codepoint, now);
    }

    @Override
    public void turnOver() {
        leave();
        lock.lock();
        try {
            Endpoint.Answer answer;
            while ((answer = endpoint.pollAnswer()) != null) {
                io.send(ByteBuffer.wrap(answer.datagram()), answer.remote());
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        DrivenConnection connection = entered;
        if (connection != null) {
            entered = null;
            connection.leave();
        }
    }

    // ---- strangers

    /** Called by the reading thread with the lock; does not block. */
    private boolean arrived(Admission admission) {
        QuicAcceptor current = acceptor;
        if (current == null || endpoint.waiting() >= limits.port().admissions()) {
            return false;
        }
        ConnectionScope place = null;
        if (!admission.isValidated()) {
            place = current.unproved(admission.remote());
            if (place == null) {
                return false;
            }
        }
        ConnectionScope taken = place;
        environment.start("quic-admit", () -> admit(current, admission, taken));
        return true;
    }

    /** @param place of a client that may have forged its address; null for others */
    private void admit(QuicAcceptor current, Admission admission, @Nullable ConnectionScope place) {
        Runnable over = environment.trackActivity(); // closing the host waits until the scope is passed on or closed
        try {
            ConnectionScope scope = null;
            try {
                if (place == null) {
                    scope = current.admit(localAddress(), admission.remote());
                } else {
                    current.admit(localAddress(), admission.remote(), place);
                    scope = place;
                }
            } catch (IOException | RuntimeException refused) {
                // the gater or a limit said no, and has counted it
            }
            if (scope == null) {
                if (place != null) {
                    place.close();
                }
                refuse(admission);
            } else {
                enter(admission, current, scope);
            }
        } finally {
            over.run();
        }
    }

    private void refuse(Admission admission) {
        lock.lock();
        try {
            endpoint.refuse(admission);
        } finally {
            lock.unlock();
        }
    }

    private void enter(Admission admission, QuicAcceptor current, ConnectionScope scope) {
        VerifiedCredentials credentials = new VerifiedCredentials(certificate, current.verifier());
        DrivenConnection connection =
                new DrivenConnection(environment, this, localAddress(), admission.remote(), credentials);
        connection.onHandshake(failure -> shaken(admission, current, scope, connection, failure));
        connection.enter();
        try {
            Connection engine;
            lock.lock();
            try {
                engine = endpoint.accept(
                        admission,
                        connection,
                        admission.isValidated() ? config : unproved,
                        output -> new ServerHandshake(credentials, PROTOCOLS, environment, output),
                        environment.nanoTime());
            } finally {
                lock.unlock();
            }
            if (engine != null) {
                connections.add(connection);
                connection.begin(engine);
                if (closed) {
                    connection.giveUp(new IOException("the port is closed"));
                }
            } else {
                current.failed(localAddress(), admission.remote(), scope, new IOException("the listener is closed"));
            }
        } finally {
            connection.leave();
        }
    }

    /** The handshake of an incoming connection is over; on a thread of its own. */
    private void shaken(
            Admission admission,
            QuicAcceptor current,
            ConnectionScope scope,
            DrivenConnection connection,
            @Nullable Throwable failure) {
        lock.lock();
        try {
            endpoint.handshakeOver(admission);
        } finally {
            lock.unlock();
        }
        if (failure == null) {
            current.accepted(connection, scope);
        } else {
            current.failed(localAddress(), admission.remote(), scope, failure);
        }
    }

    @Override
    public QuicConnection connect(InetSocketAddress remote, PeerVerifier verifier, Deadline deadline)
            throws IOException {
        VerifiedCredentials credentials = new VerifiedCredentials(certificate, verifier);
        DrivenConnection connection = new DrivenConnection(environment, this, localAddress(), remote, credentials);
        connection.enter();
        try {
            connections.add(connection);
            connection.begin(endpoint.connect(
                    connection,
                    config,
                    output -> new ClientHandshake(credentials, PROTOCOLS, environment, output),
                    remote,
                    environment.nanoTime()));
            if (closed) {
                connection.giveUp(new IOException("the port is closed"));
            }
        } finally {
            connection.leave();
        }
        connection.awaitHandshake(deadline);
        return connection;
    }

    /** A connection has ended. */
    void ended(DrivenConnection connection) {
        connections.remove(connection);
    }

    @Override
    public void close() {
        closed = true;
        acceptor(null);
        connections.forEach(connection -> {
            connection.enter();
            try {
                connection.giveUp(new IOException("the port is closed"));
            } finally {
                connection.leave();
            }
        });
        io.close();
    }
}
