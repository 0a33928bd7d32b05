package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Strangers who open a WebSocket properly and then send frames that no client may send: each is told why and cut off,
 * and a peer that is connected notices nothing. All of it fits into a heap of 64 MiB.
 */
@Tag("small-heap")
class HostileFramesTest {
    private static final Duration LATENCY = Duration.ofMillis(10);
    private static final int STRANGERS_OF_A_KIND = 20;
    /** A socket that is closed with unread bytes in it is reset, and with it goes what was sent last. */
    private static final int UNHEARD = 0;

    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /**
     * The bytes of a stranger.
     *
     * @param closeCode that it is told; {@link #UNHEARD} for one that is cut off in the middle of what it says
     */
    private record Attack(String name, int closeCode, byte[] frames) {}

    private static List<Attack> attacks() {
        return List.of(
                new Attack("a text message", 1003, hex("8181 00000000 78")),
                new Attack("a frame without a mask", 1002, hex("8201 78")),
                new Attack("a frame of 4 GiB", 1009, hex("82ff 0000000100000000 00000000")),
                new Attack("a frame as long as can be said", 1009, hex("82ff 7fffffffffffffff 00000000")),
                new Attack("a length of 64 bits", 1002, hex("82ff ffffffffffffffff 00000000")),
                new Attack("a frame that says that it is compressed", 1002, hex("c281 00000000 78")),
                new Attack("a continuation of nothing", 1002, hex("8081 00000000 78")),
                new Attack("a ping in fragments", 1002, hex("0980 00000000")),
                new Attack("a ping of 126 bytes", 1002, hex("89fe 007e 00000000")),
                new Attack("ten thousand pings", UNHEARD, repeated(hex("8980 00000000"), 10_000)),
                new Attack("ten thousand empty frames", UNHEARD, repeated(hex("8280 00000000"), 10_000)));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] repeated(byte[] frame, int times) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(frame.length * times);
        for (int i = 0; i < times; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    @Test
    void eachIsToldWhyAndCutOffWhileAnHonestPeerNoticesNothing() {
        World.inExactTime(1, world -> {
            world.network().defaultLatency(LATENCY);
            TestNode bob =
                    world.node(world.simulation().host("bob", "8.8.1.1"), builder -> {}, "/ip4/8.8.1.1/tcp/4001/ws");
            TestNode alice = world.node(world.simulation().host("alice", "8.8.1.2"), builder -> {});
            Ping.once(alice.host(), bob.address());
            boolean[] over = new boolean[1];
            SimulatedTask honest = world.spawn("honest", () -> pingUntil(over, world, alice, bob));
            List<SimulatedTask> strangers = new ArrayList<>();
            for (Attack attack : attacks()) {
                int kind = strangers.size();
                strangers.add(world.spawn(attack.name(), () -> {
                    for (int i = 1; i <= STRANGERS_OF_A_KIND; i++) {
                        SimulatedEnvironment stranger =
                                world.simulation().host("stranger-" + kind + "-" + i, "9.0." + (kind + 1) + "." + i);
                        isToldWhy(stranger, bob, attack);
                    }
                }));
            }
            for (SimulatedTask stranger : strangers) {
                stranger.join();
            }
            over[0] = true;
            honest.join();
            world.sleep(Duration.ofSeconds(1));
            assertThat(world.network().openConnections(bob.environment())).isEqualTo(1);
            assertThat(bob.host().resourceManager().system().usage().connectionsInbound())
                    .isEqualTo(1);
        });
    }

    private static void isToldWhy(SimulatedEnvironment stranger, TestNode bob, Attack attack) throws IOException {
        TcpChannel channel = stranger.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
        channel.write(ByteBuffer.wrap(UPGRADE.getBytes(ISO_8859_1)));
        ByteBuffer got = ByteBuffer.allocate(100_000);
        while (!text(got).contains("\r\n\r\n")) {
            assertThat(channel.read(got)).as(attack.name()).isPositive();
        }
        try {
            channel.write(ByteBuffer.wrap(attack.frames()));
        } catch (IOException cutOffMeanwhile) {
            // it has not read all of it
        }
        try {
            while (channel.read(got) >= 0) {}
        } catch (IOException reset) {
            // as good an end as any
        }
        channel.close();
        assertThat(text(got)).as(attack.name()).startsWith("HTTP/1.1 101 ");
        if (attack.closeCode() != UNHEARD) {
            String goodbye = "\u0088\u0002" + (char) (attack.closeCode() >>> 8) + (char) (attack.closeCode() & 0xff);
            assertThat(text(got)).as(attack.name()).contains(goodbye);
        }
    }

    private static String text(ByteBuffer got) {
        return new String(got.array(), 0, got.position(), ISO_8859_1);
    }

    private static void pingUntil(boolean[] over, World world, TestNode alice, TestNode bob) throws Exception {
        int pings = 0;
        try (PingSession session = Ping.session(alice.host(), bob.address())) {
            while (!over[0]) {
                assertThat(session.ping()).isLessThan(LATENCY.multipliedBy(3));
                world.sleep(LATENCY);
                pings++;
            }
        }
        assertThat(pings).isGreaterThan(10);
        assertThat(alice.host().connections()).hasSize(1);
    }
}
