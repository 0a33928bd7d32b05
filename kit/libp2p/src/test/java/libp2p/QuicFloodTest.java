package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.core.connection.DialException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.testing.InitialPacket;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Handshakes that are begun properly, each as from another connection, and left half open. */
@Tag("long")
@EnabledOnOs(OS.LINUX) // which has all of 127.0.0.0/8
class QuicFloodTest {
    private static final String ADDRESS = "/ip4/127.0.0.1/udp/0/quic-v1";
    private static final int SOURCES = 16;
    private static final int ATTEMPTS = 4;
    private static final int HANDSHAKES = 10_000;

    private final Random random = new Random(17);

    private List<DatagramSocket> sources() throws IOException {
        List<DatagramSocket> sources = new ArrayList<>();
        for (int i = 0; i < SOURCES; i++) {
            sources.add(new DatagramSocket(0, InetAddress.getByName("127.0.1." + (i + 1))));
        }
        return sources;
    }

    /** Begins a number of handshakes from many addresses. */
    private void flood(int port, int count, List<DatagramSocket> sources) throws Exception {
        InitialPacket packet = CapturedInitial.take();
        for (int i = 0; i < count; i++) {
            byte[] id = new byte[8];
            random.nextBytes(id);
            byte[] forged = packet.seal(id);
            sources.get(i % SOURCES)
                    .send(new DatagramPacket(forged, forged.length, InetAddress.getLoopbackAddress(), port));
        }
    }

    @Test
    void underLoadAddressesMustBeProvedAndAnHonestPeerIsServed() throws Exception {
        List<DatagramSocket> sources = sources();
        try (Host server = Libp2p.host().listen(ADDRESS).start()) {
            flood(server.addresses().getFirst().port(), HANDSHAKES, sources);
            anHonestPeerIsServed(PeerAddress.of(server.peerId(), server.addresses()));
            assertThat(retries(sources)).isPositive();
        }
        sources.forEach(DatagramSocket::close);
    }

    /** Within some attempts: a packet may be lost behind those that the socket has no room for. */
    private static void anHonestPeerIsServed(PeerAddress address) throws IOException {
        DialException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Host client = Libp2p.host().start()) {
                assertThat(Ping.once(client, address)).isPositive();
                return;
            } catch (DialException late) {
                failure = late;
            }
        }
        throw new AssertionError("no attempt succeeded", failure);
    }

    private static int retries(List<DatagramSocket> sources) throws IOException {
        int retries = 0;
        for (DatagramSocket source : sources) {
            source.setSoTimeout(1);
            try {
                while (true) {
                    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                    source.receive(answer);
                    retries += (answer.getData()[0] & 0xf0) == 0xf0 ? 1 : 0;
                }
            } catch (SocketTimeoutException empty) {
                // the next one
            }
        }
        return retries;
    }
}
