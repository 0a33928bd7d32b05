package libp2p.node.content;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.Pins;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.PeerRouting;
import libp2p.core.routing.ValueStore;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.delegated.routing.PeerRecord;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.fetch.FetchOptions;
import libp2p.fetch.Fetcher;
import libp2p.gateway.DnsLinkNames;
import libp2p.gateway.Gateway;
import libp2p.gateway.PeerIdAuthHandler;
import libp2p.gateway.RecordNames;
import libp2p.gateway.pinning.PinQueue;
import libp2p.gateway.pinning.PinningServer;
import libp2p.gateway.routing.OwnContent;
import libp2p.gateway.routing.RoutingBackend;
import libp2p.gateway.routing.RoutingServer;
import libp2p.http.HttpHandler;
import libp2p.http.HttpResponse;
import libp2p.http.HttpRouter;
import libp2p.http.auth.PeerIdAuthServer;
import libp2p.http.jetty.HttpServer;
import libp2p.http.jetty.HttpServerLimits;
import libp2p.ipfs.Repository;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipns.DnsLink;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** The gateway of a node. */
final class GatewayServer implements AutoCloseable {
    private static final Duration TOKENS = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOKUP = Duration.ofSeconds(30);

    private final HttpServer http;
    private final @Nullable PinQueue pinning;

    /**
     * Starts it.
     *
     * @param policy what it does not serve
     * @param getting what is not got for those who have roots pinned
     */
    GatewayServer(
            Host host,
            InetSocketAddress address,
            GatewayOptions options,
            Repository content,
            BlockStore store,
            ContentPolicy policy,
            ContentPolicy getting)
            throws IOException {
        Environment environment = host.environment();
        libp2p.gateway.GatewayOptions serving = libp2p.gateway.GatewayOptions.DEFAULT
                .withTrustlessOnly(options.isTrustless())
                .withPolicy(policy)
                .withProxies(options.proxies())
                .withDomains(options.domains())
                .withNames(new RecordNames(environment, host.limits(RoutingLimits.DEFAULT), name -> {
                            Optional<ValueStore> values = host.find(ValueStore.class);
                            return values.isEmpty()
                                    ? null
                                    : values.get().getValue(name.routingKey(), Deadline.after(environment, LOOKUP));
                        })
                        .or(new DnsLinkNames(environment, new DnsLink(environment))));
        Gateway gateway = new Gateway(store, serving);
        Map<String, HttpHandler> handlers = new HashMap<>();
        handlers.put(
                RoutingServer.PATH,
                new RoutingServer(
                        environment,
                        new OwnContent(store, () -> records(host, options), network(host)),
                        host.limits(RoutingLimits.DEFAULT)));
        if (options.isAuthenticating()) {
            handlers.put(
                    "/auth",
                    new PeerIdAuthHandler(
                            new PeerIdAuthServer(host.identity(), environment, TOKENS),
                            name -> isOwn(name, address, options.domains()),
                            request -> HttpResponse.of(
                                    200,
                                    Map.of("Content-Type", "application/json"),
                                    "{\"peer\":\"" + request.context().peer() + "\"}\n")));
        }
        String token = options.pinningToken();
        pinning = token == null ? null : queue(host, content, store, getting);
        if (pinning != null && token != null) {
            handlers.put(
                    PinningServer.PATH,
                    new PinningServer(
                            pinning,
                            token,
                            () -> host.fullAddresses().stream()
                                    .map(Multiaddr::toString)
                                    .toList(),
                            host.limits(PinningLimits.DEFAULT)));
        }
        HttpHandler blocks = request -> {
            HttpResponse answer = gateway.handle(request);
            return host.find(Bitswap.class)
                    .map(bitswap -> answer.through(bitswap.rate()::over))
                    .orElse(answer);
        };
        try {
            http = HttpServer.start(
                    address,
                    options.tls(environment),
                    new HttpRouter(handlers, blocks),
                    host.limits(HttpServerLimits.DEFAULT),
                    serving::isOwn);
        } catch (IOException e) {
            throw new IOException("the gateway cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /** Requests to pin are done with the peers that they name and those that the host finds. */
    private static PinQueue queue(Host host, Repository content, BlockStore store, ContentPolicy policy)
            throws IOException {
        return PinQueue.open(
                host.environment(),
                content.requests(),
                content.pins(),
                (request, owner) -> {
                    List<PeerAddress> origins =
                            request.origins().stream().map(PeerAddress::of).toList();
                    FetchOptions options = FetchOptions.of(content.reputation())
                            .withPatience(PATIENCE)
                            .withExchange(() -> host.find(Bitswap.class).orElseThrow(), origins);
                    try (Fetcher fetcher =
                            Fetcher.of(host.environment(), store, options).within(policy)) {
                        content.pins().add(request.cid(), Pins.Kind.RECURSIVE, owner, fetcher);
                    }
                },
                host.limits(PinningLimits.DEFAULT));
    }

    /** Whether a Host field stands for this server: its address or one of its domains, with or without a port. */
    private static boolean isOwn(String host, InetSocketAddress address, List<String> domains) {
        String name = host.replaceFirst(":[0-9]{1,5}$", "");
        return domains.contains(name)
                || name.equals(address.getHostString())
                || address.getAddress().isLoopbackAddress() && (name.equals("127.0.0.1") || name.equals("[::1]"));
    }

    private static @Nullable RoutingBackend network(Host host) {
        Optional<ContentRouting> content = host.find(ContentRouting.class);
        return content.isEmpty()
                ? null
                : RoutingBackend.over(
                        content.get(),
                        PeerRouting.inTurn(host.findAll(PeerRouting.class)),
                        host.find(ValueStore.class).orElse(null));
    }

    /** Records of where this host serves its blocks: by Bitswap, and over HTTP. */
    private List<PeerRecord> records(Host host, GatewayOptions options) {
        List<Multiaddr> addresses = new ArrayList<>(host.addresses());
        Multiaddr tcp = Multiaddr.ofTcp(http.address(), http.port());
        Multiaddr listening = (options.isTls() ? tcp.with(Protocol.TLS) : tcp).with(Protocol.HTTP);
        addresses.addAll(options.announced().isEmpty() ? List.of(listening) : options.announced());
        return List.of(PeerRecord.of(host.peerId(), addresses, List.of(PeerRecord.BITSWAP, PeerRecord.GATEWAY)));
    }

    String url() {
        return http.url();
    }

    @Override
    public void close() {
        if (pinning != null) {
            pinning.close();
        }
        http.close();
    }
}
