package libp2p.node;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import libp2p.HostBuilder;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.node.host.Exit;
import libp2p.node.host.ListeningOptions;
import libp2p.node.host.Output;
import libp2p.node.nat.DirectWait;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p ping}. */
@Command(name = "ping", description = "Pings a peer.", mixinStandardHelpOptions = true)
final class PingCommand extends DialCommand {
    @Option(names = "--count", defaultValue = "1", description = "How often; default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--direct",
            paramLabel = "SECONDS",
            description = "Wait so long for a connection without a relay; exit code 3 if there is none.")
    @Nullable
    private Integer direct;

    @Option(
            names = "--listen",
            paramLabel = "MULTIADDR",
            arity = "1..*",
            description = "Addresses to listen on, from which holes can be punched; default: none.")
    private List<String> listen = List.of();

    PingCommand() {
        super(new ListeningOptions()); // for holes to be punched
    }

    @Override
    void prepare(HostBuilder builder) {
        builder.listen(listen.toArray(String[]::new));
    }

    @Override
    boolean waitsForDirect() {
        return direct != null;
    }

    @Override
    int result() {
        return missed ? Exit.NOT_REACHED : Exit.DONE;
    }

    private boolean missed;

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        PeerId id = Objects.requireNonNull(peer.peer());
        Integer seconds = direct;
        long begin = host.environment().nanoTime();
        if (seconds != null) {
            missed = !host.find(DirectWait.class).orElseThrow().await(id, Duration.ofSeconds(seconds));
        }
        double waited = (host.environment().nanoTime() - begin) / 1e6;
        try (PingSession session = Ping.session(host, peer)) {
            for (int i = 0; i < count; i++) {
                double micros = session.ping().toNanos() / 1000.0;
                String human = "%s: %.1f µs".formatted(id, micros);
                if (seconds == null) {
                    output.event("ping", human, "rtt_us", micros);
                } else {
                    human += missed
                            ? ", through a relay: no direct connection in %d s".formatted(seconds)
                            : ", direct after %.0f ms".formatted(waited);
                    output.event("ping", human, "peer", id, "rtt_us", micros, "direct", !missed, "direct_ms", waited);
                }
            }
        }
    }
}
