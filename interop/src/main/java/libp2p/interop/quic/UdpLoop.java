package libp2p.interop.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.HandshakeWork;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Admission;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.Credentials;
import libp2p.security.tls13.ServerHandshake;
import org.jspecify.annotations.Nullable;

/** The QUIC engine on one UDP socket and one thread, handshakes included. */
final class UdpLoop implements AutoCloseable {
    private static final int BUFFER = 1 << 21;
    private static final int BATCH = 64 << 10;
    private static final int DATAGRAM = 2048;
    private static final int READS = 64;
    private static final long MILLISECOND = 1_000_000;
    private static final long LONGEST_WAIT = 1000;
    private static final int SECRET = 32;

    /** One connection and what is done with it. */
    final class Peer {
        private final @Nullable Admission admission;
        private final Application application;
        private @Nullable Connection connection;
        private boolean over;

        Peer(@Nullable Admission admission, Application application) {
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
    private final List<Peer> peers = new ArrayList<>();
    private final List<Admission> arrived = new ArrayList<>();
    private final SendBatch batch = new SendBatch(ByteBuffer.allocateDirect(BATCH), 16);
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(DATAGRAM);
    private final Selector selector;
    private DatagramChannel channel;

    UdpLoop(InetSocketAddress local, ConnectionConfig config, EndpointLimits limits) throws IOException {
        this.config = config;
        selector = Selector.open();
        channel = open(local);
        byte[] secret = new byte[SECRET];
        environment.secureRandom(secret);
        endpoint = new Endpoint<>(
                limits, new HostKeys(secret), environment::secureRandom, () -> System.currentTimeMillis() / 1000);
    }

    private DatagramChannel open(InetSocketAddress local) throws IOException {
        DatagramChannel opened = DatagramChannel.open();
        opened.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
        opened.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
        opened.bind(local).configureBlocking(false);
        opened.register(selector, SelectionKey.OP_READ);
        return opened;
    }

    InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Goes on from another local port: what a NAT does to its clients. */
    void rebind() throws IOException {
        InetSocketAddress before = localAddress();
        channel.close();
        channel = open(new InetSocketAddress(before.getAddress(), 0));
    }

    private static long now() {
        return System.nanoTime();
    }

    /** Takes connections; every one gets an application of its own. */
    void serve(
            Credentials credentials, List<String> protocols, Supplier<Application> applications, BooleanSupplier over)
            throws IOException {
        endpoint.accepting(true);
        while (!over.getAsBoolean()) {
            turn();
            for (Admission admission : List.copyOf(arrived)) {
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
                    serve(peer);
                }
            }
            arrived.clear();
        }
    }

    /** Makes a connection, which goes on during {@link #run}. */
    Peer connect(InetSocketAddress remote, Credentials credentials, List<String> protocols, Application application)
            throws IOException {
        Peer peer = new Peer(null, application);
        peer.connection = endpoint.connect(
                peer,
                config,
                output -> new ClientHandshake(credentials, protocols, environment, output),
                remote,
                now());
        peers.add(peer);
        serve(peer);
        return peer;
    }

    /** Runs until a condition holds. */
    void run(BooleanSupplier until) throws IOException {
        while (!until.getAsBoolean()) {
            turn();
        }
    }

    private void turn() throws IOException {
        long next = Long.MAX_VALUE;
        for (Peer peer : peers) {
            next = Math.min(next, peer.connection().nextTimeout());
        }
        long wait =
                next == Long.MAX_VALUE ? LONGEST_WAIT : Math.clamp((next - now()) / MILLISECOND + 1, 0, LONGEST_WAIT);
        if (wait == 0) {
            selector.selectNow();
        } else {
            selector.select(wait);
        }
        selector.selectedKeys().clear();
        receive();
        for (Peer peer : List.copyOf(peers)) {
            if (peer.connection().nextTimeout() <= now()) {
                peer.connection().timeout(now());
            }
            serve(peer); // the caller may have done something too
        }
        peers.removeIf(peer -> peer.connection().isTerminated());
    }

    private void receive() throws IOException {
        for (int i = 0; i < READS; i++) {
            incoming.clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(incoming);
            if (from == null) {
                return;
            }
            int length = incoming.position();
            Peer peer = endpoint.route(incoming, 0, length, from, 0, now(), admission -> arrived.add(admission));
            if (peer != null) {
                peer.connection().receive(incoming, 0, length, from, 0, now());
                serve(peer);
            }
            Endpoint.Answer answer;
            while ((answer = endpoint.pollAnswer()) != null) {
                channel.send(ByteBuffer.wrap(answer.datagram()), answer.remote());
            }
        }
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
        batch.clear();
        while (connection.transmit(batch, now())) {
            for (int at = 0; at < batch.length(); at += batch.segment()) {
                ByteBuffer one = batch.buffer().duplicate();
                one.limit(Math.min(batch.length(), at + batch.segment())).position(at);
                channel.send(one, batch.remote());
            }
            batch.clear();
        }
        if (!peer.over && peer.admission != null && (connection.isComplete() || connection.isTerminated())) {
            peer.over = true;
            endpoint.handshakeOver(peer.admission);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
