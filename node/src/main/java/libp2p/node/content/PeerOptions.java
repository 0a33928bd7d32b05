package libp2p.node.content;

import java.net.URI;
import java.util.List;
import libp2p.node.control.Query;
import org.jspecify.annotations.Nullable;
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
            description = "How long to wait while nothing comes from any peer; default: ${DEFAULT-VALUE}.")
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

    @Option(
            names = "--routing",
            paramLabel = "URL",
            description =
                    "A server of delegated routing that knows who has the content, such as http://127.0.0.1:8080.")
    private @Nullable URI routing;

    @Option(
            names = "--via",
            paramLabel = "bitswap|graphsync|http",
            defaultValue = "bitswap",
            description = "How the peers are asked first; default: ${DEFAULT-VALUE}.")
    private String via = "bitswap";

    /** Adds them to a request. */
    Query addTo(Query query) {
        peers.forEach(peer -> query.option("peer", peer));
        gateways.forEach(gateway -> query.option("gateway", gateway));
        if (routing != null) {
            query.option("routing", routing);
        }
        return query.option("patience", seconds)
                .option("gateway-insecure", insecure)
                .option("via", via);
    }
}
