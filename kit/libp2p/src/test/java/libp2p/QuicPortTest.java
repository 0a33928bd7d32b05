package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.connection.Connection;
import libp2p.core.environment.DatagramBatch;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.host.TransportFactory;
import libp2p.core.host.UdpPort;
import libp2p.core.transport.Transport;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import libp2p.system.SystemEnvironment;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import libp2p.transports.quic.SharedUdpPorts;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** One UDP socket for listening, dialing, hole punching and others' protocols. */
class QuicPortTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final SharedUdpPorts ports = new SharedUdpPorts(QuicLimits.DEFAULT);
    private final CompletableFuture<Transport> made = new CompletableFuture<>();

    /** A host whose ports and QUIC transport are at hand. */
    private Host open(String... addresses) throws Exception {
        TransportFactory factory = QuicTransport.factory(ports);
        return Libp2p.host()
                .transports(context -> {
                    Transport transport = factory.create(context);
                    made.complete(transport);
                    return transport;
                })
                .listen(addresses)
                .start();
    }

    private static PeerAddress of(Host host) {
        return PeerAddress.of(host.peerId(), host.addresses());
    }

    /**
     * The answer to a binding request (RFC 8489): its transaction id, and the sender's address under the magic cookie.
     */
    private static ByteBuffer bindingResponse(DatagramBatch batch, int offset, int length) {
        ByteBuffer request = batch.buffer().slice(offset, length);
        InetSocketAddress sender = batch.remote();
        int cookie = request.getInt(4);
        ByteBuffer response = ByteBuffer.allocate(32);
        response.putShort((short) 0x0101).putShort((short) 12).putInt(cookie);
        response.put(request.slice(8, 12));
        response.putShort((short) 0x0020).putShort((short) 8);
        response.put((byte) 0).put((byte) 1).putShort((short) (sender.getPort() ^ (cookie >>> 16)));
        response.putInt(ByteBuffer.wrap(sender.getAddress().getAddress()).getInt() ^ cookie);
        return response.flip();
    }

    private static boolean answer(UdpPort port, DatagramBatch batch, int offset, int length) {
        port.send(bindingResponse(batch, offset, length), batch.remote(), batch.ownAddress());
        return true;
    }

    @Test
    void aStunServerAnswersBesideQuicOnOnePort() throws Exception {
        try (Host host = open(ADDRESS);
                Host peer = Libp2p.host().start();
                DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
            Connection connection = peer.connect(of(host));
            UdpPort port = ports.listening().getFirst();
            Registration stun = port.receive(0, 3, (batch, offset, length) -> answer(port, batch, offset, length));
            byte[] request = HexFormat.of().parseHex("000100002112a442" + "000102030405060708090a0b");
            client.send(new DatagramPacket(request, request.length, port.localAddress()));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            client.receive(answer);
            ByteBuffer response = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
            assertThat(answer.getSocketAddress()).isEqualTo(port.localAddress());
            assertThat(response.getShort(0)).isEqualTo((short) 0x0101);
            assertThat((response.getShort(26) & 0xffff) ^ 0x2112).isEqualTo(client.getLocalPort());
            assertThat(Ping.once(peer, of(host))).isPositive();
            assertThat(peer.connections()).containsExactly(connection);
            stun.close();
        }
    }

    /** The socket of the client is connected, so that it hears the address that it has asked alone. */
    @Test
    void onAPortOfAllAddressesAStunServerAnswersFromTheOneThatWasAsked() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"));
        try (Host host = open("/ip4/0.0.0.0/udp/0/quic-v1");
                DatagramSocket client = new DatagramSocket()) {
            UdpPort port = ports.listening().getFirst();
            Registration stun = port.receive(0, 3, (batch, offset, length) -> answer(port, batch, offset, length));
            client.setSoTimeout(20_000);
            client.connect(
                    InetAddress.ofLiteral("127.0.0.2"), port.localAddress().getPort());
            byte[] request = HexFormat.of().parseHex("000100002112a442" + "000102030405060708090a0b");
            client.send(new DatagramPacket(request, request.length));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            client.receive(answer);
            assertThat(ByteBuffer.wrap(answer.getData()).getShort(0)).isEqualTo((short) 0x0101);
            stun.close();
            assertThat(host.addresses()).isNotEmpty();
        }
    }

    /** As those that ask a STUN server, and one that answers. */
    @Test
    void receiversOfTheSameDatagramsAreAskedInTurnUntilOneTakesThem() throws Exception {
        try (Host host = open(ADDRESS);
                DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
            UdpPort port = ports.listening().getFirst();
            BlockingQueue<String> seen = new LinkedBlockingQueue<>();
            Registration first = port.receive(0, 3, (batch, offset, length) -> {
                seen.add("first " + batch.buffer().get(offset));
                return batch.buffer().get(offset) == 1;
            });
            Registration second = port.receive(0, 1, (batch, offset, length) -> seen.add("second of " + length));
            client.connect(port.localAddress());
            client.send(new DatagramPacket(new byte[] {1, 0}, 2));
            client.send(new DatagramPacket(new byte[] {0, 0, 0}, 3));
            client.send(new DatagramPacket(new byte[] {2}, 1));
            assertThat(List.of(seen.take(), seen.take(), seen.take(), seen.take()))
                    .containsExactly("first 1", "first 0", "second of 3", "first 2");
            first.close();
            first.close();
            client.send(new DatagramPacket(new byte[] {1}, 1));
            assertThat(seen.take()).isEqualTo("second of 1");
            second.close();
            assertThatThrownBy(() -> port.receive(20, 64, (batch, offset, length) -> true))
                    .isInstanceOf(IllegalArgumentException.class);
            host.close();
            assertThat(ports.listening()).isEmpty();
        }
    }

    @Test
    void aBatchLeavesAsItsDatagrams() throws Exception {
        try (Host host = open(ADDRESS);
                DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
            DatagramBatch batch = new DatagramBatch(ByteBuffer.allocateDirect(100));
            for (int i = 0; i < 25; i++) {
                batch.buffer().put(i, (byte) i);
            }
            batch.received(25, 10, 0, (InetSocketAddress) client.getLocalSocketAddress());
            ports.listening().getFirst().send(batch);
            for (int length : new int[] {10, 10, 5}) {
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                client.receive(packet);
                assertThat(packet.getLength()).isEqualTo(length);
                assertThat(packet.getPort())
                        .isEqualTo(host.addresses().getFirst().port());
            }
        }
    }

    @Test
    void theRemoteSeesADialComeFromTheListeningPort() throws Exception {
        try (Host listener = open(ADDRESS);
                Host dialer = Libp2p.host().listen(ADDRESS).start()) {
            dialer.handle("/back/1", stream -> stream.write(new byte[] {1}));
            CompletableFuture<Multiaddr> seen = new CompletableFuture<>();
            listener.handle(
                    "/seen/1", stream -> seen.complete(stream.connection().remoteAddress()));
            dialer.open(of(listener), "/seen/1").closeWrite();
            assertThat(seen.get()).isEqualTo(dialer.addresses().getFirst());
        }
    }

    private static boolean hasIpv6() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException absent) {
            return false;
        }
    }

    @Test
    void bothFamiliesListenOnOnePortNumber() throws Exception {
        Assumptions.assumeTrue(hasIpv6(), "this machine has no IPv6");
        try (Host host = open("/ip4/0.0.0.0/udp/0/quic-v1")) {
            int number = host.addresses().getFirst().port();
            try (Host other =
                    Libp2p.host().listen("/ip6/::/udp/" + number + "/quic-v1").start()) {
                assertThat(((Swarm) other).listenAddresses()).hasSize(1);
            }
        }
    }

    @Test
    void punchingGoesOnUntilAConnectionComesInFromThere() throws Exception {
        try (Host host = open(ADDRESS)) {
            DatagramSocket there = new DatagramSocket(0, LOOPBACK);
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/udp/" + there.getLocalPort() + "/quic-v1");
            FutureTask<Void> punch = new FutureTask<>(() -> {
                made.join().punch(address, Deadline.NONE);
                return null;
            });
            Thread.ofVirtual().start(punch);
            there.receive(new DatagramPacket(new byte[100], 100));
            there.close();
            try (Host peer = Libp2p.host().listen(address.toString()).start()) {
                peer.connect(of(host));
                punch.get();
            }
        }
    }

    @Test
    void punchingEndsAtItsDeadline() throws Exception {
        try (Host host = open(ADDRESS);
                DatagramSocket target = new DatagramSocket(0, LOOPBACK)) {
            Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/udp/" + target.getLocalPort() + "/quic-v1");
            made.join().punch(address, Deadline.afterNanos(SystemEnvironment.shared(), 1));
            DatagramPacket probe = new DatagramPacket(new byte[100], 100);
            target.receive(probe);
            assertThat(probe.getLength()).isEqualTo(64);
            assertThat(probe.getPort()).isEqualTo(host.addresses().getFirst().port());
        }
    }
}
