package libp2p.transports.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.UdpSocket;
import libp2p.core.host.Registration;
import libp2p.core.host.UdpPort;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.endpoint.Tracers;
import libp2p.quic.protect.HostKeys;
import libp2p.quic.stream.QuicStreamLimits;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.ClientHandshake;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * One UDP port that QUIC connections share, dialed and accepted ones, with other protocols: one socket, and more of
 * them on other event loops when its loop is saturated. Thread-safe.
 */
final class QuicPort implements UdpPort, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");
    private static final int FIRST_WINDOW = 32;
    private static final int MTU = 1452;
    /** As many as fit into one call of the system: the payload of a datagram of IPv4 is 65,507 bytes at most. */
    private static final int SEGMENTS = 44;

    private static final int SEND_BUFFER = SEGMENTS * 1472;

    private static final long LARGEST_STREAM_WINDOW = 10 << 20;
    private static final long LARGEST_WINDOW = 15 << 20;

    private final Environment environment;
    private final Libp2pCertificate certificate;
    private final QuicLimits limits;
    private final Endpoint<QuicConnection> endpoint;
    /** Of the endpoint; event loops wait for it, so that nothing slow happens with it. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Held while the socket with another port is bound. */
    private final ReentrantLock binding = new ReentrantLock();

    private final InboundHandshakes inboundHandshakes;
    private final DatagramReceivers receivers = new DatagramReceivers();
    /** The sockets of the port; the first is there from the start. */
    private final List<QuicSocket> sockets = new CopyOnWriteArrayList<>();

    private final AtomicBoolean widening = new AtomicBoolean();
    private final QuicSocket main;
    private volatile @Nullable QuicSocket elsewhere;
    private final Set<QuicConnection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<SendBatch> batches = new ConcurrentLinkedQueue<>();
    /** A batch that is not in use; most of the time one is enough. */
    private final AtomicReference<@Nullable SendBatch> spare = new AtomicReference<>();

    /** By protocol, the first to come first; replaced as a whole. */
    private volatile Map<String, QuicAcceptor> acceptors = Map.of();

    private volatile boolean closed;

    private QuicPort(
            Environment environment,
            Libp2pCertificate certificate,
            QuicLimits limits,
            HostKeys keys,
            UdpSocket socket,
            Tracers tracers) {
        this.environment = environment;
        this.certificate = certificate;
        this.limits = limits;
        EndpointLimits bounds = EndpointLimits.DEFAULT
                .withHandshakes(limits.port().handshakes())
                .withUnvalidated(limits.port().unvalidated())
                .withAnswers(limits.port().strayAnswers());
        endpoint = new Endpoint<>(
                bounds,
                keys.at(socket.localAddress().toString()),
                environment::secureRandom,
                () -> environment.wallClock().getEpochSecond());
        endpoint.trace(tracers);
        inboundHandshakes = new InboundHandshakes(environment, this, certificate, endpoint, lock);
        main = new QuicSocket(environment, this, socket, false);
        sockets.add(main);
    }

    /** Takes a bound socket over. */
    static QuicPort open(
            Environment environment,
            Libp2pCertificate certificate,
            QuicLimits limits,
            HostKeys keys,
            UdpSocket socket,
            Tracers tracers)
            throws IOException {
        QuicPort port = new QuicPort(environment, certificate, limits, keys, socket, tracers);
        port.main.begin();
        return port;
    }

    /** The settings of connections for which any of these protocols may be agreed. */
    ConnectionConfig config(Collection<? extends QuicProtocol> protocols) {
        int uniStreams = 0;
        int datagrams = 0;
        for (QuicProtocol protocol : protocols) {
            uniStreams = Math.max(uniStreams, protocol.uniStreams());
            datagrams = Math.max(datagrams, protocol.datagrams());
        }
        QuicStreamLimits streams = new QuicStreamLimits(
                limits.inboundStreams(),
                uniStreams,
                limits.streamWindow(),
                Math.max(limits.streamWindow(), LARGEST_STREAM_WINDOW),
                limits.window(),
                Math.max(limits.window(), LARGEST_WINDOW),
                2 * limits.sendQueue());
        return new ConnectionConfig(
                streams,
                limits.timeouts().idle().toNanos(),
                limits.timeouts().keepAlive().toNanos(),
                limits.timeouts().accept().toNanos(),
                limits.timeouts().unproved().toNanos(),
                FIRST_WINDOW,
                MTU,
                datagrams,
                1L << 22);
    }

    QuicLimits limits() {
        return limits;
    }

    /** The first of its sockets. */
    UdpSocket socket() {
        return main.udp();
    }

    /** From which connections leave until they are heard on another. */
    QuicSocket main() {
        return main;
    }

    /** A batch that is not in use; to be given back. */
    SendBatch borrow() {
        SendBatch batch = spare.getAndSet(null);
        if (batch == null) {
            batch = batches.poll();
        }
        return batch == null ? new SendBatch(ByteBuffer.allocateDirect(SEND_BUFFER), SEGMENTS) : batch;
    }

    void giveBack(SendBatch batch) {
        batch.clear();
        if (!spare.compareAndSet(null, batch)) {
            batches.add(batch);
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return main.udp().localAddress();
    }

    @Override
    public Registration receive(int from, int to, Receiver receiver) {
        return receivers.add(from, to, receiver);
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress target, @Nullable InetAddress own) {
        int length = datagram.remaining();
        if (length > SEND_BUFFER) {
            return; // no path takes more
        }
        SendBatch batch = borrow();
        batch.buffer().clear().put(datagram).clear();
        batch.received(length, length, 0, target, own);
        main.send(batch);
        giveBack(batch);
    }

    @Override
    public void send(DatagramBatch batch) {
        main.send(batch);
    }

    /** By protocol, the acceptors of connections; the first one lets clients in. */
    Map<String, QuicAcceptor> acceptors() {
        return acceptors;
    }

    /**
     * Accepts connections of one more protocol from now on.
     *
     * @return false if the port accepts them already
     */
    boolean accept(QuicAcceptor added) {
        lock.lock();
        try {
            Map<String, QuicAcceptor> all = new LinkedHashMap<>(acceptors);
            if (all.putIfAbsent(added.name(), added) != null) {
                return false;
            }
            acceptors = Collections.unmodifiableMap(all);
            endpoint.accepting(true);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts no more connections of a protocol; those that are there stay, and those that this side dials go on.
     *
     * @return whether any other is accepted
     */
    boolean stopAccepting(QuicAcceptor removed) {
        lock.lock();
        try {
            Map<String, QuicAcceptor> left = new LinkedHashMap<>(acceptors);
            left.remove(removed.name(), removed);
            acceptors = Collections.unmodifiableMap(left);
            endpoint.accepting(!left.isEmpty());
        } finally {
            lock.unlock();
        }
        boolean others = !acceptors.isEmpty();
        connections.forEach(connection -> {
            if (connection.choice().isAccepted()
                    && (!others || connection.choice().chosen() == removed)) {
                connection.giveUpHandshake(new IOException("the listener is closed"));
            }
        });
        return others;
    }

    // ---- for its sockets

    /**
     * The connection of a datagram, or null; the answer to it, or the stranger who has sent it, is dealt with. The
     * connection is not entered.
     */
    @Nullable
    QuicConnection route(DatagramBatch batch, int offset, int length, long now) {
        InetSocketAddress from = batch.remote();
        int codepoint = batch.codepoint();
        QuicConnection connection;
        lock.lock();
        try {
            connection = endpoint.route(
                    batch.buffer(),
                    offset,
                    length,
                    from,
                    batch.ownAddress(),
                    codepoint,
                    now,
                    inboundHandshakes::arrived);
        } finally {
            lock.unlock();
        }
        if (connection == null) {
            receivers.stray(length, from);
        }
        return connection;
    }

    DatagramReceivers receivers() {
        return receivers;
    }

    /** Sends what strangers get for an answer. */
    void answer() {
        SendBatch batch = borrow();
        lock.lock();
        try {
            Endpoint.Answer answer;
            while ((answer = endpoint.pollAnswer()) != null) {
                batch.single(answer.datagram(), answer.remote(), answer.own());
                main.send(batch);
            }
        } finally {
            lock.unlock();
            giveBack(batch);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * A socket's loop has no time left: the system spreads the senders over one more socket of another loop, if it can.
     * By an event loop.
     */
    void saturated() {
        if (sockets.size() < limits.port().sockets() && widening.compareAndSet(false, true)) {
            environment.start("quic-socket", this::widen);
        }
    }

    /** Adds a socket if there may be another. Not on an event loop. */
    void widen() {
        try {
            if (sockets.size() < limits.port().sockets() && !closed) {
                UdpSocket another = main.udp().another();
                if (another == null) {
                    return; // and never again: the system cannot
                }
                QuicSocket socket = new QuicSocket(environment, this, another, false);
                socket.begin();
                sockets.add(socket);
                if (closed) { // of which this one may not have heard
                    socket.close();
                }
            }
            widening.set(false);
        } catch (IOException failure) {
            widening.set(false); // a full table of descriptors has room again some time
            LOG.log(System.Logger.Level.DEBUG, "a QUIC port stays on its loops: {0}", failure.toString());
        }
    }

    /**
     * A socket with another port of UDP, for dialed connections whose path has gone silent; one for all of them. Not on
     * an event loop.
     */
    QuicSocket elsewhere() throws IOException {
        binding.lock();
        try {
            QuicSocket there = elsewhere;
            if (there == null) {
                byte[] any = new byte[localAddress().getAddress().getAddress().length];
                InetSocketAddress local = new InetSocketAddress(InetAddress.getByAddress(any), 0);
                there = new QuicSocket(environment, this, environment.network().bindUdpForBatches(local), true);
                there.begin();
                elsewhere = there;
                if (closed) { // of which this one may not have heard
                    there.close();
                }
            }
            return there;
        } finally {
            binding.unlock();
        }
    }

    /** Number of sockets that share the port. */
    int sockets() {
        return sockets.size();
    }

    /** On how many of them connections are heard. */
    long socketsInUse() {
        return connections.stream()
                .map(one -> one.localMigration().socket())
                .distinct()
                .count();
    }

    /** A connection has got its engine, with its lock. Without room for what it holds already it ends. */
    void begins(QuicConnection connection, Connection engine, ResourceScope scope) {
        connections.add(connection);
        try {
            connection.begin(engine, scope);
        } catch (LimitExceededException limit) {
            connection.giveUp(limit);
        }
        if (closed) {
            connection.giveUp(new IOException("the port is closed"));
        }
    }

    /**
     * Connects; blocks until streams can be opened.
     *
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    QuicConnection connect(InetSocketAddress remote, QuicProtocol protocol, ResourceScope scope, Deadline deadline)
            throws IOException {
        QuicConnection connection = begin(remote, protocol, scope);
        connection.awaitHandshake(deadline);
        return connection;
    }

    /** Begins to connect; the handshake is {@link QuicConnection#awaitHandshake}. */
    QuicConnection begin(InetSocketAddress remote, QuicProtocol protocol, ResourceScope scope) {
        ProtocolChoice choice = new ProtocolChoice(Map.of(protocol.name(), protocol), certificate);
        QuicConnection connection = new QuicConnection(environment, this, localAddress(), remote, choice);
        try (Turn turn = connection.enter()) {
            Connection engine = endpoint.connect(
                    connection,
                    config(List.of(protocol)),
                    output -> new ClientHandshake(choice.credentials(), choice.names(), environment, output),
                    remote,
                    environment.nanoTime());
            begins(connection, engine, scope);
        }
        return connection;
    }

    /** A connection has ended. */
    void ended(QuicConnection connection) {
        connections.remove(connection);
    }

    /**
     * Closes the socket and all its connections; idempotent, never throws. The environment
     * is not idle until the address is free.
     */
    @Override
    public void close() {
        closed = true;
        acceptors.values().forEach(this::stopAccepting);
        connections.forEach(connection -> {
            try (Turn turn = connection.enter()) {
                connection.giveUp(new IOException("the port is closed"));
            }
        });
        sockets.forEach(QuicSocket::close);
        QuicSocket other = elsewhere;
        if (other != null) {
            other.close();
        }
    }
}
