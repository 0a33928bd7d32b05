package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.swarm.Swarm;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Handshakes that are begun and left, by the thousand and from a thousand addresses, at a port that serves TCP,
 * WebSocket and WebSocket over TLS. Their resources are bounded, a peer that is connected notices nothing, and a
 * newcomer gets in as soon as their deadlines have passed. All of it, strangers included, fits into a heap of 64 MiB.
 */
@Tag("small-heap")
class HalfOpenWebSocketsTest {
    private static final Duration LATENCY = Duration.ofMillis(10);
    private static final int WORKERS = 16;
    /** As many as one address may have. */
    private static final int OF_ONE_ADDRESS = 8;
    /** Connections of strangers at a time, see {@link libp2p.swarm.limits.ListenLimits#pending}. */
    private static final int MOST_SOCKETS = 128;

    private static final Duration LAST_DEADLINE = Duration.ofSeconds(16);
    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /** The bytes of the strangers before they fall silent. */
    private static final List<byte[]> BEGINNINGS = List.of(
            new byte[0],
            "GE".getBytes(US_ASCII),
            UPGRADE.substring(0, 70).getBytes(US_ASCII),
            UPGRADE.getBytes(US_ASCII),
            HexFormat.of().parseHex("16030102000100"),
            "\u0013/multistream/1.0.0\n".getBytes(US_ASCII));

    /** A host, a peer that is connected over WebSocket, and many strangers. */
    private static final class Flood {
        private final World world;
        private final TestNode bob;
        private final TestNode alice;
        private final List<TcpChannel> channels = new ArrayList<>();
        private int mostSockets;
        private int mostThreads;

        Flood(World world) throws IOException {
            this.world = world;
            world.network().defaultLatency(LATENCY);
            String port = "/ip4/8.8.1.1/tcp/4001";
            bob = world.node(
                    world.simulation().host("bob", "8.8.1.1"), builder -> {}, port, port + "/ws", port + "/tls/ws");
            alice = world.node(world.simulation().host("alice", "8.8.1.2"), builder -> {});
        }

        PeerAddress overWebSocket() {
            return PeerAddress.of(bob.id(), List.of(Multiaddr.parse("/ip4/8.8.1.1/tcp/4001/ws")));
        }

        void run(int handshakes) throws Exception {
            boolean[] over = new boolean[1];
            Ping.once(alice.host(), overWebSocket());
            SimulatedTask honest = world.spawn("honest", () -> pingUntil(over));
            List<SimulatedTask> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                int first = i;
                workers.add(world.spawn("strangers-" + i, () -> {
                    for (int number = first; number < handshakes; number += WORKERS * OF_ONE_ADDRESS) {
                        begin(number);
                    }
                }));
            }
            for (SimulatedTask worker : workers) {
                worker.join();
            }
            assertThat(channels).hasSizeGreaterThanOrEqualTo(handshakes);
            assertThat(mostSockets).isBetween(10, MOST_SOCKETS + 1);
            assertThat(mostThreads).as("threads").isLessThan(3 * MOST_SOCKETS);
            world.sleep(LAST_DEADLINE);
            assertThat(world.network().openConnections(bob.environment()))
                    .as("sockets when all deadlines have passed")
                    .isEqualTo(1);
            TestNode carol = world.node(world.simulation().host("carol", "8.8.1.3"), builder -> {});
            carol.host().connect(overWebSocket());
            over[0] = true;
            honest.join();
            channels.forEach(TcpChannel::close);
        }

        private void pingUntil(boolean[] over) throws Exception {
            try (PingSession session = Ping.session(alice.host(), overWebSocket())) {
                while (!over[0]) {
                    assertThat(session.ping()).isLessThan(LATENCY.multipliedBy(3));
                    world.sleep(Duration.ofMillis(100));
                }
            }
            assertThat(alice.host().connections()).hasSize(1);
        }

        /** Begins as many handshakes as an address may, all of one machine. */
        private void begin(int number) throws IOException {
            int id = number % WORKERS + number / (WORKERS * OF_ONE_ADDRESS) * WORKERS;
            SimulatedEnvironment stranger =
                    world.simulation().host("stranger-" + id, "9.0." + id / 250 + "." + (1 + id % 250));
            for (int i = 0; i < OF_ONE_ADDRESS; i++) {
                TcpChannel channel = stranger.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
                channels.add(channel);
                try {
                    channel.write(ByteBuffer.wrap(BEGINNINGS.get(channels.size() % BEGINNINGS.size())));
                } catch (IOException refused) {
                    // one of those that were too many
                }
                mostSockets = Math.max(mostSockets, world.network().openConnections(bob.environment()));
                mostThreads = Math.max(mostThreads, ((Swarm) bob.host()).threads());
            }
        }
    }

    @Test
    void aThousand() {
        World.inExactTime(1, world -> new Flood(world).run(1_000));
    }

    @Test
    @Tag("long")
    void tenThousand() {
        World.inExactTime(1, world -> new Flood(world).run(10_000));
    }
}
