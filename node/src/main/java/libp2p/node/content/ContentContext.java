package libp2p.node.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.exchange.fetch.FetchOptions;
import libp2p.exchange.fetch.FetchSource;
import libp2p.exchange.fetch.Fetcher;
import libp2p.exchange.graphsync.GraphSync;
import libp2p.exchange.http.HttpCaller;
import libp2p.exchange.http.JdkHttpCaller;
import libp2p.exchange.streams.StreamCaller;
import libp2p.exchange.trustless.TrustlessClient;
import libp2p.exchange.trustless.TrustlessLimits;
import libp2p.ipfs.Repository;
import libp2p.multiformats.Cid;

/**
 * The context of a command: the store of this process or of the node that runs, and the streams of the caller.
 *
 * @param store of this process or of the node that runs
 * @param blocks those of the store; peers that wait for what is written here are given it
 * @param announcer tells the network of roots, as far as there is somebody to tell
 * @param folder that relative paths begin at
 */
record ContentContext(
        Environment environment,
        Repository store,
        BlockStore blocks,
        Fetcher.Exchange exchange,
        Hosting hosting,
        Announcer announcer,
        Path folder,
        InputStream in,
        PrintStream out) {
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

    static final ScopedValue<ContentContext> CURRENT = ScopedValue.newInstance();

    /** Client that asks peers for whole DAGs. */
    enum Via {
        /** Block by block. */
        BITSWAP,
        GRAPHSYNC,
        /** By the trustless gateway over streams. */
        HTTP
    }

    /**
     * The output for bytes that may be many: a write fails once nobody reads them any more, so that nothing is fetched
     * in vain.
     */
    OutputStream bytes() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                out.write(from, offset, length);
                if (out.checkError()) {
                    throw new IOException("nobody reads the output any more");
                }
            }
        };
    }

    /** A caller of a gateway or of a server of delegated routing; the fetcher that it is given to closes it. */
    HttpCaller caller(URI server, boolean insecure, boolean publicOnly) {
        return new JdkHttpCaller(environment, server, insecure ? AnyCertificate.context() : null, publicOnly);
    }

    /** Gets blocks from the store, from peers, and from gateways. */
    Fetcher fetcher(List<String> peers, int seconds, List<HttpCaller> gateways, Via via) throws IOException {
        List<PeerAddress> addresses = peers.stream().map(PeerAddress::parse).toList();
        List<FetchSource> sources = new ArrayList<>();
        for (HttpCaller gateway : gateways) {
            sources.add(FetchSource.gateway(new TrustlessClient(environment, gateway, TrustlessLimits.DEFAULT)));
        }
        for (PeerAddress address : via == Via.BITSWAP ? List.<PeerAddress>of() : addresses) {
            Host host = hosting.open();
            sources.add(
                    via == Via.GRAPHSYNC
                            ? FetchSource.graphSync(host.find(GraphSync.class).orElseThrow(), address)
                            : FetchSource.gateway(new TrustlessClient(
                                    environment, new StreamCaller(host, address), TrustlessLimits.DEFAULT)));
        }
        if (sources.isEmpty()) {
            return new Fetcher(blocks, exchange, addresses, Duration.ofSeconds(seconds));
        }
        FetchOptions options =
                FetchOptions.of(store.reputation()).withSources(sources).withPatience(Duration.ofSeconds(seconds));
        return new Fetcher(
                        environment, blocks, addresses.isEmpty() ? options : options.withExchange(exchange, addresses))
                .onClose(() -> gateways.forEach(HttpCaller::close));
    }
}
