package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import libp2p.core.environment.Deadline;
import libp2p.core.routing.Results;
import libp2p.delegated.routing.DelegatedRouting;
import libp2p.delegated.routing.PeerRecord;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.fetch.Fetcher;
import libp2p.http.HttpClient;
import libp2p.http.HttpRequest;
import libp2p.http.client.HttpAddress;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.control.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * The peers and servers from which one command gets what is not here.
 *
 * @param peers with {@code /p2p/ID}
 * @param seconds how long to wait while nothing comes
 * @param gateways that are asked beside peers
 * @param insecure whether any certificate of a gateway is taken
 * @param routing a server of delegated routing
 * @param via how the peers are asked first
 */
record PeerChoice(
        List<String> peers,
        int seconds,
        List<URI> gateways,
        boolean insecure,
        @Nullable URI routing,
        ContentAccess.Via via) {
    /** The options that name them in a request. */
    static final List<String> OPTIONS = List.of("peer", "patience", "gateway", "gateway-insecure", "routing", "via");

    /** Seconds that a server of delegated routing is asked for. */
    private static final int SEARCH = 10;

    /** Seconds to wait while nothing comes, unless it is told. */
    static final int PATIENCE = 60;

    private static final int PROVIDERS = 8;

    /** Does something with the target of a path. */
    @FunctionalInterface
    interface Work<T> {
        /** Does it; blocks. */
        T on(Fetcher fetcher, String immutable) throws IOException;
    }

    /** The arguments of a command that gets from peers what is not here. */
    static Arguments arguments(HttpRequest request, String... more) {
        List<String> known = new ArrayList<>(OPTIONS);
        known.addAll(List.of(more));
        return Arguments.of(request, known.toArray(String[]::new));
    }

    static PeerChoice of(Arguments arguments) {
        String routing = arguments.option("routing", "");
        return new PeerChoice(
                arguments.options("peer"),
                (int) Math.min(Integer.MAX_VALUE, arguments.number("patience", PATIENCE)),
                arguments.options("gateway").stream().map(URI::create).toList(),
                arguments.has("gateway-insecure"),
                routing.isEmpty() ? null : URI.create(routing),
                via(arguments.option("via", "bitswap")));
    }

    private static ContentAccess.Via via(String word) {
        for (ContentAccess.Via known : ContentAccess.Via.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("--via takes bitswap, graphsync or http");
    }

    /** Does something with the target of a path; a client that leaves ends the fetch. */
    <T> T fetching(ContentAccess access, HttpRequest request, String path, Work<T> work) throws IOException {
        String immutable = access.immutable(path, seconds);
        try (Fetcher fetcher = fetcher(access, PathResolver.root(immutable))) {
            request.context().whenLeft(fetcher::close);
            T result = work.on(fetcher, immutable);
            fetcher.flush();
            return result;
        }
    }

    /**
     * With the providers of a root, as far as a server of delegated routing was named. It repeats what strangers say,
     * wherever it is itself: so the servers that it names are only called if they are public, or named here too.
     */
    Fetcher fetcher(ContentAccess access, Cid root) throws IOException {
        if (routing == null) {
            return access.fetcher(peers, seconds, named(access), via);
        }
        List<String> known = new ArrayList<>(peers);
        List<HttpClient> http = new ArrayList<>(named(access));
        Deadline deadline = Deadline.after(access.environment(), Duration.ofSeconds(Math.min(seconds, SEARCH)));
        List<URI> own = new ArrayList<>(gateways);
        own.add(routing);
        try (DelegatedRouting server = new DelegatedRouting(
                        access.environment(),
                        access.caller(routing, insecure, false),
                        List.of(PeerRecord.BITSWAP, PeerRecord.GATEWAY),
                        access.limits().of(RoutingLimits.class));
                Results<PeerRecord> found = server.providers(root, deadline)) {
            PeerRecord record = found.next();
            for (int i = 0; record != null && i < PROVIDERS; i++, record = found.next()) {
                for (Multiaddr address : record.addresses()) {
                    URI uri = HttpAddress.offered(address, own);
                    if (uri != null) {
                        http.add(access.caller(uri, insecure, !HttpAddress.isNamed(uri, own)));
                    } else if (HttpAddress.uri(address, true) == null) {
                        byte[] id = record.id().toBytes();
                        known.add((address.peerId() == null ? address.withPeer(id) : address).toString());
                    }
                }
            }
        }
        return access.fetcher(known, seconds, http, via);
    }

    private List<HttpClient> named(ContentAccess access) {
        return gateways.stream()
                .map(gateway -> access.caller(gateway, insecure, false))
                .toList();
    }

    /** Whether whole DAGs may come in one answer. */
    boolean hasGateways() {
        return !gateways.isEmpty() || routing != null || via != ContentAccess.Via.BITSWAP;
    }
}
