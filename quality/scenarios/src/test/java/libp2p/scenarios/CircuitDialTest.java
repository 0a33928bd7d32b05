package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.DialException;
import libp2p.core.connection.LimitedConnectionException;
import libp2p.core.connection.Stream;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedTask;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.tcp.TcpTransport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Peers behind a relay: what their connections hold, who may use them, and how a direct one takes their place. */
class CircuitDialTest {
    private static final String ANYBODY = "/anybody/1";
    private static final Duration LATENCY = Duration.ofMillis(10);

    /** Alice, a relay, and Bob, who listens only through the relay. */
    private static final class Scene {
        final World world;
        final TestNode relay;
        final TestNode bob;
        final TestNode alice;

        Scene(World world, @Nullable ConnectionLimits limits) throws IOException {
            this(world, limits, builder -> {});
        }

        Scene(World world, @Nullable ConnectionLimits limits, Consumer<HostBuilder> settings) throws IOException {
            this.world = world;
            relay = world.node("relay", ResourceLimits.unlimited(), builder -> builder.with(new TestCircuit(null)));
            bob = world.node(
                    "bob",
                    builder -> with(builder, new TestCircuit(limits))
                            .listen(TestCircuit.through(relay).toString()));
            alice = world.node("alice", ResourceLimits.unlimited(), builder -> {
                with(builder, new TestCircuit(limits));
                settings.accept(builder);
            });
            for (TestNode node : List.of(bob, alice)) {
                world.network().link(node.environment(), relay.environment()).latency(LATENCY);
            }
            bob.connect(relay);
            bob.host().handle(ANYBODY, HandlerOptions.DEFAULT.withAllowLimited(true), Stream::closeWrite);
        }

        private static HostBuilder with(HostBuilder builder, TestCircuit circuit) {
            return builder.transports(TcpTransport.factory(TcpTransport.Options.DEFAULT), circuit)
                    .with(circuit);
        }

        PeerAddress bobThroughTheRelay() {
            return PeerAddress.of(bob.id(), List.of(TestCircuit.through(relay)));
        }

        Connection circuit() throws IOException {
            return alice.host().connect(bobThroughTheRelay(), DialOptions.DEFAULT.withAllowLimited());
        }

        void cutOff() {
            world.network().link(alice.environment(), bob.environment()).cut();
        }
    }

    private interface Story {
        void tell(Scene scene) throws Exception;
    }

    private static void play(@Nullable ConnectionLimits limits, Story story) {
        World.underManySeeds(world -> story.tell(new Scene(world, limits)));
    }

