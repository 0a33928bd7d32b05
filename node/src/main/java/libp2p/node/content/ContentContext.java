package libp2p.node.content;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.host.PeerAddress;
import libp2p.exchange.fetch.Fetcher;
import libp2p.multiformats.Cid;

/**
 * What a command works on: the store of this process or of the node that runs, and the streams of who asked.
 *
 * @param announcer tells the network of roots, as far as there is somebody to tell
 * @param folder that relative paths begin at
 */
record ContentContext(
        Environment environment,
        ContentStore store,
        Fetcher.Exchange exchange,
        Announcer announcer,
        Path folder,
        InputStream in,
        PrintStream out) {
    /** Tells the network who has content. */
    @FunctionalInterface
    interface Announcer {
        /** Announces roots from now on; false if nobody can be told. */
        boolean announce(List<Cid> roots) throws IOException;
    }

    static final ScopedValue<ContentContext> CURRENT = ScopedValue.newInstance();

    /** Gets blocks from the store and from peers. */
    Fetcher fetcher(List<String> peers, int seconds) throws IOException {
        List<PeerAddress> addresses = peers.stream().map(PeerAddress::parse).toList();
        return new Fetcher(store.blocks(), exchange, addresses, Duration.ofSeconds(seconds));
    }
}
