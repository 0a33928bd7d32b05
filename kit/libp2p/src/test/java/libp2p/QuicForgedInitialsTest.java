package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Random;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.testing.InitialPacket;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.Swarm;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.system.SystemEnvironment;
import libp2p.transports.quic.QuicLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Initial packets whose senders never hear the answer, as from forged addresses, against a host with the limits of a
 * machine of 1 GiB. Honest peers connect meanwhile, by every transport.
 */
class QuicForgedInitialsTest {
    private static final long MACHINE = 1L << 30;
    private static final int PACKETS = 400;

    private final Random random = new Random(5);
    private Swarm server;
    private InitialPacket begin;

    @BeforeEach
    void start() throws Exception {
        begin = CapturedInitial.take();
        ResourceLimits limits = ResourceLimits.scaled(MACHINE / 8, 512).withinHeap(MACHINE / 4);
        server = (Swarm) Libp2p.host()
                .resources(new CountingResourceManager(SystemEnvironment.shared(), limits))
                .listen("/ip4/127.0.0.1/udp/0/quic-v1", "/ip4/127.0.0.1/tcp/0")
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.threads()).isZero();
        assertThat(server.resourceManager().usage()).isEmpty();
    }

    private Multiaddr address(String protocol) {
        return server.addresses().stream()
                .filter(address -> address.toString().contains(protocol))
                .findFirst()
                .orElseThrow();
    }

    private void forge(DatagramSocket forger, int count) throws Exception {
        int port = address("quic-v1").port();
        for (int i = 0; i < count; i++) {
            byte[] id = new byte[8];
            random.nextBytes(id);
            byte[] datagram = begin.seal(id);
            forger.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
        }
    }

    private void pings(Multiaddr address) throws IOException {
        try (Host client = Libp2p.host().start()) {
            assertThat(Ping.once(client, PeerAddress.of(server.peerId(), java.util.List.of(address))))
                    .isPositive();
        }
    }

    @Test
    void theyKeepNobodyOut() throws Exception {
        try (DatagramSocket forger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (String protocol : new String[] {"tcp", "quic-v1", "tcp", "quic-v1"}) {
                forge(forger, PACKETS);
                pings(address(protocol));
                assertThat(server.resourceManager().system().usage().connectionsInbound())
                        .as("those whose address is proved")
                        .isLessThanOrEqualTo(4);
            }
        }
    }

    /** A ping is answered only after the server has seen the client's Finished, which proves the client's address. */
    @Test
    void whoProvesAnAddressIsNoLongerCountedAmongThem() throws Exception {
        try (DatagramSocket forger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            forge(forger, 1);
            pings(address("quic-v1"));
        }
        assertThat(server.resourceManager()
                        .usage()
                        .getOrDefault("unproved", ScopeUsage.EMPTY)
                        .connectionsInbound())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void theirPlacesAreShorterThanThoseOfProvedClients() {
        assertThat(QuicLimits.DEFAULT.timeouts().unproved())
                .isLessThan(QuicLimits.DEFAULT.timeouts().accept());
    }
}
