package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.event.HostEvent;
import libp2p.core.event.Subscription;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.Direction;
import libp2p.core.resource.ResourceManager;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.gate.CountingGater.Hook;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * The parts that an application brings throw at every call. No other part notices: connections and streams come and go,
 * listeners go on, and nothing is counted twice or for ever.
 */
class UnrulyPartsTest {
    private static final int SEEDS = 5;
    private static final int PLACES = 2;
    private static final SwarmLimits FEW_PLACES =
            SwarmLimits.DEFAULT.withListening(listening -> listening.withPending(PLACES));

    private static TestNode few(World world, Consumer<HostBuilder> settings) throws IOException {
        return world.node(
                "bob",
                builder ->
                        settings.accept(builder.limits(limits -> limits.with(SwarmLimits.class, swarm -> FEW_PLACES))));
    }

    /** Every place of a handshake that was taken has been left, and none was left twice. */
    private static void requireAllPlacesFree(World world, TestNode node) throws Exception {
        world.sleep(Duration.ofMinutes(1));
        int before = world.network().openConnections(node.environment());
        SimulatedEnvironment stranger = world.machine("stranger");
        List<TcpChannel> silent = new ArrayList<>();
        for (int i = 0; i < PLACES + 3; i++) {
            silent.add(stranger.network().connectTcp(null, node.socketAddress(), Deadline.NONE));
        }
        world.sleep(Duration.ofSeconds(1));
        assertThat(world.network().openConnections(node.environment()) - before)
                .as("connections whose handshakes go on")
                .isEqualTo(PLACES);
        silent.forEach(TcpChannel::close);
        world.sleep(Duration.ofSeconds(1));
        assertThat(world.network().openConnections(node.environment())).isEqualTo(before);
    }

    private static void pingOnNewConnections(World world, TestNode from, TestNode to) throws Exception {
        for (int i = 0; i < 6; i++) {
            from.host().connect(to.address(), DialOptions.DEFAULT.withIgnoreBackoff());
            from.ping(to);
            from.connections(to).forEach(connection -> connection.close(0, "again"));
            world.sleep(Duration.ofSeconds(10));
        }
        assertThat(to.connections(from)).isEmpty();
    }

    /** A service that does not want to know. */
    private static final class Unwilling implements HostService {
        private int asked;

        @Override
        public void start(Host host) {}

        @Override
        public void connectionOpened(Connection connection) {
            asked++;
            throw new IllegalStateException("no connections, please");
        }

        @Override
        public void connectionClosed(Connection connection) {
            asked++;
            throw new IllegalStateException("nor their ends");
        }

        @Override
        public void close() {
            throw new IllegalStateException("nor mine");
        }
    }

    @Test
    void aServiceThatThrowsKeepsNothingFromTheOthers() {
        World.underSeeds(SEEDS, world -> {
            Unwilling service = new Unwilling();
            TestNode alice = world.node("alice", builder -> builder.with(new Unwilling()));
            TestNode bob = few(world, builder -> builder.with(service));
            pingOnNewConnections(world, alice, bob);
            assertThat(service.asked).isEqualTo(12);
            alice.connect(bob);
            alice.awaitIdentified();
            requireAllPlacesFree(world, bob);
        });
    }

