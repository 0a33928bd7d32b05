package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import libp2p.blocks.Pins;
import libp2p.core.host.PeerAddress;
import libp2p.exchange.fetch.Fetcher;
import libp2p.exchange.graphsync.GraphSync;
import libp2p.exchange.graphsync.GraphSyncRequest;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.TreeExporter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p get}. */
@Command(
        name = "get",
        description = "Writes a file or directory to the disk, fetching what is not here from peers.",
        mixinStandardHelpOptions = true)
public final class GetCommand extends ContentCommand {
    @Parameters(paramLabel = "CID[/PATH]", description = "The content to get; may begin with /ipfs/.")
    private String path = "";

    @Option(names = "--out", paramLabel = "PATH", description = "Where to write it; must not exist.")
    @Nullable
    private Path out;

    @Option(names = "--pin", description = "Pin it.")
    private boolean pin;

    @Option(
            names = "--selector",
            paramLabel = "JSON",
            description =
                    "With --via graphsync: what is fetched first, as DAG-JSON; default: the path, and all below it.")
    @Nullable
    private String selector;

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Override
    void run(ContentContext context) throws IOException {
        List<String> rest = PathResolver.rest(path);
        String name = rest.isEmpty() ? PathResolver.root(path).toString() : rest.getLast();
        Path target = context.folder().resolve(out == null ? Path.of(name) : out);
        if (selector != null) {
            select(context, Selector.ofJson(selector));
        }
        try (Fetcher fetcher = peers.fetcher(context, PathResolver.root(path));
                Progress progress = progress(context, "getting")) {
            PathResolver.Resolved found = new PathResolver(fetcher).resolve(path);
            if (peers.hasGateways()) {
                fetcher.download(found.cid(), Budget.OWN);
            }
            long bytes = new TreeExporter(fetcher, progress::add).export(found.cid(), target);
            fetcher.flush();
            if (pin) {
                context.store().pins().add(found.cid(), Pins.Kind.RECURSIVE, fetcher);
            }
            progress.close();
            Fetcher.Received received = fetcher.received();
            event(
                    context.out(),
                    "got",
                    "got " + found.cid() + ": " + bytes + " bytes in " + target + " (" + received.blocks()
                            + " blocks from peers, " + received.duplicates() + " twice)",
                    "cid",
                    found.cid(),
                    "bytes",
                    bytes,
                    "blocks",
                    received.blocks(),
                    "duplicates",
                    received.duplicates());
        }
    }

    /** Asks the peers one after the other for what the selector reaches, until one has had all of it. */
    private void select(ContentContext context, Selector wanted) throws IOException {
        GraphSync graphSync = context.hosting().open().find(GraphSync.class).orElseThrow();
        for (String peer : peers.peers()) {
            try (GraphSyncRequest request =
                    graphSync.request(PeerAddress.parse(peer), PathResolver.root(path), wanted)) {
                if (request.run(visit -> {}).isComplete()) {
                    return;
                }
            }
        }
    }
}
