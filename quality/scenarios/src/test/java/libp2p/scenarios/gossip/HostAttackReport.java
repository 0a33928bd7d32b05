package libp2p.scenarios.gossip;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.pubsub.network.Attack;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Result;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import libp2p.pubsub.network.Attack.Times;
import libp2p.pubsub.network.AttackReport;
import libp2p.simulator.Schedule;
import libp2p.simulator.Simulation;

/** Attacks on complete hosts, with a page of the results; started by {@code protocols/pubsub/attacks hosts}. */
public final class HostAttackReport {
    /** Hosts take some hundred times the work of routers alone: fewer messages than there. */
    static final Size FULL = Size.FULL.withRate(2);

    /**
     * All attacks under the scores of a user, those of the files of the evaluation under its own, too: hosts take long.
     */
    static final Map<Scoring, Set<Kind>> RUNS = Map.of(
            Scoring.DECLARED,
            EnumSet.allOf(Kind.class),
            Scoring.EVALUATION,
            EnumSet.of(Kind.NONE, Kind.ECLIPSE, Kind.DEGRADE));

    private HostAttackReport() {}

    public static void main(String[] arguments) throws IOException {
        AttackReport.Field hosts = new AttackReport.Field(
                "gossipsub-attacks",
                "hosts",
                "The nodes are complete hosts in the simulator, with TCP, Noise, yamux, identify and signed messages; a"
                        + " signature that holds is checked once for all of them.",
                FULL,
                Times.SHORT,
                RUNS,
                HostAttackReport::run);
        System.exit(AttackReport.run(hosts, List.of(arguments)) ? 0 : 1);
    }

    static Result run(Kind kind, Size size, Scoring scoring, Times times, long seed) {
        AtomicReference<Result> result = new AtomicReference<>();
        Simulation.of(seed).schedule(Schedule.FIFO).tolerateExceptions().run(simulation -> {
            Duration latency = Attack.vectors(kind).time("main.network.latency");
            double jitter = Attack.vectors(kind).count("network.jitter_pct") / 100.0;
            try (HostField field = new HostField(simulation, latency, jitter, "noise")) {
                result.set(Attack.run(kind, size, scoring, times, field));
            }
        });
        return result.get();
    }
}
