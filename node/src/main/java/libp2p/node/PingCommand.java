package libp2p.node;

import java.time.Duration;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p ping}. */
@Command(name = "ping", description = "Pings a peer.", mixinStandardHelpOptions = true)
final class PingCommand extends DialCommand {
    @Option(names = "--count", defaultValue = "1", description = "How often; default: ${DEFAULT-VALUE}.")
    private int count;

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        try (PingSession session = Ping.session(host, peer)) {
            for (int i = 0; i < count; i++) {
                Duration rtt = session.ping();
                double micros = rtt.toNanos() / 1000.0;
                output.event("ping", "%s: %.1f µs".formatted(peer.peer(), micros), "rtt_us", micros);
            }
        }
    }
}
