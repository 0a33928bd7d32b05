package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.quic.QuicTransport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A listener on all addresses of a machine answers from the one that was dialed, where the system tells which (Linux). */
class QuicWildcardTest {
    private static final int TIMEOUT = 20_000;

    @BeforeAll
    static void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
    }

    private static Host listen(String any, QuicLimits limits) throws Exception {
        return Libp2p.host()
                .transports(QuicTransport.factory(limits))
                .listen(any + "/udp/0/quic-v1")
                .start();
    }

    private static Multiaddr at(InetAddress ip, Host server) {
        return Multiaddr.ofIp(ip)
                .encapsulate(
                        Multiaddr.parse("/udp/" + server.addresses().getFirst().port() + "/quic-v1"));
    }

    private static void transfers(Host server, InetAddress ip) throws Exception {
        byte[] data = new byte[2 << 20];
        new Random(3).nextBytes(data);
        BlockingQueue<Connection> arrived = new LinkedBlockingQueue<>();
        server.handle("/echo/1", stream -> {
            arrived.add(stream.connection());
            stream.write(stream.input().readAllBytes());
            stream.closeWrite();
        });
        Multiaddr address = at(ip, server);
        try (Host client = Libp2p.host().start();
                var stream = client.open(PeerAddress.of(server.peerId(), List.of(address)), "/echo/1")) {
            stream.write(data);
            stream.closeWrite();
            assertThat(stream.input().readAllBytes()).isEqualTo(data);
            assertThat(arrived.take().localAddress()).isEqualTo(address);
        }
    }

    @Test
    void ourDialerReachesAnyLoopbackAddress() throws Exception {
        try (Host server = listen("/ip4/0.0.0.0", QuicLimits.DEFAULT)) {
            for (String ip : List.of("127.0.0.1", "127.0.0.2", "127.200.3.4")) {
                transfers(server, InetAddress.ofLiteral(ip));
            }
        }
    }

    @Test
    void ourDialerReachesEveryAddressOfThisMachine() throws Exception {
        try (Host four = listen("/ip4/0.0.0.0", QuicLimits.DEFAULT);
                Host six = listen("/ip6/::", QuicLimits.DEFAULT)) {
            for (InetAddress ip : NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(ip -> !ip.isLinkLocalAddress())
                    .toList()) {
                transfers(ip.getAddress().length == 4 ? four : six, ip);
            }
        }
    }

    /** The first byte of what a socket that hears one address alone gets for an answer. */
    private static int ask(InetSocketAddress target, byte[] datagram) throws Exception {
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(TIMEOUT);
            client.connect(target);
            client.send(new DatagramPacket(datagram, datagram.length));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            client.receive(answer);
            return answer.getData()[0] & 0xff;
        }
    }

    @Test
    void strangersWhoHearThatAddressAloneAreAnswered() throws Exception {
        byte[] id = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] begin = CapturedInitial.take().seal(id);
        byte[] otherVersion = begin.clone();
        otherVersion[4] = 9;
        byte[] lost = new byte[100];
        lost[0] = 0x40;
        try (Host server = listen("/ip4/0.0.0.0", QuicLimits.DEFAULT);
                Host asking = listen("/ip4/0.0.0.0", QuicLimits.DEFAULT.withPort(port -> port.withUnvalidated(0)))) {
            InetAddress ip = InetAddress.ofLiteral("127.0.0.2");
            InetSocketAddress target =
                    new InetSocketAddress(ip, server.addresses().getFirst().port());
            assertThat(ask(target, begin) & 0xf0)
                    .as("an Initial of a handshake")
                    .isEqualTo(0xc0);
            assertThat(ask(target, otherVersion) & 0x80)
                    .as("Version Negotiation")
                    .isEqualTo(0x80);
            assertThat(ask(target, lost) & 0xc0).as("a stateless reset").isEqualTo(0x40);
            InetSocketAddress careful =
                    new InetSocketAddress(ip, asking.addresses().getFirst().port());
            assertThat(ask(careful, begin) & 0xf0).as("Retry").isEqualTo(0xf0);
        }
    }
}
