package libp2p.node.content;

import java.io.IOException;
import libp2p.exchange.fetch.Fetcher;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.MalformedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code p2p ls}. */
@Command(
        name = "ls",
        description = "Lists a directory, fetching what is not here from peers.",
        mixinStandardHelpOptions = true)
public final class LsCommand extends ContentCommand {
    @Parameters(paramLabel = "CID[/PATH]", description = "The content to list; may begin with /ipfs/.")
    private String path = "";

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Override
    void run(ContentContext context) throws IOException {
        try (Fetcher fetcher = peers.fetcher(context)) {
            PathResolver.Resolved found = new PathResolver(fetcher).resolve(path);
            new UnixFsReader(fetcher).list(found.cid(), entry -> {
                event(
                        context.out(),
                        "entry",
                        entry.cid() + " " + entry.tsize() + " " + MalformedException.quote(entry.name()),
                        "name",
                        entry.name(),
                        "cid",
                        entry.cid(),
                        "bytes",
                        entry.tsize());
                return true;
            });
            fetcher.flush();
        }
    }
}
