package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.environment.TcpListener;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Which address of a peer is dialed when, in simulated time (RFC 8305, with the delays of go-libp2p). */
class HappyEyeballsTest {
    private static final Duration LATENCY = Duration.ofMillis(10);
    /** Turns may take a little time. */
    private static final Duration SLACK = Duration.ofMillis(8);

    /** A host with a log of its dials, and one that listens on an IPv6 and an IPv4 address. */
    private record Both(World world, DialLog log, TestNode alice, TestNode bob) {
        static Both in(World world, String alice4, String alice6, String bob4, String bob6) throws Exception {
            SimulatedEnvironment from = world.simulation().host("alice", alice4, alice6);
            SimulatedEnvironment to = world.simulation().host("bob", bob4, bob6);
            world.network().link(from, to).latency(LATENCY);
            DialLog log = new DialLog(from);
            TestNode alice = world.node(from, builder -> builder.environment(log));
            TestNode bob = world.node(to, builder -> {}, "/ip4/" + bob4 + "/tcp/4001", "/ip6/" + bob6 + "/tcp/4001");
            log.begin();
            return new Both(world, log, alice, bob);
        }

        static Both publicly(World world) throws Exception {
            return in(world, "8.8.1.1", "2a00::1", "8.8.1.2", "2a00::2");
        }

        static Both privately(World world) throws Exception {
            return in(world, "10.0.0.1", "fd00::1", "10.0.0.2", "fd00::2");
        }

        void requireDials(String... ips) {
            assertThat(log.entries().stream().map(DialLog.Entry::ip)).containsExactly(ips);
        }

        void requireSecondAfter(Duration delay) {
            assertThat(log.entries().get(1).at()).isBetween(delay, delay.plus(SLACK));
        }
    }

    @Test
    void ipv6ThatAnswersInTimeIsDialedAlone() {
        World.underManySeeds(world -> {
            Both both = Both.publicly(world);
            Connection connection = both.alice().connect(both.bob());
            both.requireDials("2a00:0:0:0:0:0:0:2");
            assertThat(connection.remoteAddress()).hasToString("/ip6/2a00::2/tcp/4001");
        });
    }

    @Test
    void aSilentPublicIpv6AddressIsPassedAfter250Milliseconds() {
        World.underManySeeds(world -> {
            Both both = Both.publicly(world);
            SimulatedEnvironment hole = swallow(world, both, "2a00::dead");
            Duration taken = world.timed(() -> both.alice().host().connect(withHole(both, "2a00::dead")));
            both.requireDials("2a00:0:0:0:0:0:0:dead", "8.8.1.2");
            both.requireSecondAfter(Duration.ofMillis(250));
            assertThat(taken).isBetween(Duration.ofMillis(250 + 50), Duration.ofMillis(250 + 100));
            world.simulation().settle();
            assertThat(world.network().openConnections(both.alice().environment()))
                    .isEqualTo(1);
            assertThat(world.network().openConnections(hole)).isZero();
        });
    }

    @Test
    void aSilentPrivateIpv6AddressIsPassedAfter30Milliseconds() {
        World.underManySeeds(world -> {
            Both both = Both.privately(world);
            swallow(world, both, "fd00::dead");
            both.alice().host().connect(withHole(both, "fd00::dead"));
            both.requireDials("fd00:0:0:0:0:0:0:dead", "10.0.0.2");
            both.requireSecondAfter(Duration.ofMillis(30));
        });
    }

    @Test
    void aRefusalBringsTheNextAddressAtOnce() {
        World.underManySeeds(world -> {
            Both both = Both.publicly(world);
            SimulatedEnvironment empty = world.simulation().host("empty", "2a00::dead");
            world.network().link(both.alice().environment(), empty).latency(LATENCY);
            both.alice().host().connect(withHole(both, "2a00::dead"));
            both.requireDials("2a00:0:0:0:0:0:0:dead", "8.8.1.2");
            both.requireSecondAfter(LATENCY.multipliedBy(2));
        });
    }

    @Test
    void anAddressThatAnswersTcpHoldsTheOthersBackForItsHandshake() {
        World.underManySeeds(world -> {
            Both both = Both.privately(world);
            SimulatedEnvironment mute = world.simulation().host("mute", "fd00::dead");
            world.network().link(both.alice().environment(), mute).latency(LATENCY);
            try (TcpListener listener =
                    mute.network().listenTcp(new InetSocketAddress("fd00::dead", 4001), 10, false)) {
                both.alice().host().connect(withHole(both, "fd00::dead"));
                both.requireDials("fd00:0:0:0:0:0:0:dead", "10.0.0.2");
                both.requireSecondAfter(LATENCY.multipliedBy(2).plusMillis(500));
                listener.accept().close();
            }
        });
    }

    @Test
    void aPublicAddressIsGivenUpAfterFifteenSecondsAndAPrivateOneAfterTen() {
        World.underManySeeds(world -> {
            Both open = Both.publicly(world);
            swallow(world, open, "2a00::dead");
            assertGivenUpAfter(world, open, "2a00::dead", Duration.ofSeconds(15));
        });
        World.underManySeeds(world -> {
            Both closed = Both.privately(world);
            swallow(world, closed, "fd00::dead");
            assertGivenUpAfter(world, closed, "fd00::dead", Duration.ofSeconds(10));
        });
    }

    private static void assertGivenUpAfter(World world, Both both, String hole, Duration timeout) throws Exception {
        PeerAddress target = PeerAddress.of(both.bob().id(), List.of(address(hole)));
        Duration taken =
                world.timed(() -> assertThatThrownBy(() -> both.alice().host().connect(target))
                        .isInstanceOfSatisfying(
                                DialException.class,
                                e -> assertThat(e.causes().values())
                                        .singleElement()
                                        .isInstanceOf(DeadlineExceededException.class)));
        assertThat(taken).isBetween(timeout, timeout.plus(SLACK));
        world.simulation().settle();
        assertThat(world.network().openConnections(both.alice().environment())).isZero();
    }

    /** A machine that nothing reaches. */
    private static SimulatedEnvironment swallow(World world, Both both, String ip) {
        SimulatedEnvironment hole = world.simulation().host("hole", ip);
        world.network().link(both.alice().environment(), hole).cut();
        return hole;
    }

    private static Multiaddr address(String ip6) {
        return Multiaddr.parse("/ip6/" + ip6 + "/tcp/4001");
    }

    /** Bob's IPv4 address, and an IPv6 address that is not his. */
    private static PeerAddress withHole(Both both, String ip6) {
        return PeerAddress.of(
                both.bob().id(), List.of(both.bob().host().addresses().getFirst(), address(ip6)));
    }
}
