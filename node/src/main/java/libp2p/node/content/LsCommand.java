package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Query;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p ls}. */
@Command(
        name = "ls",
        description = "Lists directories, fetching what is not here from peers.",
        mixinStandardHelpOptions = true)
public final class LsCommand extends FetchingCommand {
    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "The content to list: CID[/PATH], /ipfs/CID[/PATH] or /ipns/NAME[/PATH].")
    private List<String> paths = List.of();

    @Override
    void run(ControlClient node) throws IOException {
        Query query = peersQuery()
                .arguments(paths)
                .option("stream", true)
                .option("resolve-type", false)
                .option("size", false);
        node.lines(ControlHandler.KUBO + "ls", query, object -> {
            if (object.get("Objects") instanceof Node.Sequence objects
                    && objects.items().getFirst() instanceof Node.Mapping directory
                    && directory.get("Links") instanceof Node.Sequence links
                    && links.items().getFirst() instanceof Node.Mapping link) {
                entry(link);
            }
        });
        System.out.flush();
    }

    private void entry(Node.Mapping link) {
        String cid = text(link, "Hash");
        String name = text(link, "Name");
        long bytes = number(link, "Tsize");
        event(
                "entry",
                cid + " " + bytes + " " + MalformedException.quote(name),
                "name",
                name,
                "cid",
                cid,
                "bytes",
                bytes);
    }
}