    @Test
    void anObserverThatThrowsIsPassedOver() {
        World.underSeeds(SEEDS, world -> {
            int[] asked = {0};
            HostObserver broken = (HostObserver) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {HostObserver.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("toString")) {
                            return "broken";
                        }
                        asked[0]++;
                        throw new IllegalStateException(method.getName());
                    });
            TestNode alice = world.node("alice", builder -> builder.observer(broken));
            TestNode bob = few(world, builder -> builder.observer(broken));
            pingOnNewConnections(world, alice, bob);
            assertThat(asked[0]).isGreaterThan(100);
            requireAllPlacesFree(world, bob);
        });
    }

    /** A gater that fails at some of its hooks, with an exception or with an error. */
    private static final class Failing implements ConnectionGater {
        private final Set<Hook> hooks = EnumSet.noneOf(Hook.class);
        private boolean hard;

        private boolean ask(Hook hook) {
            if (!hooks.contains(hook)) {
                return true;
            }
            if (hard) {
                throw new StackOverflowError("at " + hook);
            }
            throw new IllegalStateException("at " + hook);
        }

        @Override
        public boolean interceptPeerDial(PeerId peer) {
            return ask(Hook.PEER_DIAL);
        }

        @Override
        public boolean interceptAddrDial(PeerId peer, Multiaddr address) {
            return ask(Hook.ADDR_DIAL);
        }

        @Override
        public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
            return ask(Hook.ACCEPT);
        }

        @Override
        public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
            return ask(Hook.SECURED);
        }

        @Override
        public boolean interceptUpgraded(Connection connection) {
            return ask(Hook.UPGRADED);
        }
    }

    private static void refusesWhileItFails(World world, TestNode alice, TestNode bob) throws Exception {
        for (int i = 0; i < 4; i++) {
            world.sleep(Duration.ofSeconds(10));
            try {
                Connection connection = alice.host().connect(bob.address(), DialOptions.DEFAULT.withIgnoreBackoff());
                world.sleep(Duration.ofSeconds(2)); // the other end looks after this one is done
                assertThat(connection.isOpen()).isFalse();
            } catch (IOException refused) {
                assertThat(refused).hasMessageNotContaining("interrupted");
            }
            assertThat(bob.host().connections()).isEmpty();
        }
    }

    @Test
    void aGaterThatThrowsRefuses() {
        World.underSeeds(SEEDS, world -> {
            Failing atAlice = new Failing();
            Failing atBob = new Failing();
            TestNode alice = world.node("alice", builder -> builder.gater(atAlice));
            TestNode bob = few(world, builder -> builder.gater(atBob));
            for (Hook hook : Hook.values()) {
                boolean dialing = hook == Hook.PEER_DIAL || hook == Hook.ADDR_DIAL;
                (dialing ? atAlice : atBob).hooks.add(hook);
                refusesWhileItFails(world, alice, bob);
                atAlice.hooks.clear();
                atBob.hooks.clear();
                pingOnNewConnections(world, alice, bob);
            }
            requireAllPlacesFree(world, bob);
        });
    }

    @Test
    void aGaterThatFailsBadlyEndsNeitherTheListenerNorTheDialer() {
        World.underSeeds(SEEDS, world -> {
            Failing failing = new Failing();
            failing.hard = true;
            TestNode alice = world.node("alice");
            TestNode bob = few(world, builder -> builder.gater(failing));
            for (Hook hook : List.of(Hook.ACCEPT, Hook.SECURED)) {
                failing.hooks.add(hook);
                refusesWhileItFails(world, alice, bob);
                failing.hooks.clear();
                pingOnNewConnections(world, alice, bob);
            }
            requireAllPlacesFree(world, bob);
        });
    }

    @Test
    void aHandlerThatThrowsLosesItsStreamAndNothingElse() {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            bob.host().handle("/broken/1.0.0", stream -> {
                stream.input().read();
                throw new IllegalStateException("no");
            });
            for (int i = 0; i < 300; i++) { // more than a peer may have at a time
                Stream stream = alice.open(bob, "/broken/1.0.0");
                stream.write(new byte[] {1});
                assertThatThrownBy(() -> stream.input().read()).isInstanceOf(StreamResetException.class);
            }
            world.sleep(Duration.ofSeconds(1));
            assertThat(bob.tally().openStreams()).isZero();
            alice.ping(bob);
            assertThat(alice.connections(bob)).hasSize(1);
        });
    }

    /** A resource manager of another project, which fails now and then. */
    private record Moody(ResourceManager inner, boolean[] failing) {
        ResourceManager manager() {
            return (ResourceManager) Proxy.newProxyInstance(
                    Moody.class.getClassLoader(),
                    new Class<?>[] {ResourceManager.class},
                    (proxy, method, arguments) -> {
                        if (failing[0] && method.getName().startsWith("open")) {
                            throw new IllegalStateException("not now");
                        }
                        try {
                            return method.invoke(inner, arguments);
                        } catch (java.lang.reflect.InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    @Test
    void aResourceManagerThatThrowsRefuses() {
        World.underSeeds(SEEDS, world -> {
            boolean[] failing = {false};
            SimulatedEnvironment anywhere = world.machine("manager");
            ResourceManager manager = new CountingResourceManager(anywhere, ResourceLimits.unlimited());
            TestNode alice = world.node("alice");
            TestNode bob = few(world, builder -> builder.resources(new Moody(manager, failing).manager()));
            alice.ping(bob);
            failing[0] = true;
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> alice.ping(bob)).isInstanceOf(IOException.class);
            }
            alice.connections(bob).getFirst().close(0, "again");
            world.sleep(Duration.ofSeconds(1));
            refusesWhileItFails(world, alice, bob);
            failing[0] = false;
            pingOnNewConnections(world, alice, bob);
            requireAllPlacesFree(world, bob);
        });
    }

    @Test
    void aSubscriberThatNeverTakesHoldsNoOtherUp() {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            try (Subscription<HostEvent> forgotten = bob.host().events().subscribe(HostEvent.class)) {
                for (int i = 0; i < 600; i++) { // each changes the protocols twice
                    bob.host().handle("/often/1.0.0", stream -> {}).close();
                }
                pingOnNewConnections(world, alice, bob);
                int held = 0;
                while (forgotten.poll() != null) {
                    held++;
                }
                assertThat(held).isPositive().isLessThanOrEqualTo(1024);
            }
        });
    }
}
