package libp2p.node.content;

import java.io.IOException;
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

    Fetcher fetcher(ContentContext context) throws IOException {
        return context.fetcher(peers, seconds);
    }
}
