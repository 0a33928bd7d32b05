package libp2p.scenarios;

import static libp2p.scenarios.Stranger.HEADER;
import static libp2p.scenarios.Stranger.join;
import static libp2p.scenarios.Stranger.message;
import static libp2p.scenarios.Stranger.secure;
import static libp2p.scenarios.Stranger.send;
import static libp2p.scenarios.Stranger.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.yamux.Yamux;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.security.pnet.PreSharedKey;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Strangers that send a byte now and then, at each of the stages of a connection. The deadline of the stage ends them,
 * what they held is free again, and an honest peer is served all the while.
 */
class SlowLorisTest {
    private static final int SEEDS = 2;
    /** As many as one address may have at a time. */
    private static final int STRANGERS = 8;

    private static final int PINGS = 1_000;
    /** Shorter than every timeout of a single read. */
    private static final Duration PAUSE = Duration.ofSeconds(4);
    /** From the first byte to the last deadline of a connection, and some more. */
    private static final Duration CONNECTION_DEADLINE = Duration.ofSeconds(16);

    private static final byte[] SHARED_KEY = new byte[32];
    /** The acts of a stranger on its connection; they end when the connection does. */
    private interface Attack {
        void on(World world, SimulatedEnvironment stranger, TcpChannel channel) throws Exception;
    }

    /** Takes bytes one at a time. */
    private interface Sink {
        void write(byte[] one) throws IOException;
    }

    private static void trickle(World world, byte[] bytes, Sink sink) throws Exception {
        for (byte next : bytes) {
            sink.write(new byte[] {next});
            world.sleep(PAUSE);
        }
    }

    private static Sink sink(TcpChannel channel) {
        return one -> channel.write(ByteBuffer.wrap(one));
    }

    private static void underAttack(Duration deadline, boolean isPrivate, Attack attack) {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = node(world, "alice", isPrivate);
            TestNode bob = node(world, "bob", isPrivate);
            SimulatedTask honest = world.spawn("honest", () -> {
                try (PingSession session = Ping.session(alice.host(), bob.address())) {
                    for (int i = 0; i < PINGS; i++) {
                        assertThat(session.ping()).isLessThan(Duration.ofSeconds(1));
                        world.sleep(Duration.ofMillis(80));
                    }
                }
            });
            world.sleep(Duration.ofSeconds(1));
            int sockets = world.network().openConnections(bob.environment());
            int streams = bob.tally().openStreams();
            List<SimulatedTask> strangers = new ArrayList<>();
            SimulatedEnvironment machine = world.machine("stranger");
            InetSocketAddress target = bob.socketAddress();
            for (int i = 0; i < STRANGERS; i++) {
                TcpChannel channel = machine.network().connectTcp(null, target, Deadline.NONE);
                strangers.add(world.spawn("stranger-" + i, () -> {
                    try (channel) {
                        attack.on(world, machine, channel);
                    } catch (IOException ended) {
                        assertThat(ended).isNotNull(); // that is what deadlines are for
                    }
                }));
            }
            world.sleep(Duration.ofSeconds(3));
            assertThat(world.network().openConnections(bob.environment())).isEqualTo(sockets + STRANGERS);
            world.sleep(deadline);
            assertThat(bob.tally().openStreams()).as("streams").isLessThanOrEqualTo(streams);
            for (SimulatedTask stranger : strangers) {
                stranger.join();
            }
            world.sleep(Duration.ofSeconds(1));
            assertThat(world.network().openConnections(bob.environment()))
                    .as("sockets")
                    .isEqualTo(sockets);
            honest.join();
        });
    }

    private static TestNode node(World world, String name, boolean isPrivate) throws IOException {
        return world.node(name, builder -> {
            if (isPrivate) {
                builder.privateNetwork(PreSharedKey.of(SHARED_KEY));
            }
        });
    }

    @Test
    void silenceFromTheFirstByteOn() {
        underAttack(CONNECTION_DEADLINE, false, (world, stranger, channel) -> channel.read(ByteBuffer.allocate(1)));
    }

    @Test
    void theNonceOfAPrivateNetwork() {
        underAttack(
                CONNECTION_DEADLINE,
                true,
                (world, stranger, channel) -> trickle(world, new byte[24 + 24], sink(channel)));
    }

    @Test
    void theNegotiationOfASecureChannel() {
        byte[] proposals = join(HEADER, message("/none/1"), message("/none/2"), message("/none/3"));
        underAttack(CONNECTION_DEADLINE, false, (world, stranger, channel) -> trickle(world, proposals, sink(channel)));
    }

    @Test
    void theHandshakeOfASecureChannel() {
        underAttack(CONNECTION_DEADLINE, false, (world, stranger, channel) -> {
            channel.write(ByteBuffer.wrap(join(HEADER, message("/noise"), new byte[] {0, 32})));
            trickle(world, new byte[32], sink(channel));
        });
    }

    @Test
    void theNegotiationOfAMuxer() {
        underAttack(CONNECTION_DEADLINE, false, (world, stranger, channel) -> {
            SecureConnection secure = secure(stranger, channel);
            trickle(world, join(HEADER, message("/yamux/1.0.0")), one -> send(secure, one));
        });
    }

    @Test
    void theNegotiationOfAStream() {
        byte[] proposals = join(HEADER, message("/none/1"), message("/none/2"));
        underAttack(Duration.ofSeconds(16), false, (world, stranger, channel) -> {
            onAStream(stranger, channel, stream -> trickle(world, proposals, one -> write(stream, one)));
        });
    }

    @Test
    void aMessageOfIdentify() {
        byte[] start = join(HEADER, message(Identify.PUSH_PROTOCOL), new byte[] {100, 0x0a});
        underAttack(Duration.ofSeconds(16), false, (world, stranger, channel) -> {
            onAStream(stranger, channel, stream -> {
                write(stream, start);
                trickle(world, new byte[64], one -> write(stream, one));
            });
        });
    }

    @Test
    void aPing() {
        underAttack(Duration.ofSeconds(66), false, (world, stranger, channel) -> {
            onAStream(stranger, channel, stream -> {
                write(stream, join(HEADER, message(Ping.PROTOCOL)));
                trickle(world, new byte[31], one -> write(stream, one));
            });
        });
    }

    private interface StreamAttack {
        void on(MuxedStream stream) throws Exception;
    }

    private static void onAStream(SimulatedEnvironment stranger, TcpChannel channel, StreamAttack attack)
            throws Exception {
        MuxedConnection muxed = Stranger.mux(stranger, channel, new Yamux());
        try {
            attack.on(muxed.openStream(Deadline.NONE));
        } finally {
            muxed.close(0, "done");
        }
    }
}
