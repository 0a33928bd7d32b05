package libp2p.node.content;

import java.io.IOException;
import java.io.InputStream;
import libp2p.exchange.fetch.Fetcher;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.UnixFsReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p cat}. */
@Command(
        name = "cat",
        description = "Writes a file to the standard output, fetching what is not here from peers.",
        mixinStandardHelpOptions = true)
public final class CatCommand extends ContentCommand {
    @Parameters(paramLabel = "CID[/PATH]", description = "The content to show; may begin with /ipfs/.")
    private String path = "";

    @Option(names = "--offset", paramLabel = "BYTES", description = "Bytes to leave out at the start.")
    private long offset;

    @Option(names = "--length", paramLabel = "BYTES", description = "Bytes to show at most.")
    private long length = Long.MAX_VALUE;

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Override
    void run(ContentContext context) throws IOException {
        try (Fetcher fetcher = peers.fetcher(context)) {
            PathResolver.Resolved found = new PathResolver(fetcher).resolve(path);
            try (InputStream in = new UnixFsReader(fetcher).open(found.cid(), offset, length)) {
                in.transferTo(context.bytes());
            }
            context.out().flush();
            fetcher.flush();
        }
    }
}
