package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.HostBuilder;
import libp2p.core.buffer.BufferPool;
import libp2p.security.record.RecordBuffers;
import libp2p.simulator.Schedule;
import libp2p.simulator.Seeds;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNetwork;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;

/**
 * A few complete hosts in a simulation, and what must hold whatever a scenario did to them: when all hosts are closed no
 * thread of theirs runs, no timer is left, no socket is open, no port is taken, nothing is charged to a scope, every
 * buffer is back, and every connection and stream that began has ended.
 */
final class World {
    /** Seeds of a scenario in the default run; {@code -Pfull} sets more. */
    static final int SEEDS = 20;

    /** What the tests tagged {@code small-heap} have, as the pom says. */
    private static final long SMALL_HEAP = 64 << 20;

    private static final Duration MOST_TIME = Duration.ofHours(4);
    /** In so long every timer of a closed host that was forgotten would fire. */
    private static final Duration AFTERMATH = Duration.ofMinutes(20);

    /** What happens in a world. */
    interface Story {
        void tell(World world) throws Exception;
    }

    private final Simulation simulation;
    private final List<Node> nodes = new ArrayList<>();
    private int machines;

    private World(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Tells a story under many seeds. */
    static void underManySeeds(Story story) {
        underSeeds(SEEDS, story);
    }

    /** Tells a story under so many seeds. */
    static void underSeeds(int count, Story story) {
        underSeeds(count, Schedule.MIXED, story);
    }

    /** Tells a story where only waiting takes time, so that instants are exact; the order of turns is still the seed's. */
    static void inExactTime(int seeds, Story story) {
        underSeeds(seeds, Schedule.UNIFORM, story);
    }

    private static void underSeeds(int count, Schedule schedule, Story story) {
        Seeds.run(count, seed -> {
            int buffers = leasedBuffers();
            Simulation.of(seed).schedule(schedule).limitTime(MOST_TIME).run(simulation -> {
                World world = new World(simulation);
                story.tell(world);
                world.end();
            });
            assertThat(leasedBuffers()).as("buffers that are not given back").isEqualTo(buffers);
        });
    }

    private static int leasedBuffers() {
        return BufferPool.shared().outstanding() + RecordBuffers.shared().outstanding();
    }

    Simulation simulation() {
        return simulation;
    }

    SimulatedNetwork network() {
        return simulation.network();
    }

    RandomGenerator random() {
        return simulation.random("story");
    }

    /** Adds a host that listens on port 4001 of its own address, with the defaults and Noise. */
    Node node(String name) throws IOException {
        return node(name, builder -> {});
    }

    /** As {@link #node(String)}, with settings. */
    Node node(String name, Consumer<HostBuilder> settings) throws IOException {
        String ip = "10.0.0." + (nodes.size() + 1);
        return node(simulation.host(name, ip), settings, "/ip4/" + ip + "/tcp/4001");
    }

    /** As {@link #node(String, Consumer)}, with the limits that a host has by default under the small heap of some tests. */
    Node nodeOnASmallHeap(String name, Consumer<HostBuilder> settings) throws IOException {
        return node(name, Node.LIMITS.withinHeap(SMALL_HEAP), settings);
    }

    /** As {@link #node(String, Consumer)}, with limits of its own. */
    Node node(String name, ResourceLimits limits, Consumer<HostBuilder> settings) throws IOException {
        String ip = "10.0.0." + (nodes.size() + 1);
        SimulatedEnvironment environment = simulation.host(name, ip);
        Consumer<HostBuilder> limited = host -> host.resources(new CountingResourceManager(environment, limits));
        return node(environment, limited.andThen(settings), "/ip4/" + ip + "/tcp/4001");
    }

    /** Adds a host that listens where it is told. */
    Node node(SimulatedEnvironment environment, Consumer<HostBuilder> settings, String... listen) throws IOException {
        Node node = Node.start(environment, settings, listen);
        nodes.add(node);
        return node;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Adds a machine on which no host runs, for an attacker. */
    SimulatedEnvironment machine(String name) {
        return simulation.host(name, "10.1.0." + ++machines);
    }

    SimulatedTask spawn(String name, Simulation.Action action) {
        return simulation.spawn(name, action);
    }

    void sleep(Duration time) throws InterruptedException {
        simulation.sleep(time);
    }

    /** Runs the actions at the same time and waits for all. */
    void together(Simulation.Action... actions) throws InterruptedException {
        List<SimulatedTask> tasks = new ArrayList<>();
        for (Simulation.Action action : actions) {
            tasks.add(spawn("together-" + tasks.size(), action));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }

    /** How long an action takes, in simulated time. */
    Duration timed(Simulation.Action action) throws Exception {
        Duration start = simulation.elapsed();
        action.run();
        return simulation.elapsed().minus(start);
    }

    private void end() throws Exception {
        Simulation.Action[] closing = nodes.stream()
                .map(node -> (Simulation.Action) () -> node.close(simulation))
                .toArray(Simulation.Action[]::new);
        together(closing);
        simulation.settle();
        assertThat(simulation.livingThreads()).as("threads that are left").containsExactly("main");
        for (Node node : nodes) {
            node.requireNothingLeft(simulation);
        }
        long turns = simulation.trace().turns();
        sleep(AFTERMATH);
        simulation.settle();
        assertThat(simulation.trace().turns() - turns)
                .as("turns of threads that timers of closed hosts have started")
                .isLessThan(300); // the main thread's own, which wakes now and then for no reason
    }
}
