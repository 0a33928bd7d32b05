package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import libp2p.Libp2p;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.MuxedStream;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.quic.stream.QuicStream;
import libp2p.security.SecurityLimits;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls.PeerCredentials;
import libp2p.security.tls13.Credentials;
import libp2p.streams.engine.Application;
import libp2p.streams.engine.Turn;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several protocols on one UDP address: each has its own credentials and acceptor, in any order and any subset. */
class SharedUdpPortsTest {
    private static final String OTHER = "other";
    private static final int UNI_STREAMS = 3;
    private static final int DATAGRAMS = 4;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Environment environment = SystemEnvironment.shared();
    private final Identity other = Identity.generate(environment);
    private final Libp2pCertificate certificate = Libp2pCertificate.create(other, environment);
    private final Doorman doorman = new Doorman();
    private final SharedUdpPorts ports = new SharedUdpPorts(QuicLimits.DEFAULT);

    private PeerCredentials ofOther() {
        return new PeerCredentials(certificate, null, environment, SecurityLimits.DEFAULT);
    }

    /** Takes connections of another protocol, with a certificate of its own. */
    private final class Doorman extends LoopTurnsTest.Doorman {
        Doorman() {
            super(hosts -> ofOther());
        }

        @Override
        public String name() {
            return OTHER;
        }

        @Override
        public int uniStreams() {
            return UNI_STREAMS;
        }

        @Override
        public int datagrams() {
            return DATAGRAMS;
        }
    }

    /** A side that dials. */
    private record Dialed(String name, PeerCredentials shown) implements QuicProtocol {
        @Override
        public Credentials credentials(Libp2pCertificate hosts) {
            return shown;
        }

        @Override
        public Application application(QuicConnection connection) {
            return new QuicStreams(connection);
        }

        @Override
        public int datagrams() {
            return DATAGRAMS;
        }
    }

    private static Multiaddr quic(int port) {
        return Multiaddr.parse("/ip4/127.0.0.1/udp/" + port + "/quic-v1");
    }

    private static void roundTrip(QuicConnection from, QuicConnection to) throws IOException {
        MuxedStream there = from.openStream(Deadline.NONE);
        there.write(new byte[] {7}, 0, 1);
        byte[] got = new byte[1];
        assertThat(to.acceptStream().read(got, 0, 1)).isEqualTo(1);
        assertThat(got).containsExactly(7);
    }

    @ParameterizedTest(name = "libp2p first: {0}")
    @ValueSource(booleans = {false, true})
    void twoProtocolsListenOnOneAddressInAnyOrderAndCloseApart(boolean libp2pFirst) throws Exception {
        try (Host host = Libp2p.host().transports(QuicTransport.factory(ports)).start();
                Host peer = Libp2p.host().start();
                QuicPort dialer = LoopTurnsTest.port(environment)) {
            Registration listening = null;
            InetSocketAddress wanted = new InetSocketAddress(LOOPBACK, 0);
            if (libp2pFirst) {
                listening = host.listen(quic(0));
                wanted = ports.listening().getFirst().localAddress();
            }
            UdpPortShare share = ports.listen(wanted, port -> doorman);
            InetSocketAddress address = share.localAddress();
            if (listening == null) {
                listening = host.listen(quic(address.getPort()));
            }
            assertThat(ports.listening()).hasSize(1);

            PeerAddress there = PeerAddress.of(host.peerId(), host.addresses());
            assertThat(Ping.once(peer, there)).isPositive();
            Dialed dialed = new Dialed(OTHER, ofOther());
            QuicConnection connection = dialer.connect(address, dialed, LoopTurnsTest.scope(), Deadline.NONE);
            assertThat(dialed.shown().remoteKey().peerId()).isEqualTo(other.peerId());
            roundTrip(connection, doorman.arrived.take());

            share.close();
            share.close();
            assertThatThrownBy(() ->
                            dialer.connect(address, new Dialed(OTHER, ofOther()), LoopTurnsTest.scope(), Deadline.NONE))
                    .isInstanceOf(IOException.class);
            assertThat(ports.listening()).hasSize(1);
            assertThat(Ping.once(peer, there)).isPositive();
            assertThat(connection.closeReason()).isNull();
            listening.close();
            assertThat(ports.listening()).isEmpty();
        }
    }

