package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.PeerMismatchException;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.scenarios.StandIn.Fate;
import libp2p.simulator.SimulatedTask;
import libp2p.swarm.Swarm;
import libp2p.swarm.SwarmLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.tcp.TcpTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How peers are dialed: who shares a dial, what ends it, and what it leaves behind. */
class DialTest {
    private static final Duration LATENCY = Duration.ofMillis(40);

    private static Multiaddr deadAddress(World world) {
        return Multiaddr.parse(
                "/ip4/" + world.machine("dead").addresses().getFirst().getHostAddress() + "/tcp/4001");
    }

    private static PeerId stranger(World world) {
        return Identity.generate(world.machine("stranger")).peerId();
    }

    @Test
    void callersShareADialAndTheCancelOfOneDoesNotEndIt() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(LATENCY);
            List<Connection> connected = new ArrayList<>();
            List<SimulatedTask> others = new ArrayList<>();
            SimulatedTask impatient = world.spawn("impatient", () -> {
                assertThatThrownBy(() -> alice.connect(bob)).isInstanceOf(InterruptedIOException.class);
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            for (int i = 0; i < 3; i++) {
                others.add(world.spawn("patient-" + i, () -> connected.add(alice.connect(bob))));
            }
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 75)));
            impatient.interrupt();
            impatient.join();
            for (SimulatedTask other : others) {
                other.join();
            }
            assertThat(connected).hasSize(3).containsOnly(connected.getFirst());
            assertThat(alice.tally().dials()).isEqualTo(1);
            alice.ping(bob);
        });
    }

    @Test
    void aDialThatNoCallerWaitsForLeavesNoSocketAndNoBackoff() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(LATENCY);
            SimulatedTask[] callers = new SimulatedTask[2];
            int[] interrupted = new int[1];
            for (int i = 0; i < callers.length; i++) {
                callers[i] = world.spawn("caller-" + i, () -> {
                    try {
                        alice.connect(bob);
                    } catch (InterruptedIOException e) {
                        interrupted[0]++;
                    }
                });
            }
            // the dial takes about six times the latency
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 260)));
            for (SimulatedTask caller : callers) {
                caller.interrupt();
                caller.join();
            }
            world.simulation().settle();
            int sockets = openAtTheNetwork(world, alice);
            assertThat(sockets).isEqualTo(alice.host().connections().size());
            if (interrupted[0] == callers.length && sockets == 0) {
                world.sleep(Duration.ofSeconds(1));
                assertThat(openAtTheNetwork(world, bob)).isZero();
            }
            alice.connect(bob);
            alice.ping(bob);
        });
    }

    /** The connections that a node holds open at its network, whether or not its host knows of them. */
    int openAtTheNetwork(World world, TestNode node) {
        return world.network().openConnections(node.environment());
    }

    @Test
    void aCallersDeadlineEndsOnlyItsOwnWait() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(LATENCY);
            DialOptions hasty = DialOptions.DEFAULT.withTimeout(Duration.ofMillis(50));
            world.together(
                    () -> {
                        Duration waited = world.timed(() -> assertThatThrownBy(
                                        () -> alice.host().connect(bob.address(), hasty))
                                .isInstanceOf(DeadlineExceededException.class));
                        assertThat(waited).isBetween(Duration.ofMillis(50), Duration.ofMillis(60));
                    },
                    () -> alice.connect(bob));
            assertThat(alice.tally().dials()).isEqualTo(1);
        });
    }

    @Test
    void oneselfIsNotDialed() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            assertThatThrownBy(() -> alice.connect(alice))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("that is this host itself");
            PeerAddress unnamed = new PeerAddress(null, alice.host().addresses());
            assertThatThrownBy(() -> alice.host().connect(unnamed))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("this host itself");
            assertThat(alice.host().connections()).isEmpty();
            world.sleep(Duration.ofSeconds(1));
            assertThat(world.network().openConnections(alice.environment())).isZero();
        });
    }

    @Test
    void anotherPeerThanTheExpectedOneIsRefusedByName() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            PeerId carol = stranger(world);
            PeerAddress wrong = PeerAddress.of(carol, bob.host().addresses());
            assertThatThrownBy(() -> alice.host().connect(wrong)).isInstanceOfSatisfying(DialException.class, e -> {
                assertThat(e.peer()).isEqualTo(carol);
                assertThat(e.causes().values())
                        .singleElement()
                        .isInstanceOfSatisfying(PeerMismatchException.class, mismatch -> {
                            assertThat(mismatch.expected()).isEqualTo(carol);
                            assertThat(mismatch.actual()).isEqualTo(bob.id());
                        });
            });
            world.sleep(Duration.ofSeconds(1));
            assertThat(bob.host().connections()).isEmpty();
            assertThat(world.network().openConnections(alice.environment())).isZero();
            assertThat(world.network().openConnections(bob.environment())).isZero();
            alice.connect(bob);
        });
    }

    @Test
    void anAddressThatFailsIsLeftAloneForLongerEachTime() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            PeerAddress dead = PeerAddress.of(stranger(world), List.of(deadAddress(world)));
            long pause = 5;
            for (int tries = 0; tries < 20; tries++) {
                assertThat(causeOf(alice, dead)).isInstanceOf(ConnectException.class);
                requireLeftAlone(alice, dead);
                pause = Math.min(300, 5 + (long) tries * tries);
                pause = tries < 4 ? pause : Math.max(30, pause); // after five failures its circuit breaker is open
                world.sleep(Duration.ofSeconds(pause).minusMillis(10));
                requireLeftAlone(alice, dead);
                world.sleep(Duration.ofMillis(pause * 100 + 20)); // a tenth of jitter
            }
            assertThat(alice.tally().dials()).isEqualTo(20);
            assertThat(causeOf(alice, dead, DialOptions.DEFAULT.withIgnoreBackoff()))
                    .isInstanceOf(ConnectException.class);
        });
    }

    private static void requireLeftAlone(TestNode node, PeerAddress peer) {
        assertThatThrownBy(() -> node.host().connect(peer))
                .isInstanceOf(DialException.class)
                .hasMessageContaining("left alone for");
    }

    private static Throwable causeOf(TestNode node, PeerAddress peer) {
        return causeOf(node, peer, DialOptions.DEFAULT);
    }

    private static Throwable causeOf(TestNode node, PeerAddress peer, DialOptions options) {
        try {
            node.host().connect(peer, options);
            throw new AssertionError("connected");
        } catch (DialException e) {
            return e.causes().values().iterator().next();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNREADY", "STUCK"})
    void aTransportThatIsNeverReadyKeepsNoPlaceAmongTheDials(Fate fate) {
        World.inExactTime(5, world -> {
            Fate[] now = {fate};
            TestNode alice = world.node(
                    "alice",
                    builder -> builder.limits(limits -> limits.with(
                                    SwarmLimits.class, swarm -> swarm.withDialing(dialing -> dialing.withDials(1))))
                            .transports(
                                    StandIn.of(Protocol.QUIC_V1, address -> now[0]),
                                    TcpTransport.factory(TcpTransport.Options.DEFAULT)));
            TestNode bob = world.node("bob");
            int threads = ((Swarm) alice.host()).threads();
            PeerAddress unready =
                    PeerAddress.of(stranger(world), List.of(Multiaddr.parse("/ip4/10.1.0.9/udp/4001/quic-v1")));
            Duration patience = Duration.ofSeconds(30);
            SimulatedTask waiting = world.spawn(
                    "waiting",
                    () -> assertThat(world.timed(() -> assertThatThrownBy(() ->
                                            alice.host().connect(unready, DialOptions.DEFAULT.withTimeout(patience)))
                                    .isInstanceOf(DeadlineExceededException.class)))
                            .isEqualTo(patience));
            world.sleep(Duration.ofSeconds(1));
            assertThat(world.timed(() -> alice.connect(bob).close(0, "enough"))).isLessThan(Duration.ofSeconds(1));
            waiting.join();
            world.sleep(Duration.ofSeconds(1));
            assertThat(((Swarm) alice.host()).threads()).isEqualTo(fate == Fate.STUCK ? threads + 1 : threads);
            alice.connect(bob);
            now[0] = Fate.REFUSED;
            world.sleep(Duration.ofSeconds(2));
        });
    }
}
