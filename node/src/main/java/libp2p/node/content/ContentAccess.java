package libp2p.node.content;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.Limits;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.delegated.trustless.PeerGatewayClient;
import libp2p.delegated.trustless.TrustlessClient;
import libp2p.delegated.trustless.TrustlessLimits;
import libp2p.fetch.FetchOptions;
import libp2p.fetch.FetchSource;
import libp2p.fetch.Fetcher;
import libp2p.graphsync.GraphSync;
import libp2p.http.HttpClient;
import libp2p.http.client.JdkHttpClient;
import libp2p.ipfs.Repository;
import libp2p.ipld.ContentException;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import libp2p.storage.DatastoreLimits;

/**
 * The means of commands on content: the store of this process, and a host to ask peers by. Thread-safe.
 *
 * @param limits of this process
 * @param store of this process
 * @param blocks those of the store; peers that wait for what is written here are given it
 * @param hosting the host of this process
 * @param announcer tells the network of roots
 * @param peers that the host has of its own
 * @param policy what is neither got nor given
 */
record ContentAccess(
        Environment environment,
        Limits limits,
        Repository store,
        BlockStore blocks,
        Hosting hosting,
        Announcer announcer,
        Peers peers,
        ContentPolicy policy) {
    /** Source of the host; starts one if there is none. */
    @FunctionalInterface
    interface Hosting {
        Host open() throws IOException;
    }

    /** Tells the network who has content. */
    @FunctionalInterface
    interface Announcer {
        /** Announces blocks from now on, whatever the strategy of the node is; false if there is no routing to tell. */
        boolean announce(List<Cid> roots) throws IOException;
    }

    /** The peers that the host of this process can ask. */
    enum Peers {
        /** Those that a command names. */
        NAMED,
        /** Those to begin with. */
        BOOTSTRAP,
        /** Those of a node that runs, by its connections and routing. */
        OF_NODE
    }

    /** Client that asks peers for whole DAGs. */
    enum Via {
        /** Block by block. */
        BITSWAP,
        GRAPHSYNC,
        /** By the trustless gateway over streams. */
        HTTP
    }

    /** Opens the content of a data directory. */
    static Repository open(Environment environment, Path data, Limits limits) throws IOException {
        return Repository.open(
                environment,
                data.resolve("content"),
                limits.of(BlockStoreLimits.class),
                limits.of(DatastoreLimits.class));
    }

    /** A caller of a gateway or of a server of delegated routing; the fetcher that it is given to closes it. */
    HttpClient caller(URI server, boolean insecure, boolean publicOnly) {
        return new JdkHttpClient(environment, server, insecure ? AnyCertificate.context() : null, publicOnly);
    }

    /** Bitswap of the host; refused where no peer is named and none is connected or can be found. */
    private Bitswap exchange(List<PeerAddress> named) throws IOException {
        if (named.isEmpty() && peers == Peers.NAMED) {
            throw new ContentException("it is not here, and no peer can be asked: name one by --peer or a gateway by"
                    + " --gateway, or start a node: p2p node");
        }
        Host host = hosting.open();
        if (named.isEmpty()
                && host.connections().isEmpty()
                && host.find(ContentRouting.class).isEmpty()) {
            throw new ContentException("it is not here, and no peer can be asked: the node has no connection and no"
                    + " routing; connect it by p2p swarm connect, or name a peer by --peer");
        }
        return host.find(Bitswap.class).orElseThrow();
    }

    /** Gets blocks from the store, from peers, and from gateways. */
    Fetcher fetcher(List<String> peers, int seconds, List<HttpClient> gateways, Via via) throws IOException {
        List<PeerAddress> addresses = peers.stream().map(PeerAddress::parse).toList();
        List<FetchSource> sources = new ArrayList<>();
        for (HttpClient gateway : gateways) {
            sources.add(
                    FetchSource.gateway(new TrustlessClient(environment, gateway, limits.of(TrustlessLimits.class))));
        }
        for (PeerAddress address : via == Via.BITSWAP ? List.<PeerAddress>of() : addresses) {
            Host host = hosting.open();
            sources.add(
                    via == Via.GRAPHSYNC
                            ? FetchSource.graphSync(host.find(GraphSync.class).orElseThrow(), address)
                            : FetchSource.gateway(new TrustlessClient(
                                    environment,
                                    new PeerGatewayClient(host, address),
                                    limits.of(TrustlessLimits.class))));
        }
        Fetcher.Exchange exchange = () -> exchange(addresses);
        FetchOptions options =
                FetchOptions.of(store.reputation()).withSources(sources).withPatience(Duration.ofSeconds(seconds));
        boolean isByPeers = sources.isEmpty() || !addresses.isEmpty();
        return Fetcher.of(environment, blocks, isByPeers ? options.withExchange(exchange, addresses) : options)
                .onClose(() -> gateways.forEach(HttpClient::close))
                .within(policy);
    }

    /** Names, by the same host. */
    Names names() {
        return new Names(hosting);
    }

    /** The immutable path for one that may be mutable; blocks. */
    String immutable(String path, int seconds) throws IOException {
        String bare = path.startsWith("ipns://") ? "/ipns/" + path.substring("ipns://".length()) : path;
        if (bare.startsWith("/ipns/")) {
            List<String> name = PathResolver.rest(bare.substring("/ipns".length()));
            policy.check("ipns", bare.split("/")[2], name);
        }
        String immutable = names().immutable(path, Duration.ofSeconds(seconds));
        policy.check("ipfs", PathResolver.root(immutable).toString(), PathResolver.rest(immutable));
        return immutable;
    }
}
