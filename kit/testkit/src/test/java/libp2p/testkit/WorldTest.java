package libp2p.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.simulator.Wire;
import org.junit.jupiter.api.Test;

/** The check at the end of every scenario finds what a careless service leaves, and names it. */
class WorldTest {
    /** Remembers every connection and forgets none. */
    private static final class Hoarder implements HostService {
        private final Map<Connection, Integer> connections = new HashMap<>();

        @Override
        public void start(Host host) {}

        @Override
        public void connectionOpened(Connection connection) {
            connections.put(connection, connections.size());
        }

        @Override
        public void close() {}
    }

    /** Does something when it starts, and nothing when it closes. */
    private record Starter(Action action) implements HostService {
        interface Action {
            void on(Host host);
        }

        @Override
        public void start(Host host) {
            action.on(host);
        }

        @Override
        public void close() {}
    }

    private static void pair(HostService service, World.Story story) {
        World.underSeeds(1, world -> {
            TestNode alice = world.node("alice", builder -> builder.with(service));
            TestNode bob = world.node("bob");
            alice.ping(bob);
            alice.awaitIdentified();
            bob.awaitIdentified();
            story.tell(world);
        });
    }

    @Test
    void aStoryRunsUnderEverySeed() {
        AtomicInteger told = new AtomicInteger();
        World.underSeeds(3, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            assertThat(alice.ping(bob)).isPositive();
            assertThat(world.nodes()).containsExactly(alice, bob);
            told.incrementAndGet();
        });
        assertThat(told).hasValue(3);
    }

    @Test
    void asManySeedsAsAreAskedForRunOverEveryWire() {
        AtomicInteger told = new AtomicInteger();
        World.underSeeds(10, world -> told.incrementAndGet());
        assertThat(told).as("over TCP").hasValue(10);
        World.wire(Wire.QUIC);
        try {
            World.underSeeds(10, world -> told.incrementAndGet());
            assertThat(told).as("over TCP and over QUIC").hasValue(20);
            World.underManySeeds(world -> told.incrementAndGet());
            assertThat(told).as("under the seeds of the run too").hasValue(20 + World.SEEDS_OVER_QUIC);
        } finally {
            World.wire(Wire.TCP);
        }
    }

    @Test
    void moreHostsAndMachinesThanAByteCountsHaveAddressesOfTheirOwn() {
        World.underSeeds(1, world -> {
            for (int i = 0; i < 300; i++) {
                world.machine("machine-" + i);
                world.node("node-" + i);
            }
            TestNode first = world.nodes().getFirst();
            assertThat(world.nodes().getLast().ping(first)).isPositive();
        });
    }

    @Test
    void theStepsOfARandomWalkDiffer() {
        World.underSeeds(1, world -> {
            Set<Long> steps = new HashSet<>();
            for (int step = 0; step < 20; step++) {
                steps.add(world.random().nextLong());
            }
            assertThat(steps).hasSize(20);
        });
    }

    @Test
    void aConnectionThatIsStillHeldIsNamedWithItsPlace() {
        assertThatThrownBy(() -> pair(new Hoarder(), world -> {}))
                .hasStackTraceContaining("connections and streams that the closed host alice still holds")
                .hasStackTraceContaining("Hoarder.connections{key}");
    }

    @Test
    void aTimerThatIsStillArmedIsFound() {
        HostService service = new Starter(
                host -> host.environment().schedule(Duration.ofHours(1).toNanos(), () -> {}));
        assertThatThrownBy(() -> pair(service, world -> {}))
                .hasStackTraceContaining("timers of alice that are still armed");
    }

    @Test
    void aSubscriptionThatIsStillOpenIsFound() {
        HostService service = new Starter(host -> host.events().subscribe(PeerIdentified.class));
        assertThatThrownBy(() -> pair(service, world -> {}))
                .hasStackTraceContaining("subscriptions to the events of alice that are still open");
    }

    @Test
    void aWrongBeliefIsFound() {
        World.Story lie = world -> {
            TestNode alice = world.nodes().getFirst();
            alice.host().peerstore().setProtocols(world.nodes().getLast().id(), List.of("/chess/1.0.0"));
        };
        HostService nothing = new Starter(host -> {});
        assertThatThrownBy(() -> pair(nothing, lie))
                .hasStackTraceContaining("alice believes that bob serves [/chess/1.0.0], but it serves [/echo/1.0.0");
        pair(nothing, world -> {
            world.withoutBeliefs();
            lie.tell(world);
        });
    }

    @Test
    void aThreadThatStillRunsIsFound() {
        HostService service = new Starter(host -> {
            Object never = new Object();
            host.environment().start("careless", () -> {
                while (true) {
                    host.environment().park(never, Deadline.NONE);
                }
            });
        });
        assertThatThrownBy(() -> pair(service, world -> {})).hasStackTraceContaining("alice/careless");
    }
}
