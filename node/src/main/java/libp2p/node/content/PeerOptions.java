package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import libp2p.exchange.fetch.Fetcher;
import picocli.CommandLine.Option;

/** From whom blocks are fetched that are not here. */
final class PeerOptions {
    @Option(
            names = "--peer",
            paramLabel = "MULTIADDR",
            description = "A peer that has it, with /p2p/ID; may be repeated.")
    private List<String> peers = List.of();

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait while nothing comes from anybody; default: ${DEFAULT-VALUE}.")
    private int seconds = 60;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description =
                    "A trustless gateway that is asked beside peers, such as http://127.0.0.1:8080; may be repeated.")
    private List<URI> gateways = List.of();

    @Option(
            names = "--gateway-insecure",
            description = "Take any certificate of a gateway: its blocks are verified anyway.")
    private boolean insecure;

    Fetcher fetcher(ContentContext context) throws IOException {
        return context.fetcher(peers, seconds, gateways, insecure);
    }

    /** Whether whole DAGs may come in one answer. */
    boolean hasGateways() {
        return !gateways.isEmpty();
    }
}
