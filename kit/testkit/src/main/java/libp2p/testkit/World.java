package libp2p.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.HostBuilder;
import libp2p.core.buffer.BufferPool;
import libp2p.security.LeasedBuffers;
import libp2p.simulator.Schedule;
import libp2p.simulator.Seeds;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNetwork;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.simulator.Wire;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.oracle.Oracles;

/**
 * A few complete hosts in a simulation, and what must hold whatever a scenario did to them:
 *
 * <ul>
 *   <li>what the hosts have said to each other keeps rules of the specifications ({@link Oracles});
 *   <li>while the hosts still run, each believes of every connected peer what is true ({@link Beliefs});
 *   <li>when they are closed, no thread of theirs runs, no timer is armed, no subscription to events is open, no socket
 *   is open, no port is taken, nothing is charged to a scope, every buffer is back, every connection and stream that
 *   began has ended, and no service holds on to one of them ({@link Leftovers}).
 * </ul>
 *
 * <pre>{@code
 * World.underManySeeds(world -> {
 *     TestNode alice = world.node("alice", builder -> builder.with(new MyProtocol()));
 *     TestNode bob = world.node("bob", builder -> builder.with(new MyProtocol()));
 *     world.network().link(alice.environment(), bob.environment()).loss(0.1);
 *     ...
 * });
 * }</pre>
 *
 * <p>A failed check throws an {@link AssertionError}, and the failure names the seed. Used by the threads of its
 * simulation.
 */
public final class World {
    /** Seeds of a scenario in the default run; the system property {@code simulation.seeds} sets another number. */
    public static final int SEEDS = 20;

    /** The same where scenarios that run over TCP run over QUIC or WebTransport too. */
    public static final int SEEDS_OVER_QUIC = 5;

    /** Addresses of a network of 24 bits that end in neither 0 nor 255. */
    private static final int HOSTS_OF_A_NETWORK = 254;

    /** The heap of tests that show what a host holds under attack. */
    private static final long SMALL_HEAP = 64 << 20;

    /** In so long what a closed host has sent last arrives at attackers, whose threads end then. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final int PORT = 4001;
    private static final Duration MOST_TIME = Duration.ofHours(4);

    /** The body of a scenario. */
    @FunctionalInterface
    public interface Story {
        /** Runs as the first thread of a simulation; the world ends when it returns. */
        void tell(World world) throws Exception;
    }

    private static volatile Wire wire = Wire.TCP;

    private final Simulation simulation;
    private final List<TestNode> nodes = new ArrayList<>();
    private int machines;
    private boolean beliefs = true;
    private final Oracles oracles = new Oracles();

