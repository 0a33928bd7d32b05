package libp2p.interop.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Environment;
import libp2p.core.environment.UdpSocket;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.HandshakeWork;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.endpoint.IncomingConnection;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.Credentials;
import libp2p.security.tls13.ServerHandshake;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The QUIC engine on the UDP sockets of the product, with their batches and marks, handshakes included. One lock
 * guards it all, for the event loops of the sockets and the thread that waits for the end.
 */
final class UdpLoop implements AutoCloseable {
    private static final int BATCH = 64 << 10;
    private static final int SEGMENTS = 16;
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SECRET = 32;

    /** One connection and what is done with it. */
    final class Peer {
        private final @Nullable IncomingConnection admission;
        private final Application application;
        private @Nullable Connection connection;
        private boolean shaken;
        private boolean told;

        Peer(@Nullable IncomingConnection admission, Application application) {
            this.admission = admission;
            this.application = application;
        }

        Connection connection() {
            Connection known = connection;
            if (known == null) {
                throw new IllegalStateException("the connection is not made yet");
            }
            return known;
        }
    }

    private final Environment environment = SystemEnvironment.shared();
    private final ConnectionConfig config;
    private final Endpoint<Peer> endpoint;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // all under the lock
    private final List<Peer> peers = new ArrayList<>();
    private final List<IncomingConnection> arrived = new ArrayList<>();
    private final SendBatch outgoing = new SendBatch(ByteBuffer.allocateDirect(BATCH), SEGMENTS);
    private final DatagramBatch incoming = new DatagramBatch(ByteBuffer.allocateDirect(BATCH));
    /** By the numbers that the engine has for the addresses of this side. */
    private final List<UdpSocket> sockets = new ArrayList<>();

    private Consumer<IncomingConnection> acceptor = admission -> {};
    private Consumer<Connection> over = connection -> {};
    private @Nullable IOException failure;
    private long marked;

    UdpLoop(InetSocketAddress local, ConnectionConfig config, EndpointLimits limits) throws IOException {
        this.config = config;
        byte[] secret = new byte[SECRET];
        environment.secureRandom(secret);
        endpoint = new Endpoint<>(
                limits, new HostKeys(secret), environment::secureRandom, () -> System.currentTimeMillis() / 1000);
        lock.lock(); // the event loop calls as soon as the socket is open
        try {
            sockets.add(open(local));
        } finally {
            lock.unlock();
        }
    }

    private UdpSocket open(InetSocketAddress local) throws IOException {
        UdpSocket opened = environment.network().bindUdpForBatches(local);
        if (!opened.onReadable(() -> readable(opened))) {
            throw new IOException("no events for UDP sockets");
        }
        return opened;
    }

    InetSocketAddress localAddress() {
        lock.lock();
        try {
            return sockets.getFirst().localAddress();
        } finally {
            lock.unlock();
        }
    }

    /** Datagrams that have come with a mark of congestion notification. */
    long marked() {
        lock.lock();
        try {
            return marked;
        } finally {
            lock.unlock();
        }
    }

    /** Goes on from another local port: what a NAT does to its clients. Only while {@link #run} asks. */
    void rebind() throws IOException {
        InetSocketAddress before = sockets.getFirst().localAddress();
        sockets.getFirst().close();
        sockets.set(0, open(new InetSocketAddress(before.getAddress(), 0)));
    }

    /** Moves a connection to another address of this machine when the remote answers there. As {@link #rebind}. */
    boolean migrate(Connection connection, InetAddress to) throws IOException {
        if (sockets.size() == 1) {
            sockets.add(open(new InetSocketAddress(to, 0)));
        }
        return connection.migration().attempt(1);
    }

    private static long now() {
        return System.nanoTime();
    }

    /**
     * Takes connections; every one gets an application of its own.
     *
     * @param ended is told of every connection when its end is known
     */
    void serve(
            Credentials credentials,
            List<String> protocols,
            Supplier<Application> applications,
            Consumer<Connection> ended,
            BooleanSupplier until)
            throws IOException {
        lock.lock();
        try {
            over = ended;
            acceptor = admission -> {
                Peer peer = new Peer(admission, applications.get());
                Connection made = endpoint.accept(
                        admission,
                        peer,
                        config,
                        output -> new ServerHandshake(credentials, protocols, environment, output),
                        now());
                if (made != null) {
                    peer.connection = made;
                    peers.add(peer);
                }
            };
            endpoint.accepting(true);
        } finally {
            lock.unlock();
        }
        run(until);
    }

