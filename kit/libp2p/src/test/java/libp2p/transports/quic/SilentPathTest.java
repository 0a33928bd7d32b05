package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;

/** Whole hosts, and a router between them that forgets the dialer's port. */
class SilentPathTest {
    /**
     * Forwards datagrams to a server, each client from a socket of its own, until it is told to forget those it knows.
     */
    private static final class Router implements AutoCloseable {
        private final InetSocketAddress server;
        private final DatagramSocket front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final Map<SocketAddress, DatagramSocket> ways = new ConcurrentHashMap<>();
        private final Map<SocketAddress, Boolean> forgotten = new ConcurrentHashMap<>();

        Router(InetSocketAddress server) throws IOException {
            this.server = server;
            Thread.ofVirtual().start(this::forward);
        }

        void forget() {
            ways.keySet().forEach(client -> forgotten.put(client, true));
        }

        int clients() {
            return ways.size();
        }

        private void forward() {
            DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
            try {
                while (true) {
                    packet.setLength(65536);
                    front.receive(packet);
                    SocketAddress client = packet.getSocketAddress();
                    if (!forgotten.containsKey(client)) {
                        DatagramSocket way = ways.get(client);
                        if (way == null) {
                            way = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                            ways.put(client, way);
                            DatagramSocket made = way;
                            Thread.ofVirtual().start(() -> back(made, client));
                        }
                        way.send(new DatagramPacket(packet.getData(), packet.getLength(), server));
                    }
                }
            } catch (IOException closed) {
                // the test is over
            }
        }

        private void back(DatagramSocket way, SocketAddress client) {
            DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
            try {
                while (true) {
                    packet.setLength(65536);
                    way.receive(packet);
                    if (!forgotten.containsKey(client)) {
                        front.send(new DatagramPacket(packet.getData(), packet.getLength(), client));
                    }
                }
            } catch (IOException closed) {
                // the test is over
            }
        }

        @Override
        public void close() {
            front.close();
            ways.values().forEach(DatagramSocket::close);
        }
    }

    private static void echo(Stream stream) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
        while (stream.read(buffer) >= 0) {
            stream.write(buffer.flip());
            buffer.clear();
        }
        stream.closeWrite();
    }

    private static void roundTrip(Stream stream, int value) throws IOException {
        stream.write(new byte[] {(byte) value});
        ByteBuffer answer = ByteBuffer.allocate(1);
        assertThat(stream.read(answer)).isEqualTo(1);
        assertThat(answer.get(0)).isEqualTo((byte) value);
    }

    @Test
    void aDialedConnectionGoesOnFromAnotherPortWhenItsOwnIsForgotten() throws Exception {
        try (Host listener =
                        Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start();
                Host dialer = Libp2p.host().start()) {
            listener.handle("/echo/1", SilentPathTest::echo);
            InetSocketAddress server = QuicAddress.toSocket(listener.addresses().getFirst());
            try (Router router = new Router(server)) {
                Multiaddr by = Multiaddr.parse("/ip4/127.0.0.1/udp/" + router.front.getLocalPort() + "/quic-v1");
                Stream stream = dialer.open(PeerAddress.of(listener.peerId(), List.of(by)), "/echo/1");
                Connection connection = stream.connection();
                roundTrip(stream, 1);
                int before = router.clients();
                router.forget();
                roundTrip(stream, 2);
                assertThat(router.clients()).isGreaterThan(before);
                assertThat(dialer.connections()).containsExactly(connection);
                stream.close();
            }
        }
    }
}