    private World(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Tells a story under {@link #SEEDS} seeds, or under {@link #SEEDS_OVER_QUIC} where the run is over QUIC or WebTransport. */
    public static void underManySeeds(Story story) {
        underSeeds(wire != Wire.TCP ? SEEDS_OVER_QUIC : SEEDS, story);
    }

    /** Tells a story under exactly so many seeds, over every {@link Wire}. */
    public static void underSeeds(int count, Story story) {
        underSeeds(count, Schedule.MIXED, MOST_TIME, story);
    }

    /** Tells a story that may take longer than four simulated hours. */
    public static void overDays(int seeds, Duration mostTime, Story story) {
        underSeeds(seeds, Schedule.MIXED, mostTime, story);
    }

    /**
     * Tells a story where only waiting takes time, so that instants are exact; the order of turns is still the seed's.
     */
    public static void inExactTime(int seeds, Story story) {
        underSeeds(seeds, Schedule.UNIFORM, MOST_TIME, story);
    }

    private static void underSeeds(int count, Schedule schedule, Duration mostTime, Story story) {
        Seeds.run(count, seed -> {
            int buffers = leasedBuffers();
            Simulation.of(seed).schedule(schedule).limitTime(mostTime).run(simulation -> {
                World world = new World(simulation);
                world.tell(story);
                world.end();
            });
            assertThat(leasedBuffers()).as("buffers that are not given back").isEqualTo(buffers);
        });
    }

    /** A story may fail because of the faults that oracles have found so far; they are told with the failure. */
    private void tell(Story story) throws Exception {
        try {
            story.tell(this);
        } catch (Exception | AssertionError e) {
            oracles.faults().forEach(fault -> e.addSuppressed(new AssertionError(fault)));
            throw e;
        }
    }

    private static int leasedBuffers() {
        return BufferPool.shared().outstanding() + LeasedBuffers.count();
    }

    /** Over what the nodes of all worlds that begin from now on listen, where a story does not say it itself. */
    static void wire(Wire value) {
        wire = value;
    }

    /** The simulation that the world runs in. */
    public Simulation simulation() {
        return simulation;
    }

    /** Its network, to be slowed, cut and healed. */
    public SimulatedNetwork network() {
        return simulation.network();
    }

    /** The one generator of the story, from the seed; every call goes on where the last has stopped. */
    public RandomGenerator random() {
        return simulation.random("story");
    }

    /**
     * Adds a host that listens on port 4001 of its own address (10.0.0.1, the next one 10.0.0.2, and so on), over the {@link Wire} of the run, with the defaults and
     * Noise.
     */
    public TestNode node(String name) throws IOException {
        return node(name, builder -> {});
    }

    /** As {@link #node(String)}, with settings. */
    public TestNode node(String name, Consumer<HostBuilder> settings) throws IOException {
        String ip = ip("10.0", nodes.size());
        return node(simulation.host(name, ip), settings, address(ip));
    }

    /** As {@link #node(String, Consumer)}, with the limits that a host has by default in a heap of 64 MiB. */
    public TestNode nodeOnASmallHeap(String name, Consumer<HostBuilder> settings) throws IOException {
        return node(name, TestNode.LIMITS.withinHeap(SMALL_HEAP), settings);
    }

    /** As {@link #node(String, Consumer)}, with limits of its own. */
    public TestNode node(String name, ResourceLimits limits, Consumer<HostBuilder> settings) throws IOException {
        String ip = ip("10.0", nodes.size());
        SimulatedEnvironment environment = simulation.host(name, ip);
        Consumer<HostBuilder> limited = host -> host.resources(new CountingResourceManager(environment, limits));
        return node(environment, limited.andThen(settings), address(ip));
    }

    /** Adds a host that listens where it is told. */
    public TestNode node(SimulatedEnvironment environment, Consumer<HostBuilder> settings, String... listen)
            throws IOException {
        TestNode node = TestNode.start(environment, oracles.tap(environment, environment.name()), settings, listen);
        nodes.add(node);
        return node;
    }

    /** A multiaddr of port 4001 of an IP address, over the {@link Wire} of the run. */
    public static String address(String ip) {
        return address(ip, PORT);
    }

    /** A multiaddr of an IP address and a port, over the {@link Wire} of the run. */
    public static String address(String ip, int port) {
        return wire.address(ip, port);
    }

    private static String ip(String prefix, int number) {
        return prefix + "." + number / HOSTS_OF_A_NETWORK + "." + (1 + number % HOSTS_OF_A_NETWORK);
    }

    /** All hosts, in the order in which they were added. */
    public List<TestNode> nodes() {
        return nodes;
    }

    /** Adds a machine on which no host runs, for an attacker; its address is of 10.1.0.0/16. */
    public SimulatedEnvironment machine(String name) {
        return simulation.host(name, ip("10.1", machines++));
    }

    /** Starts a thread of the simulation. */
    public SimulatedTask spawn(String name, Simulation.Action action) {
        return simulation.spawn(name, action);
    }

    /** Lets simulated time pass. */
    public void sleep(Duration time) throws InterruptedException {
        simulation.sleep(time);
    }

    /** Runs the actions at the same time and waits for all. */
    public void together(Simulation.Action... actions) throws InterruptedException {
        List<SimulatedTask> tasks = new ArrayList<>();
        for (Simulation.Action action : actions) {
            tasks.add(spawn("together-" + tasks.size(), action));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }

    /** Time that an action takes, in simulated time. */
    public Duration timed(Simulation.Action action) throws Exception {
        Duration start = simulation.elapsed();
        action.run();
        return simulation.elapsed().minus(start);
    }

    /** Leaves out the check of beliefs, for a story in which peers lie or never identify themselves. */
    public void withoutBeliefs() {
        beliefs = false;
    }

    private void end() throws Exception {
        if (!nodes.isEmpty()) {
            oracles.require(nodes.getFirst().environment().nanoTime());
        }
        if (beliefs && nodes.size() > 1) {
            Beliefs.require(simulation, nodes);
        }
        Simulation.Action[] closing = nodes.stream()
                .map(node -> (Simulation.Action) () -> node.close(simulation))
                .toArray(Simulation.Action[]::new);
        together(closing);
        simulation.settle();
        if (simulation.livingThreads().size() > 1) {
            sleep(LAST_WORDS);
        }
        assertThat(simulation.livingThreads()).as("threads that are left").containsExactly("main");
        for (TestNode node : nodes) {
            node.requireNothingLeft(simulation);
        }
    }
}