    @Test
    void aDialThatHasBegunGoesOnWhenTheLastListenerOfItsPortCloses() throws Exception {
        LoopTurnsTest.Doorman libp2p = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        try (Host host = Libp2p.host().transports(QuicTransport.factory(ports)).start();
                QuicPort listener = LoopTurnsTest.port(environment)) {
            assertThat(host.addresses()).isEmpty();
            listener.accept(libp2p);
            UdpPortShare share = ports.listen(new InetSocketAddress(LOOPBACK, 0), port -> doorman);
            SharedUdpPort from = ports.portFor(LOOPBACK);
            assertThat(from.port().localAddress()).isEqualTo(share.localAddress());
            QuicConnection connection = from.port()
                    .begin(
                            listener.localAddress(),
                            LoopTurnsTest.protocol(LoopTurnsTest::credentials),
                            LoopTurnsTest.scope());
            share.close();
            assertThat(ports.listening()).isEmpty();
            connection.awaitHandshake(Deadline.NONE);
            roundTrip(connection, libp2p.arrived.take());
            from.release();
        }
    }

    @Test
    void aProtocolAloneHasThePortAndItsRemoteIsToldOfNoOther() throws Exception {
        try (Host host = Libp2p.host().transports(QuicTransport.factory(ports)).start();
                QuicPort dialer = LoopTurnsTest.port(environment)) {
            assertThat(host.addresses()).isEmpty();
            UdpPortShare share = ports.listen(new InetSocketAddress(LOOPBACK, 0), port -> doorman);
            assertThatThrownBy(() -> dialer.connect(
                            share.localAddress(),
                            LoopTurnsTest.protocol(LoopTurnsTest::credentials),
                            LoopTurnsTest.scope(),
                            Deadline.NONE))
                    .isInstanceOf(IOException.class);
            assertThat(doorman.failed.take()).isInstanceOf(IOException.class);
            share.close();
        }
    }

    @Test
    void oneProtocolListensOnAnAddressOnce() throws Exception {
        try (Host host = Libp2p.host()
                .transports(QuicTransport.factory(ports))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1")
                .start()) {
            InetSocketAddress address = ports.listening().getFirst().localAddress();
            assertThatThrownBy(() -> host.listen(quic(address.getPort()))).hasRootCauseInstanceOf(BindException.class);
            assertThat(ports.listening()).hasSize(1);
            assertThat(host.addresses()).hasSize(1);
        }
    }

    @Test
    void aHostWithAnotherIdentityHasPortsOfItsOwn() throws Exception {
        String any = "/ip4/127.0.0.1/udp/0/quic-v1";
        try (Host host = Libp2p.host()
                        .transports(QuicTransport.factory(ports))
                        .listen(any)
                        .start();
                Host other = Libp2p.host()
                        .transports(QuicTransport.factory(ports))
                        .listen(any)
                        .start()) {
            assertThat(ports.listening()).hasSize(1);
            assertThat(other.addresses()).hasSize(1).doesNotContainAnyElementsOf(host.addresses());
            Connection connection = other.connect(PeerAddress.of(host.peerId(), host.addresses()));
            assertThat(connection.remotePeer()).isEqualTo(host.peerId());
        }
    }

    /** Sees what the remote says about streams. */
    private static final class Watching implements Application {
        private final QuicConnection connection;
        final CompletableFuture<Long> stopped = new CompletableFuture<>();

        Watching(QuicConnection connection) {
            this.connection = connection;
        }

        @Override
        public void look() {
            QuicStream stream;
            while ((stream = connection.engine().streams().pollTouched()) != null) {
                if (stream.remoteStop() >= 0) {
                    stopped.complete(stream.remoteStop());
                }
            }
        }

        @Override
        public void deliver() {}

        @Override
        public void close(CloseReason why) {}

        @Override
        public void connectionEnds(CloseReason why) {
            stopped.completeExceptionally(new IOException(why.toString()));
        }

        @Override
        public void drop() {}
    }

