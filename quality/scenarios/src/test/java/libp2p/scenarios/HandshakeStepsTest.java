package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.core.host.DialOptions;
import libp2p.core.host.TransportFactory;
import libp2p.core.resource.ScopeUsage;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.swarm.Swarm;
import libp2p.swarm.memory.MemoryNetwork;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Something goes wrong at a read or write of the handshakes, at each of them in turn: HTTP upgrade and TLS of
 * WebSockets, negotiation, secure channel, muxer, over TCP and in memory. However it went, afterwards both hosts hold
 * what they held before.
 */
class HandshakeStepsTest {
    /** Every deadline of a handshake has passed; hosts that connect oftener would be refused. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(20);

    private static final DialOptions DIAL = DialOptions.DEFAULT.withIgnoreBackoff();

    private static final String MEMORY = "memory";

    /**
     * A way to connect.
     *
     * @param transport {@link #MEMORY}, or what follows the TCP port in the address
     */
    private record Stack(String transport, String security, String muxer) {
        boolean inMemory() {
            return transport.equals(MEMORY);
        }

        String address(int number) {
            return inMemory() ? "/memory/" + number : "/ip4/10.0." + number + ".2/tcp/4001" + transport;
        }

        @Override
        public String toString() {
            return (inMemory() ? "" : "tcp") + transport + " " + security + " " + muxer;
        }
    }

    /** Whose read or write it is. */
    private enum Side {
        DIALER,
        LISTENER
    }

    static List<Stack> stacks() {
        List<Stack> stacks = networkStacks();
        stacks.add(new Stack(MEMORY, "noise", "yamux"));
        return stacks;
    }

    static List<Stack> networkStacks() {
        List<Stack> stacks = new ArrayList<>();
        for (String security : List.of("noise", "tls")) {
            for (String muxer : List.of("yamux", "mplex")) {
                stacks.add(new Stack("", security, muxer));
            }
        }
        stacks.add(new Stack("/ws", "noise", "yamux"));
        stacks.add(new Stack("/tls/ws", "noise", "yamux"));
        return stacks;
    }

    /** Two hosts, the steps of one of which are counted. */
    private static final class Scene {
        final World world;
        final Steps steps = new Steps();
        final MemoryNetwork memory = new MemoryNetwork();
        final TestNode alice;
        final TestNode bob;
        final Held aliceHeld;
        final Held bobHeld;

        Scene(World world, Stack stack, Side side, int number) throws IOException {
            this.world = world;
            SimulatedEnvironment here = world.simulation().host("alice-" + number, "10.0." + number + ".1");
            SimulatedEnvironment there = world.simulation().host("bob-" + number, "10.0." + number + ".2");
            alice = node(here, stack, side == Side.DIALER);
            bob = node(there, stack, side == Side.LISTENER, stack.address(number));
            aliceHeld = Held.by(world, alice);
            bobHeld = Held.by(world, bob);
        }

        private TestNode node(SimulatedEnvironment machine, Stack stack, boolean counted, String... listen)
                throws IOException {
            return world.node(
                    machine,
                    builder -> {
                        builder.security(stack.security())
                                .muxers(stack.muxer())
                                .webSocket(WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure()));
                        if (stack.inMemory()) {
                            TransportFactory plain = memory.factory();
                            builder.transports(counted ? CountedUpgrader.count(plain, steps) : plain);
                        } else if (counted) {
                            builder.environment(new CountedSteps(machine, steps));
                        }
                    },
                    listen);
        }

        SimulatedTask dial() {
            return world.spawn("dialing", () -> {
                try {
                    alice.host().connect(bob.address(), DIAL);
                } catch (IOException disturbed) {
                    assertThat(disturbed.getMessage()).isNotEmpty();
                }
            });
        }

        /** Connections that came about in spite of all are closed; then nothing may be left. */
        void requireNothingLeft() throws InterruptedException {
            world.sleep(AFTERWARDS);
            for (TestNode node : List.of(alice, bob)) { // in a silent network neither hears of the other's end
                node.host().connections().forEach(connection -> connection.close(0, "enough"));
            }
            world.sleep(AFTERWARDS);
            assertThat(Held.by(world, alice)).as("of the dialer").isEqualTo(aliceHeld);
            assertThat(Held.by(world, bob)).as("of the listener").isEqualTo(bobHeld);
        }
    }

    /** The resources that a host holds. */
    private record Held(int connections, int sockets, int threads, Map<String, ScopeUsage> scopes) {
        static Held by(World world, TestNode node) {
            return new Held(
                    node.host().connections().size(),
                    world.network().openConnections(node.environment()),
                    ((Swarm) node.host()).threads(),
                    node.host().resourceManager().usage());
        }
    }

    /** The failures. */
    private interface Mishap {
        void happen(Scene scene, SimulatedTask dial, Runnable close);
    }

    /** Lets it happen at every step of a handshake, until one ends before. */
    private static void atEveryStep(Stack stack, Side side, Mishap mishap) {
        World.underSeeds(1, world -> {
            Scene scene = new Scene(world, stack, side, 1);
            int step = 1;
            while (disturb(scene, step, mishap)) {
                scene.requireNothingLeft();
                step++;
            }
            assertThat(step).as("steps of a handshake").isGreaterThan(5);
        });
    }

    /** As above, with new hosts each time. */
    private static void atEveryStepOfNewHosts(Stack stack, Side side, Mishap mishap) {
        World.underSeeds(1, world -> {
            int step = 1;
            while (disturb(new Scene(world, stack, side, step), step, mishap)) {
                step++;
            }
            assertThat(step).as("steps of a handshake").isGreaterThan(5);
        });
    }

    private static boolean disturb(Scene scene, int step, Mishap mishap) throws InterruptedException {
        SimulatedTask[] dial = new SimulatedTask[1];
        scene.steps.disturb(step, close -> mishap.happen(scene, dial[0], close));
        dial[0] = scene.dial();
        dial[0].join();
        scene.world.sleep(Duration.ofSeconds(1)); // the listener may be a step behind
        return scene.steps.happened();
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void theCallerCancels(Stack stack) {
        atEveryStep(stack, Side.DIALER, (scene, dial, close) -> dial.interrupt());
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void theListenersSocketCloses(Stack stack) {
        atEveryStep(stack, Side.LISTENER, (scene, dial, close) -> close.run());
    }

    @ParameterizedTest
    @MethodSource("networkStacks")
    void theNetworkFallsSilent(Stack stack) {
        atEveryStep(
                stack,
                Side.LISTENER,
                (scene, dial, close) ->
                        scene.world.network().silenceConnections(scene.alice.environment(), scene.bob.environment()));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    @Tag("long")
    void theDialersSocketCloses(Stack stack) {
        atEveryStep(stack, Side.DIALER, (scene, dial, close) -> close.run());
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void theDialingHostCloses(Stack stack) {
        atEveryStepOfNewHosts(
                stack, Side.DIALER, (scene, dial, close) -> scene.world.spawn("closing", scene.alice.host()::close));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    @Tag("long")
    void theListeningHostCloses(Stack stack) {
        atEveryStepOfNewHosts(
                stack, Side.LISTENER, (scene, dial, close) -> scene.world.spawn("closing", scene.bob.host()::close));
    }
}
