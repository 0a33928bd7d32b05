package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PeerRouting;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Dials of peers whose addresses routing finds, also where routing dials through the host that asks it. */
class RoutedDialTest {
    private static final String WHERE = "/where/1";

    /** A directory on another host, asked through this one. */
    private static final class Directory implements PeerRouting {
        final AtomicReference<Host> host = new AtomicReference<>();
        final AtomicInteger asked = new AtomicInteger();
        final PeerId keeper;

        Directory(PeerId keeper) {
            this.keeper = keeper;
        }

        @Override
        public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException {
            asked.incrementAndGet();
            DialOptions options = DialOptions.DEFAULT.withoutRouting().withDeadline(deadline);
            try (Stream stream = host.get().open(PeerAddress.of(keeper), options, WHERE)) {
                byte[] found = stream.input().readAllBytes();
                return found.length == 0 ? List.of() : List.of(Multiaddr.fromBytes(found));
            }
        }
    }

    private static final class Scene {
        final World world;
        final TestNode keeper;
        final TestNode bob;
        final TestNode alice;
        final Directory directory;

        Scene(World world) throws IOException {
            this.world = world;
            keeper = world.node("keeper");
            bob = world.node("bob");
            directory = new Directory(keeper.id());
            alice = world.node("alice", builder -> builder.routing(directory));
            directory.host.set(alice.host());
            Multiaddr there = bob.host().addresses().getFirst();
            keeper.host().handle(WHERE, stream -> stream.write(there.toBytes()));
            world.network().link(alice.environment(), keeper.environment()).latency(Duration.ofMillis(20));
        }
    }

    private interface Story {
        void tell(Scene scene) throws Exception;
    }

    private static void play(Story story) {
        World.underManySeeds(world -> story.tell(new Scene(world)));
    }

    @Test
    void routingThatDialsThroughItsOwnHostEnds() {
        play(scene -> {
            assertThatThrownBy(() -> scene.alice.host().open(scene.bob.id(), Echo.PROTOCOL))
                    .as("no peer knows where the directory is")
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("routing failed");
            assertThat(scene.directory.asked).hasValue(1);
            scene.alice.connect(scene.keeper);
            scene.alice.host().open(scene.bob.id(), Echo.PROTOCOL).close();
            assertThat(scene.directory.asked).hasValue(2);
        });
    }

    @Test
    void fiftyCallersAskOnce() {
        play(scene -> {
            scene.alice.connect(scene.keeper);
            List<SimulatedTask> callers = new ArrayList<>();
            List<Connection> used = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                callers.add(scene.world.spawn("caller-" + i, () -> {
                    try (Stream stream = scene.alice.host().open(scene.bob.id(), Echo.PROTOCOL)) {
                        used.add(stream.connection());
                    }
                }));
            }
            for (SimulatedTask caller : callers) {
                caller.join();
            }
            assertThat(scene.directory.asked).hasValue(1);
            assertThat(used).hasSize(50).containsOnly(used.getFirst());
        });
    }

    @Test
    void routingIsAskedWhenTheKnownAddressesHaveFailed() {
        play(scene -> {
            scene.alice.connect(scene.keeper);
            PeerAddress moved = PeerAddress.of(scene.bob.id(), List.of(deadAddress(scene.world)));
            assertThat(scene.alice.host().connect(moved).remotePeer()).isEqualTo(scene.bob.id());
            assertThat(scene.directory.asked).hasValue(1);
        });
    }

    @Test
    void whoWantsExactlyHisAddressesDoesNotAsk() {
        play(scene -> {
            scene.alice.connect(scene.keeper);
            PeerAddress moved = PeerAddress.of(scene.bob.id(), List.of(deadAddress(scene.world)));
            assertThatThrownBy(() -> scene.alice.host().connect(moved, DialOptions.DEFAULT.withExactAddresses()))
                    .isInstanceOf(DialException.class);
            assertThatThrownBy(() -> scene.alice.host().connect(moved, DialOptions.DEFAULT.withoutRouting()))
                    .isInstanceOf(DialException.class);
            assertThat(scene.directory.asked).hasValue(0);
        });
    }

    @Test
    void addressesThatAnotherCallerNamesJoinTheDialThatRuns() {
        play(scene -> {
            scene.world
                    .network()
                    .link(scene.alice.environment(), scene.world.machine("mute"))
                    .cut();
            PeerAddress wrong = PeerAddress.of(scene.bob.id(), List.of(Multiaddr.parse("/ip4/10.1.0.1/tcp/4001")));
            DialOptions plain = DialOptions.DEFAULT.withoutRouting();
            List<Connection> used = new ArrayList<>();
            SimulatedTask first =
                    scene.world.spawn("first", () -> used.add(scene.alice.host().connect(wrong, plain)));
            scene.world.sleep(Duration.ofMillis(500));
            assertThat(used).isEmpty();
            used.add(scene.alice.host().connect(scene.bob.address(), plain));
            first.join();
            assertThat(used).hasSize(2).containsOnly(used.getFirst());
            assertThat(scene.alice.connections(scene.bob)).hasSize(1);
        });
    }

    @Test
    void namedAddressesDoNotSwitchTheCircuitBreakerOff() {
        play(scene -> {
            PeerId absent = Identity.generate(scene.alice.environment()).peerId();
            Multiaddr dead = deadAddress(scene.world);
            for (int i = 1; i <= 5; i++) {
                PeerAddress named = PeerAddress.of(
                        absent, List.of(Multiaddr.parse(dead.toString().replace("/tcp/4001", "/tcp/" + i))));
                assertThatThrownBy(() -> scene.alice.host().connect(named, DialOptions.DEFAULT.withoutRouting()))
                        .hasMessageContaining("refused");
            }
            assertThatThrownBy(() -> scene.alice.host().connect(PeerAddress.of(absent, List.of(dead))))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("failed 5 times in a row");
        });
    }

    @Test
    void routingThatThrowsEndsTheDialAtOnce() {
        World.underSeeds(2, world -> {
            TestNode bob = world.node("bob");
            List<Multiaddr> found = new ArrayList<>();
            TestNode alice =
                    world.node("alice", builder -> builder.routing((peer, deadline) -> List.of(found.getFirst())));
            Duration took =
                    world.timed(() -> assertThatThrownBy(() -> alice.host().connect(PeerAddress.of(bob.id())))
                            .isInstanceOf(DialException.class)
                            .hasMessageContaining("routing failed"));
            assertThat(took).isLessThan(Duration.ofSeconds(1));
            found.add(bob.host().addresses().getFirst());
            assertThat(alice.host().connect(PeerAddress.of(bob.id())).remotePeer())
                    .isEqualTo(bob.id());
        });
    }

    private static Multiaddr deadAddress(World world) {
        return Multiaddr.parse(
                "/ip4/" + world.machine("dead").addresses().getFirst().getHostAddress() + "/tcp/4001");
    }
}
