package libp2p.node.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.simulator.Schedule;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.simulator.Trace;
import libp2p.simulator.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Many complete hosts (Ed25519; TCP, Noise and yamux, or QUIC, or WebTransport) in one simulation. Each connects to some others, which
 * the seed picks, and pings them; all identify each other; then all close, and nothing may be left. The same plan has
 * the same outcome on every machine.
 */
public final class SimulatedHosts {
    /**
     * The plan.
     *
     * @param hosts at least 2
     * @param peers how many others each host dials, less than {@code hosts}
     * @param seed decides who dials whom, the latencies, all keys, and who runs when
     * @param schedule how the simulator picks the next thread
     * @param wire over what they talk
     */
    public record Plan(int hosts, int peers, long seed, Schedule schedule, Wire wire) {
        private static final int MOST_HOSTS = 1 << 16;

        /** Over TCP. */
        public Plan(int hosts, int peers, long seed, Schedule schedule) {
            this(hosts, peers, seed, schedule, Wire.TCP);
        }

        public Plan {
            if (hosts < 2 || hosts > MOST_HOSTS || peers < 1 || peers >= hosts) {
                throw new IllegalArgumentException(hosts + " hosts with " + peers + " peers each: there must be 2 to "
                        + MOST_HOSTS + " hosts, and 1 to hosts - 1 peers");
            }
        }
    }

    /**
     * The report.
     *
     * @param trace its hash is over every frame on the network, its schedule hash over every turn of a thread
     * @param simulated how long it took in simulated time
     * @param connections how many there were; both of a mutual dial count
     * @param identified how often a host identified the other end of a connection: twice for each connection
     * @param pings that were answered
     * @param again how many of them were tried twice, because the other end had given up the connection
     * @param meanPing round trip of the pings
     */
    public record Outcome(
            Trace trace,
            Duration simulated,
            int connections,
            int identified,
            int pings,
            int again,
            Duration meanPing) {}

    private static final long LEAST_LATENCY_MICROS = 1_000;
    private static final long MOST_LATENCY_MICROS = 60_000;
    private static final Duration MOST_TIME = Duration.ofMinutes(10);

    private final Plan plan;
    private final List<Member> members = new ArrayList<>();
    private int connections;
    private int identified;
    private Duration simulated = Duration.ZERO;

    private SimulatedHosts(Plan plan) {
        this.plan = plan;
    }

    /** Runs a plan on the calling thread, which must be a platform thread. */
    public static Outcome run(Plan plan) {
        return run(plan, null);
    }

    /**
     * As {@link #run(Plan)}.
     *
     * @param lines is given every frame on the network as a line of text; may be null
     * @throws libp2p.simulator.SimulationFailure if anything goes wrong, or is left at the end
     */
    public static Outcome run(Plan plan, @Nullable Consumer<String> lines) {
        SimulatedHosts crowd = new SimulatedHosts(plan);
        Simulation.Builder settings =
                Simulation.of(plan.seed()).schedule(plan.schedule()).limitTime(MOST_TIME);
        if (lines != null) {
            settings.trace(lines);
        }
        return crowd.outcome(settings.run(crowd::live));
    }

    private Outcome outcome(Trace trace) {
        int pings = members.stream().mapToInt(Member::pings).sum();
        Duration all = members.stream().map(Member::pingTime).reduce(Duration.ZERO, Duration::plus);
        int again = members.stream().mapToInt(Member::again).sum();
        return new Outcome(trace, simulated, connections, identified, pings, again, all.dividedBy(Math.max(1, pings)));
    }

    private void live(Simulation simulation) throws Exception {
        for (int i = 0; i < plan.hosts(); i++) {
            members.add(Member.start(simulation, i, plan.wire()));
        }
        RandomGenerator topology = simulation.random("topology");
        List<List<Member>> chosen = new ArrayList<>();
        for (Member member : members) {
            chosen.add(choose(member, topology));
        }
        setLatencies(simulation, chosen);
        each(simulation, "meet", i -> members.get(i).meet(chosen.get(i)));
        each(simulation, "identify", i -> members.get(i).awaitIdentified());
        for (Member member : members) {
            identified += member.identified();
        }
        connections = identified / 2;
        each(simulation, "close", i -> members.get(i).close());
        simulated = simulation.elapsed();
        simulation.settle();
        requireNothingLeft(simulation);
    }

    private List<Member> choose(Member self, RandomGenerator topology) {
        List<Member> chosen = new ArrayList<>();
        while (chosen.size() < plan.peers()) {
            Member candidate = members.get(topology.nextInt(members.size()));
            if (candidate != self && !chosen.contains(candidate)) {
                chosen.add(candidate);
            }
        }
        return chosen;
    }

    private void setLatencies(Simulation simulation, List<List<Member>> chosen) {
        RandomGenerator latencies = simulation.random("latencies");
        for (int i = 0; i < members.size(); i++) {
            for (Member other : chosen.get(i)) {
                long micros = latencies.nextLong(LEAST_LATENCY_MICROS, MOST_LATENCY_MICROS);
                simulation
                        .network()
                        .link(members.get(i).environment(), other.environment())
                        .latency(Duration.ofNanos(1_000 * micros));
            }
        }
    }

    private interface Step {
        void of(int member) throws Exception;
    }

    /** Lets every member do something, all at the same time. */
    private void each(Simulation simulation, String what, Step step) throws InterruptedException {
        List<SimulatedTask> tasks = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            int member = i;
            tasks.add(simulation.spawn(what + "-" + i, () -> step.of(member)));
        }
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }

    private void requireNothingLeft(Simulation simulation) {
        List<String> threads = simulation.livingThreads();
        if (threads.size() > 1) {
            throw new IllegalStateException("threads are left: " + threads.subList(1, Math.min(20, threads.size())));
        }
        for (Member member : members) {
            member.requireNothingLeft(simulation);
        }
    }
}
