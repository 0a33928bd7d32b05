package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Random;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import org.junit.jupiter.api.Test;

/** Strangers who send datagrams to a QUIC listener. */
class QuicHostileTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";
    private static final int DATAGRAM = 1200;
    private static final int ATTEMPTS = 4;

    private final Random random = new Random(11);

    private interface Datagrams {
        byte[] next(int number);
    }

    private void flood(Host target, int count, Datagrams datagrams) throws Exception {
        int port = target.addresses().getFirst().port();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < count; i++) {
                byte[] datagram = datagrams.next(i);
                socket.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
            }
        }
    }

    private byte[] initial(int version) {
        byte[] datagram = new byte[DATAGRAM];
        random.nextBytes(datagram);
        datagram[0] = (byte) 0xc3;
        datagram[1] = (byte) (version >>> 24);
        datagram[2] = (byte) (version >>> 16);
        datagram[3] = (byte) (version >>> 8);
        datagram[4] = (byte) version;
        datagram[5] = 8; // destination id
        datagram[14] = 8; // source id
        datagram[23] = 0; // no token
        datagram[24] = 0x44; // length of the rest: two bytes
        datagram[25] = (byte) 0x90;
        return datagram;
    }

    /** Within some attempts: its first packets may be lost behind those that the socket has no room for. */
    private void anHonestPeerConnects(Host server) throws Exception {
        DialException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Host client = Libp2p.host().start()) {
                Connection connection =
                        client.connect(PeerAddress.of(server.peerId(), server.addresses()), DialOptions.DEFAULT);
                assertThat(connection.isOpen()).isTrue();
                assertThat(connection.state().portReused()).isFalse();
                return;
            } catch (DialException late) {
                failure = late;
            }
        }
        throw new AssertionError("no attempt succeeded", failure);
    }

    @Test
    void anHonestPeerConnectsAmongTenThousandFirstPacketsThatNobodyCanOpen() throws Exception {
        try (Host server = Libp2p.host().listen(ADDRESS).start()) {
            flood(server, 10_000, i -> initial(1));
            anHonestPeerConnects(server);
        }
    }

    @Test
    void garbageOfAnyShapeIsDropped() throws Exception {
        try (Host server = Libp2p.host().listen(ADDRESS).start()) {
            flood(server, 2_000, i -> new byte[0]);
            flood(server, 5_000, i -> {
                byte[] datagram = new byte[random.nextInt(1, 1500)];
                random.nextBytes(datagram);
                return datagram;
            });
            anHonestPeerConnects(server);
        }
    }

    @Test
    void otherVersionsAndForgedTokensTakeNoPlace() throws Exception {
        try (Host server = Libp2p.host().listen(ADDRESS).start()) {
            flood(server, 2_000, i -> initial(0x1a2a3a4a + i));
            flood(server, 2_000, i -> {
                byte[] forged = initial(1);
                forged[23] = 40;
                return forged;
            });
            anHonestPeerConnects(server);
        }
    }

    @Test
    void onlyAWholeFirstDatagramOfAnotherVersionIsAnswered() throws Exception {
        try (Host server = Libp2p.host().listen(ADDRESS).start();
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int port = server.addresses().getFirst().port();
            byte[] whole = initial(0x1a2a3a4a);
            for (byte[] datagram : new byte[][] {Arrays.copyOf(initial(0x1a2a3a4a), DATAGRAM - 1), whole}) {
                socket.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
            }
            DatagramPacket answer = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
            socket.receive(answer);
            assertThat(Arrays.copyOfRange(answer.getData(), 1, 5)).as("version").containsOnly(0);
            assertThat(Arrays.copyOfRange(answer.getData(), 5, 14))
                    .as("to the source id of the whole one")
                    .isEqualTo(Arrays.copyOfRange(whole, 14, 23));
        }
    }
}