    @Test
    void aConnectionOfLibp2pRefusesWhatThePortTakesForOthers() throws Exception {
        LoopTurnsTest.Doorman libp2p = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        try (QuicPort listener = LoopTurnsTest.port(environment);
                QuicPort dialer = LoopTurnsTest.port(environment)) {
            listener.accept(libp2p);
            listener.accept(doorman);
            CompletableFuture<Watching> made = new CompletableFuture<>();
            QuicProtocol watched = new QuicProtocol() {
                @Override
                public String name() {
                    return Libp2pProtocol.NAME;
                }

                @Override
                public Credentials credentials(Libp2pCertificate hosts) {
                    return LoopTurnsTest.credentials(hosts);
                }

                @Override
                public Application application(QuicConnection connection) {
                    Watching watching = new Watching(connection);
                    made.complete(watching);
                    return watching;
                }

                @Override
                public int datagrams() {
                    return DATAGRAMS;
                }
            };
            QuicConnection connection =
                    dialer.connect(listener.localAddress(), watched, LoopTurnsTest.scope(), Deadline.NONE);
            QuicConnection accepted = libp2p.arrived.take();
            try (Turn turn = connection.enter()) {
                assertThat(connection.engine().datagrams().send(new byte[10])).isTrue();
                QuicStream oneWay = connection.engine().streams().open(false);
                oneWay.write(ByteBuffer.wrap(new byte[] {1}));
                QuicStream bothWays = connection.engine().streams().open(true);
                bothWays.write(ByteBuffer.wrap(new byte[] {2}));
            }
            assertThat(made.get().stopped.get()).isEqualTo(ErrorCode.STREAM_PROTOCOL_VIOLATION);
            byte[] got = new byte[1];
            assertThat(accepted.acceptStream().read(got, 0, 1)).isEqualTo(1);
            assertThat(got).containsExactly(2);
            assertThat(accepted.streams()).isEqualTo(1);
            try (Turn turn = accepted.enter()) {
                assertThat(accepted.engine().datagrams().poll()).isNull();
            }
            assertThat(connection.closeReason()).isNull();
        }
    }

    @Test
    void aPortOfLibp2pAloneTakesNeitherStreamsOfOneDirectionNorDatagrams() throws Exception {
        LoopTurnsTest.Doorman libp2p = new LoopTurnsTest.Doorman(LoopTurnsTest::credentials);
        try (QuicPort listener = LoopTurnsTest.port(environment);
                QuicPort dialer = LoopTurnsTest.port(environment)) {
            listener.accept(libp2p);
            Dialed dialed = new Dialed(Libp2pProtocol.NAME, ofOther());
            QuicConnection before =
                    dialer.connect(listener.localAddress(), dialed, LoopTurnsTest.scope(), Deadline.NONE);
            try (Turn turn = before.enter()) {
                assertThat(before.engine().streams().mayOpen(false)).isFalse();
                assertThat(before.engine().datagrams().takes(1)).isFalse();
            }
            listener.accept(doorman);
            QuicConnection after =
                    dialer.connect(listener.localAddress(), dialed, LoopTurnsTest.scope(), Deadline.NONE);
            try (Turn turn = after.enter()) {
                assertThat(after.engine().streams().mayOpen(false)).isTrue();
                assertThat(after.engine().datagrams().takes(1)).isTrue();
            }
        }
    }

    /** The first datagram is not done with before another one, read by another loop, has come. */
    @Test
    void aReceiverOnOneLoopHoldsNoOtherLoopUp() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        CompletableFuture<Thread> first = new CompletableFuture<>();
        List<DatagramSocket> clients = new ArrayList<>();
        try (QuicPort port = LoopTurnsTest.port(environment)) {
            port.widen();
            assumeTrue(port.sockets() == 2, "the system does not spread datagrams, or has one processor");
            Registration receiver = port.receive(20, 63, (batch, offset, length) -> {
                if (first.complete(Thread.currentThread()) || first.join() != Thread.currentThread()) {
                    both.countDown();
                    await(both);
                }
                return true;
            });
            for (int i = 0; i < 32; i++) {
                DatagramSocket client = new DatagramSocket(0, LOOPBACK);
                clients.add(client);
                client.send(new DatagramPacket(new byte[] {20}, 1, port.localAddress()));
            }
            both.await();
            receiver.close();
        } finally {
            clients.forEach(DatagramSocket::close);
        }
        assertThat(both.getCount()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        }
    }
}
