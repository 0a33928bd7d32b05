package libp2p.scenarios.gossip;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.pubsub.network.Attack;
import libp2p.pubsub.network.Attack.Kind;
import libp2p.pubsub.network.Attack.Scoring;
import libp2p.pubsub.network.Attack.Size;
import libp2p.pubsub.network.AttackReport;
import libp2p.pubsub.network.AttackResult;
import libp2p.simulator.Schedule;
import libp2p.simulator.Simulation;

/** Attacks on complete hosts, with a page of the results; started by {@code protocols/pubsub/attacks hosts}. */
public final class HostAttackReport {
    private HostAttackReport() {}

    public static void main(String[] arguments) throws IOException {
        AttackReport.Field hosts = new AttackReport.Field(
                "gossipsub-attacks",
                "hosts",
                "The nodes are complete hosts in the simulator, with TCP, Noise, yamux, identify and signed messages; a"
                        + " signature that holds is checked once for all of them.",
                HostAttackReport::run);
        System.exit(AttackReport.run(hosts, List.of(arguments)) ? 0 : 1);
    }

    static AttackResult run(Kind kind, Size size, Scoring scoring, long seed) {
        AtomicReference<AttackResult> result = new AtomicReference<>();
        Simulation.of(seed).schedule(Schedule.FIFO).tolerateExceptions().run(simulation -> {
            Duration latency = kind.vectors().time("main.network.latency");
            double jitter = kind.vectors().count("main.network.jitter_pct") / 100.0;
            try (HostField field = new HostField(simulation, latency, jitter, "noise")) {
                result.set(Attack.run(kind, size, scoring, field));
            }
        });
        return result.get();
    }
}
