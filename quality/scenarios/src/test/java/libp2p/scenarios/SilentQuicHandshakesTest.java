package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.UdpSocket;
import libp2p.core.host.PeerAddress;
import libp2p.core.testing.InitialPacket;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Strangers at a dozen addresses begin handshakes of QUIC, prove their addresses by the tokens that they are given, and
 * say nothing more, so that they hold all places of those whose handshake is under way.
 */
@ExtendWith(OverQuic.class)
class SilentQuicHandshakesTest {
    private static final int SEEDS = 1;
    private static final int ADDRESSES = 14;
    private static final int EACH = 3;
    private static final int ROUNDS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int RETRY = 0xf0;
    private static final int TAG = 16;
    /** The limits of a host on a machine of 1 GiB, with a heap of a quarter of it. */
    private static final ResourceLimits SMALL =
            ResourceLimits.scaled((1L << 30) / 8, 512).withinHeap(256L << 20);

    /** The first packet of a client, taken where it dials no server. */
    private static InitialPacket hello(World world) throws Exception {
        SimulatedEnvironment trap = world.simulation().host("trap", "9.200.0.1");
        TestNode dialer = world.node("dialer");
        TestNode absent = world.node("absent");
        byte[] datagram = new byte[2000];
        ByteBuffer first = ByteBuffer.wrap(datagram);
        try (UdpSocket socket = trap.network().bindUdp(new InetSocketAddress("9.200.0.1", 4001))) {
            dialer.environment().start("dials a trap", () -> {
                try {
                    dialer.host()
                            .connect(PeerAddress.of(
                                    absent.id(), List.of(Multiaddr.parse("/ip4/9.200.0.1/udp/4001/quic-v1"))));
                } catch (IOException noAnswer) {
                    assertThat(noAnswer).isNotNull();
                }
            });
            socket.receive(first);
        }
        return InitialPacket.open(Arrays.copyOf(datagram, first.position()));
    }

    /** Answers each Retry by a packet with its token. */
    private static void proves(UdpSocket socket, InitialPacket hello, InetSocketAddress bob, AtomicInteger proved) {
        ByteBuffer answer = ByteBuffer.allocate(2000);
        try {
            while (true) {
                socket.receive(answer.clear());
                byte[] datagram = Arrays.copyOf(answer.array(), answer.position());
                if ((datagram[0] & 0xf0) == RETRY) {
                    int at = 6 + datagram[5];
                    byte[] source = Arrays.copyOfRange(datagram, at + 1, at + 1 + datagram[at]);
                    byte[] token = Arrays.copyOfRange(datagram, at + 1 + source.length, datagram.length - TAG);
                    socket.send(ByteBuffer.wrap(hello.seal(source, token)), bob);
                    proved.incrementAndGet();
                }
            }
        } catch (Exception closed) {
            assertThat(closed).isInstanceOf(IOException.class);
        }
    }

    private static void begins(World world, UdpSocket socket, InitialPacket hello, InetSocketAddress bob)
            throws Exception {
        byte[] id = new byte[8];
        try {
            while (true) {
                world.random().nextBytes(id);
                socket.send(ByteBuffer.wrap(hello.seal(id)), bob);
                world.sleep(Duration.ofMillis(500));
            }
        } catch (IOException closed) {
            assertThat(closed).isNotNull();
        }
    }

    @Test
    void newcomersAreHeardAmongThoseThatProveTheirAddressAndSayNothing() {
        World.underSeeds(SEEDS, world -> {
            InitialPacket hello = hello(world);
            TestNode bob = world.node("bob", SMALL, host -> {});
            List<UdpSocket> sockets = new ArrayList<>();
            AtomicInteger proved = new AtomicInteger();
            for (int i = 0; i < ADDRESSES; i++) {
                String ip = "9." + i + ".0.1";
                SimulatedEnvironment machine = world.simulation().host("stranger-" + i, ip);
                for (int j = 0; j < EACH; j++) {
                    UdpSocket socket = machine.network().bindUdp(new InetSocketAddress(ip, 5000 + j));
                    sockets.add(socket);
                    world.spawn("proves", () -> proves(socket, hello, bob.socketAddress(), proved));
                    world.spawn("begins", () -> begins(world, socket, hello, bob.socketAddress()));
                }
            }
            int served = 0;
            for (int round = 0; round < ROUNDS; round++) {
                world.sleep(PAUSE);
                try {
                    world.node("newcomer-" + round).ping(bob);
                    served++;
                } catch (IOException refused) {
                    assertThat(refused).isNotNull();
                }
            }
            for (UdpSocket socket : sockets) {
                socket.close();
            }
            assertThat(proved).as("strangers that have proved their address").hasValueGreaterThan(ROUNDS * ADDRESSES);
            assertThat(served).as("newcomers that were served").isEqualTo(ROUNDS);
        });
    }
}
