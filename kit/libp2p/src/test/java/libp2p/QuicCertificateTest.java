package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.HostObserver;
import libp2p.protocols.ping.Ping;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.ConnectionConfig;
import libp2p.quic.connection.HandshakeWork;
import libp2p.quic.connection.SendBatch;
import libp2p.quic.endpoint.Endpoint;
import libp2p.quic.endpoint.EndpointLimits;
import libp2p.quic.protect.HostKeys;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Alert;
import libp2p.security.tls13.ClientHandshake;
import libp2p.security.tls13.Credentials;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** A QUIC client that does not say who it is. */
class QuicCertificateTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";
    private static final int CRYPTO_ERROR = 0x100;

    /** Shows nothing of itself, and trusts all peers. */
    private static final Credentials NAMELESS = new Credentials() {
        @Override
        public byte[] certificate() {
            return new byte[0];
        }

        @Override
        public byte[] sign(byte[] content) {
            throw new AssertionError("there is no key");
        }

        @Override
        public byte[] verify(List<byte[]> chain) throws java.io.IOException {
            return Libp2pCertificate.subjectPublicKeyInfo(chain.getFirst());
        }
    };

    /** Connects without a certificate and waits until the connection has ended; returns why. */
    private static CloseCause connectNamelessly(int port) throws Exception {
        SystemEnvironment environment = SystemEnvironment.shared();
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Endpoint<Object> endpoint = new Endpoint<>(
                EndpointLimits.DEFAULT,
                new HostKeys("a secret".getBytes(StandardCharsets.US_ASCII)),
                environment::secureRandom,
                () -> 0);
        libp2p.quic.connection.Connection connection = endpoint.connect(
                new Object(),
                ConnectionConfig.DEFAULT,
                output -> new ClientHandshake(NAMELESS, List.of("libp2p"), environment, output),
                server,
                environment.nanoTime());
        SendBatch batch = new SendBatch(ByteBuffer.allocate(2000), 1);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(10_000);
            while (connection.closing() == null) {
                HandshakeWork work;
                while ((work = connection.pollWork()) != null) {
                    work.run();
                    connection.worked(work, environment.nanoTime());
                }
                while (connection.transmit(batch, environment.nanoTime())) {
                    byte[] datagram = new byte[batch.length()];
                    batch.buffer().get(0, datagram);
                    socket.send(new DatagramPacket(datagram, datagram.length, server));
                    batch.clear();
                }
                DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                socket.receive(packet);
                ByteBuffer received = ByteBuffer.wrap(packet.getData());
                connection.receive(received, 0, packet.getLength(), server, null, 0, environment.nanoTime());
            }
        }
        return connection.closing();
    }

    @Test
    void aClientWithoutCertificateIsRefusedBeforeAnythingIsHandedOut() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        HostObserver counting = new HostObserver() {
            @Override
            public void connectionOpened(Connection connection, long handshakeNanos) {
                opened.incrementAndGet();
            }
        };
        try (Host server = Libp2p.host().listen(ADDRESS).observer(counting).start();
                Host client = Libp2p.host().start()) {
            CloseCause refusal = connectNamelessly(server.addresses().getFirst().port());
            assertThat(refusal.remote()).isTrue();
            assertThat(refusal.code()).isEqualTo(CRYPTO_ERROR + Alert.CERTIFICATE_REQUIRED.code());
            assertThat(opened.get()).isZero();
            assertThat(server.connections()).isEmpty();
            Ping.once(client, PeerAddress.of(server.peerId(), server.addresses()));
            assertThat(opened.get()).isEqualTo(1);
        }
    }
}
