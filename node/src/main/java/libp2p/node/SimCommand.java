package libp2p.node;

import java.util.Locale;
import java.util.concurrent.Callable;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import libp2p.node.sim.SimulatedHosts;
import libp2p.simulator.Schedule;
import libp2p.simulator.SimulationFailure;
import libp2p.simulator.Wire;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p debug sim}. */
@Command(
        name = "sim",
        description = "Runs a network of complete hosts in the simulator: all connect, identify each other and ping.",
        mixinStandardHelpOptions = true)
final class SimCommand implements Callable<Integer> {
    /** From here on the quickest schedule is the default. */
    private static final int LARGE = 5_000;

    @Option(names = "--hosts", defaultValue = "100", description = "Hosts; default: ${DEFAULT-VALUE}.")
    private int hosts;

    @Option(names = "--peers", defaultValue = "8", description = "Peers each host dials; default: ${DEFAULT-VALUE}.")
    private int peers;

    @Option(names = "--seed", defaultValue = "1", description = "Decides everything; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--schedule",
            description = "How the next thread is picked: ${COMPLETION-CANDIDATES}; default: mixed, fifo from " + LARGE
                    + " hosts on.")
    private @Nullable Schedule schedule;

    @Option(names = "--transport", description = "Over what the hosts talk: ${COMPLETION-CANDIDATES}; default: tcp.")
    private Wire transport = Wire.TCP;

    @Option(names = "--trace", description = "Print every frame on the network to standard error.")
    private boolean trace;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Schedule picked = schedule != null ? schedule : hosts < LARGE ? Schedule.MIXED : Schedule.FIFO;
        SimulatedHosts.Plan plan = new SimulatedHosts.Plan(hosts, peers, seed, picked, transport);
        try {
            print(plan, SimulatedHosts.run(plan, trace ? System.err::println : null));
            return Exit.DONE;
        } catch (SimulationFailure failure) {
            System.err.println(failure.getMessage());
            System.err.println("replay: " + command(plan));
            return Exit.FAILED;
        }
    }

    private void print(SimulatedHosts.Plan plan, SimulatedHosts.Outcome outcome) {
        double seconds = outcome.simulated().toNanos() / 1e9;
        double ping = outcome.meanPing().toNanos() / 1e6;
        String hash = String.format(Locale.ROOT, "%016x", outcome.trace().hash());
        String turns = String.format(Locale.ROOT, "%016x", outcome.trace().scheduleHash());
        String human = String.format(
                Locale.ROOT,
                """
                hash %s, schedule %s
                %d hosts, %d connections, %d times identified, %d pings of %.3f ms on average, %d of them at the second try
                %.3f s of simulated time, %d messages on the network, %d turns of threads
                replay: %s\
                """,
                hash,
                turns,
                plan.hosts(),
                outcome.connections(),
                outcome.identified(),
                outcome.pings(),
                ping,
                outcome.again(),
                seconds,
                outcome.trace().frames(),
                outcome.trace().turns(),
                command(plan));
        new Output(json, System.out)
                .event(
                        "sim",
                        human,
                        "hash",
                        hash,
                        "schedule_hash",
                        turns,
                        "hosts",
                        plan.hosts(),
                        "peers",
                        plan.peers(),
                        "seed",
                        plan.seed(),
                        "connections",
                        outcome.connections(),
                        "identified",
                        outcome.identified(),
                        "pings",
                        outcome.pings(),
                        "mean_ping_ms",
                        ping,
                        "pings_again",
                        outcome.again(),
                        "simulated_s",
                        seconds,
                        "messages",
                        outcome.trace().frames(),
                        "turns",
                        outcome.trace().turns(),
                        "replay",
                        command(plan));
    }

    private static String command(SimulatedHosts.Plan plan) {
        return "p2p debug sim --hosts " + plan.hosts() + " --peers " + plan.peers() + " --seed " + plan.seed()
                + " --schedule " + plan.schedule().name().toLowerCase(Locale.ROOT) + " --transport "
                + plan.wire().name().toLowerCase(Locale.ROOT);
    }
}