    /** Makes a connection, which goes on during {@link #run}. */
    Peer connect(InetSocketAddress remote, Credentials credentials, List<String> protocols, Application application)
            throws IOException {
        lock.lock();
        try {
            Peer peer = new Peer(null, application);
            peer.connection = endpoint.connect(
                    peer,
                    config,
                    output -> new ClientHandshake(credentials, protocols, environment, output),
                    remote,
                    now());
            peers.add(peer);
            turn();
            return peer;
        } finally {
            lock.unlock();
        }
    }

    /** Runs until a condition holds, which is looked at with the lock. */
    void run(BooleanSupplier until) throws IOException {
        lock.lock();
        try {
            while (!until.getAsBoolean()) {
                turn();
                changed.awaitNanos(LOOK);
                if (failure != null) {
                    throw failure;
                }
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** By the event loop of the socket. */
    private long readable(UdpSocket socket) {
        lock.lock();
        try {
            while (sockets.contains(socket) && socket.tryReceive(incoming)) {
                receive(sockets.indexOf(socket));
            }
            turn();
        } catch (IOException e) {
            failure = e;
        } finally {
            changed.signalAll();
            lock.unlock();
        }
        return 0;
    }

    private void receive(int local) throws IOException {
        for (int at = 0; at < incoming.length(); at += incoming.segment()) {
            int length = Math.min(incoming.segment(), incoming.length() - at);
            InetSocketAddress from = incoming.remote();
            int codepoint = incoming.codepoint();
            marked += codepoint == 0 ? 0 : 1;
            InetAddress to = incoming.ownAddress();
            Peer peer = endpoint.route(
                    incoming.buffer(), at, length, from, to, codepoint, now(), admission -> arrived.add(admission));
            if (peer != null) {
                peer.connection().migration().heardOn(local);
                peer.connection().receive(incoming.buffer(), at, length, from, to, codepoint, now());
            }
        }
        Endpoint.Answer answer;
        while ((answer = endpoint.pollAnswer()) != null) {
            sockets.getFirst().trySend(ByteBuffer.wrap(answer.datagram()), answer.remote());
        }
    }

    /** Does everything that is due on the connections, and arranges for the next call. */
    private void turn() throws IOException {
        arrived.forEach(acceptor);
        arrived.clear();
        for (Peer peer : peers) {
            if (peer.connection().nextTimeout() <= now()) {
                peer.connection().timeout(now());
            }
            serve(peer);
        }
        peers.removeIf(peer -> peer.connection().isTerminated());
        long next = Long.MAX_VALUE;
        for (Peer peer : peers) {
            next = Math.min(next, peer.connection().nextTimeout());
        }
        sockets.getFirst().wakeAfter(next == Long.MAX_VALUE ? next : Math.max(0, next - now()));
    }

    /** The steps after everything that happens on a connection. */
    private void serve(Peer peer) throws IOException {
        Connection connection = peer.connection();
        HandshakeWork work;
        while ((work = connection.pollWork()) != null) {
            work.run();
            connection.worked(work, now());
        }
        if (connection.isComplete() && connection.closing() == null) {
            peer.application.turn(connection);
        }
        outgoing.clear();
        while (connection.transmit(outgoing, now())) {
            sockets.get(outgoing.local()).trySend(outgoing);
            outgoing.clear();
        }
        if (!peer.shaken && peer.admission != null && (connection.isComplete() || connection.isTerminated())) {
            peer.shaken = true;
            endpoint.handshakeOver(peer.admission, connection.isComplete());
        }
        if (!peer.told && (connection.closing() != null || connection.isTerminated())) {
            peer.told = true;
            over.accept(connection);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            sockets.forEach(UdpSocket::close);
        } finally {
            lock.unlock();
        }
    }
}
