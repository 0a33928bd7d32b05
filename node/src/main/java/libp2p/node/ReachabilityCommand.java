package libp2p.node;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import libp2p.HostBuilder;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.autonat.ReachabilityReport;
import libp2p.node.host.Exit;
import libp2p.node.host.ListeningOptions;
import libp2p.node.nat.ReachabilityText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p reachability}. */
@Command(
        name = "reachability",
        description = "Starts a node, asks its peers (--bootstrap, --connect) to dial it, and says how it is reached.",
        mixinStandardHelpOptions = true)
final class ReachabilityCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private ListeningOptions options = new ListeningOptions();

    @Mixin
    private ListenOptions listen = new ListenOptions();

    @Option(
            names = "--wait",
            defaultValue = "60",
            description = "Seconds to wait for an answer; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        options.nat().want();
        HostBuilder builder = options.host();
        listen.install(builder);
        try (Host host = builder.start();
                Subscription<ReachabilityChanged> changes = host.events().subscribe(ReachabilityChanged.class)) {
            options.nat().follow(host);
            Deadline until = Deadline.after(host.environment(), Duration.ofSeconds(seconds));
            ReachabilityChanged event;
            do {
                event = changes.take(until);
            } while (event != null && event.reachability() == Reachability.UNKNOWN);
            ReachabilityReport report = host.find(AutoNat.class).orElseThrow().report();
            String state = report.state().name().toLowerCase(Locale.ROOT);
            List<String> lines = ReachabilityText.of(host);
            options.output().event("reachability", String.join("\n", lines), "state", state, "text", lines);
            return report.state() == Reachability.UNKNOWN ? Exit.NOT_REACHED : Exit.DONE;
        }
    }
}
