package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import libp2p.core.environment.Deadline;
import libp2p.core.routing.Results;
import libp2p.exchange.fetch.Fetcher;
import libp2p.exchange.http.HttpAddress;
import libp2p.exchange.http.HttpCaller;
import libp2p.exchange.routing.DelegatedRouting;
import libp2p.exchange.routing.PeerRecord;
import libp2p.exchange.routing.RoutingLimits;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** From whom blocks are fetched that are not here. */
final class PeerOptions {
    /** Seconds that a server of delegated routing is asked for. */
    private static final int SEARCH = 10;

    private static final int PROVIDERS = 8;

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

    Fetcher fetcher(ContentContext context) throws IOException {
        return context.fetcher(peers, seconds, named(context), via());
    }

    /**
     * With the providers of a root, as far as a server of delegated routing was named. It repeats what strangers say,
     * wherever it is itself: so the servers that it names are only called if they are public, or named here too.
     */
    Fetcher fetcher(ContentContext context, Cid root) throws IOException {
        if (routing == null) {
            return fetcher(context);
        }
        List<String> known = new ArrayList<>(peers);
        List<HttpCaller> http = new ArrayList<>(named(context));
        Deadline deadline = Deadline.after(context.environment(), Duration.ofSeconds(Math.min(seconds, SEARCH)));
        List<URI> own = new ArrayList<>(gateways);
        own.add(routing);
        try (DelegatedRouting server = new DelegatedRouting(
                        context.environment(),
                        context.caller(routing, insecure, false),
                        List.of(PeerRecord.BITSWAP, PeerRecord.GATEWAY),
                        RoutingLimits.DEFAULT);
                Results<PeerRecord> found = server.providers(root, deadline)) {
            PeerRecord record = found.next();
            for (int i = 0; record != null && i < PROVIDERS; i++, record = found.next()) {
                for (Multiaddr address : record.addresses()) {
                    URI uri = HttpAddress.offered(address, own);
                    if (uri != null) {
                        http.add(context.caller(uri, insecure, !HttpAddress.isNamed(uri, own)));
                    } else if (HttpAddress.uri(address, true) == null) {
                        byte[] id = record.id().toBytes();
                        known.add((address.peerId() == null ? address.withPeer(id) : address).toString());
                    }
                }
            }
        }
        return context.fetcher(known, seconds, http, via());
    }

    private List<HttpCaller> named(ContentContext context) {
        return gateways.stream()
                .map(gateway -> context.caller(gateway, insecure, false))
                .toList();
    }

    /** Whether whole DAGs may come in one answer. */
    boolean hasGateways() {
        return !gateways.isEmpty() || routing != null || via() != ContentContext.Via.BITSWAP;
    }

    /** The peers. */
    List<String> peers() {
        return peers;
    }

    ContentContext.Via via() {
        for (ContentContext.Via known : ContentContext.Via.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(via)) {
                return known;
            }
        }
        throw new IllegalArgumentException("--via takes bitswap, graphsync or http");
    }
}