    @Test
    void aThousandDialsThroughOneRelayDoNotWaitForThePlaceThatItsOwnDialNeeds() {
        World.underSeeds(2, world -> {
            Scene scene = new Scene(
                    world,
                    TestCircuit.USUAL,
                    builder -> builder.limits(limits -> limits.with(
                            SwarmLimits.class, swarm -> swarm.withDialing(dialing -> dialing.withDials(1)))));
            List<SimulatedTask> dials = new ArrayList<>();
            List<Connection> made = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                PeerId peer = i % 250 == 0
                        ? scene.bob.id()
                        : Identity.generate(scene.alice.environment()).peerId();
                PeerAddress address = PeerAddress.of(peer, List.of(TestCircuit.through(scene.relay)));
                dials.add(world.spawn("dial-" + i, () -> {
                    if (peer.equals(scene.bob.id())) {
                        made.add(scene.alice.host().connect(address));
                    } else {
                        assertThatThrownBy(() -> scene.alice.host().connect(address))
                                .isInstanceOf(DialException.class)
                                .hasMessageContaining("reset");
                    }
                }));
            }
            Duration took = world.timed(() -> {
                for (SimulatedTask dial : dials) {
                    dial.join();
                }
            });
            assertThat(took).isLessThan(Duration.ofSeconds(5)); // a dial that starves waits for 15 s
            assertThat(made).hasSize(4).containsOnly(made.getFirst());
            assertThat(scene.alice.connections(scene.relay)).hasSize(1);
        });
    }

    @Test
    void aHostListensThroughARelayAtRunTimeAndDoesNotAnnounceWhatItHasNotReserved() {
        play(TestCircuit.USUAL, scene -> {
            DialOptions allowed = DialOptions.DEFAULT.withAllowLimited();
            PeerAddress alice = PeerAddress.of(scene.alice.id(), List.of(TestCircuit.through(scene.relay)));
            scene.alice.connect(scene.relay);
            Registration listening = scene.alice.host().listen(TestCircuit.through(scene.relay));
            scene.world.sleep(Duration.ofSeconds(1)); // until the relay has the connection too
            Connection circuit = scene.bob.host().connect(alice, allowed);
            assertThat(circuit.isDirect()).isFalse();
            for (TestNode node : List.of(scene.alice, scene.bob)) {
                assertThat(node.host().addresses()).noneMatch(address -> address.has(Protocol.P2P_CIRCUIT));
            }
            listening.close();
            assertThat(circuit.isOpen()).isTrue();
            circuit.close(0, "enough");
            scene.world.sleep(Duration.ofSeconds(1));
            assertThatThrownBy(() -> scene.bob
                            .host()
                            .connect(alice, allowed.withExactAddresses().withIgnoreBackoff()))
                    .isInstanceOf(DialException.class);
        });
    }

    @Test
    void aLimitedConnectionIsUsedByCallersThatAllowItAndNoOtherIsMade() {
        play(TestCircuit.USUAL, scene -> {
            Connection circuit = scene.circuit();
            assertThat(circuit.isLimited()).isTrue();
            assertThat(circuit.isDirect()).isFalse();
            scene.cutOff();
            DialOptions allowed = DialOptions.DEFAULT.withAllowLimited();
            for (int i = 0; i < 3; i++) {
                try (Stream stream = scene.alice.host().open(scene.bobThroughTheRelay(), allowed, ANYBODY)) {
                    assertThat(stream.connection()).isSameAs(circuit);
                }
                assertThatThrownBy(() -> scene.alice.host().open(scene.bobThroughTheRelay(), Echo.PROTOCOL))
                        .isInstanceOf(LimitedConnectionException.class);
            }
            assertThat(scene.alice.host().connect(scene.bobThroughTheRelay())).isSameAs(circuit);
            assertThat(scene.alice.connections(scene.bob)).containsExactly(circuit);
        });
    }

    @Test
    void whereOnlyALimitedConnectionIsThereTheDirectAddressesAreDialed() {
        play(TestCircuit.USUAL, scene -> {
            Connection circuit = scene.circuit();
            List<Stream> many = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                many.add(scene.alice
                        .host()
                        .open(scene.bobThroughTheRelay(), DialOptions.DEFAULT.withAllowLimited(), ANYBODY));
            }
            try (Stream stream = scene.alice.open(scene.bob, Echo.PROTOCOL)) {
                assertThat(stream.connection().isDirect()).isTrue();
            }
            try (Stream later = scene.alice
                    .host()
                    .open(scene.bobThroughTheRelay(), DialOptions.DEFAULT.withAllowLimited(), ANYBODY)) {
                assertThat(later.connection())
                        .as("direct, although the circuit has more streams")
                        .isNotSameAs(circuit);
            }
            for (Stream stream : many) {
                stream.close();
            }
        });
    }

    @Test
    void anUnlimitedRelayIsNotADirectConnection() {
        play(null, scene -> {
            Connection circuit = scene.circuit();
            assertThat(circuit.isLimited()).isFalse();
            assertThat(circuit.isDirect()).isFalse();
            assertThat(scene.alice.host().connect(scene.bob.address())).isSameAs(circuit);
            Connection direct = scene.alice.host().connect(scene.bob.address(), DialOptions.DEFAULT.withForceDirect());
            assertThat(direct.isDirect()).isTrue();
            assertThat(direct).isNotSameAs(circuit);
            try (Stream stream = scene.alice.open(scene.bob, Echo.PROTOCOL)) {
                assertThat(stream.connection()).isSameAs(direct);
            }
            assertThatThrownBy(() -> scene.alice
                            .host()
                            .connect(
                                    scene.bobThroughTheRelay(),
                                    DialOptions.DEFAULT
                                            .withForceDirect()
                                            .withNewConnection()
                                            .withExactAddresses()))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("a direct connection is wanted");
        });
    }

    @Test
    void aCallerMayWaitForTheDirectConnection() {
        play(TestCircuit.USUAL, scene -> {
            Connection circuit = scene.circuit();
            DialOptions waiting = DialOptions.DEFAULT.withAwaitDirect();
            assertThatThrownBy(() -> scene.alice
                            .host()
                            .open(
                                    scene.bobThroughTheRelay(),
                                    waiting.withTimeout(Duration.ofSeconds(3)),
                                    Echo.PROTOCOL))
                    .isInstanceOf(DeadlineExceededException.class);
            List<Connection> used = new ArrayList<>();
            SimulatedTask caller = scene.world.spawn("caller", () -> {
                try (Stream stream = scene.alice.host().open(scene.bobThroughTheRelay(), waiting, Echo.PROTOCOL)) {
                    used.add(stream.connection());
                }
            });
            scene.world.sleep(Duration.ofSeconds(2));
            assertThat(used).isEmpty();
            scene.bob.host().connect(scene.alice.address(), DialOptions.DEFAULT.withForceDirect());
            caller.join();
            assertThat(used)
                    .singleElement()
                    .satisfies(direct -> assertThat(direct.isDirect()).isTrue());
            assertThat(circuit.isOpen()).isTrue();
        });
    }

    @Test
    void whoWaitsForTheDirectConnectionHearsThatThereIsNoneAnyMore() {
        play(TestCircuit.USUAL, scene -> {
            Connection circuit = scene.circuit();
            SimulatedTask caller = scene.world.spawn(
                    "caller",
                    () -> assertThatThrownBy(() -> scene.alice
                                    .host()
                                    .open(
                                            scene.bobThroughTheRelay(),
                                            DialOptions.DEFAULT.withAwaitDirect(),
                                            Echo.PROTOCOL))
                            .isInstanceOf(DialException.class)
                            .hasMessageContaining("ended before a direct one"));
            scene.world.sleep(Duration.ofSeconds(2));
            circuit.close(0, "enough");
            caller.join();
        });
    }
}
