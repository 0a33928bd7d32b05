package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p provide}. */
@Command(
        name = "provide",
        description =
                "Has the node that runs on the data directory announce roots, from now on. Added roots are announced "
                        + "anyway.",
        mixinStandardHelpOptions = true)
public final class ProvideCommand extends ContentCommand {
    @Parameters(paramLabel = "CID", arity = "1..*")
    private List<String> cids = List.of();

    @Override
    void run(ContentContext context) throws IOException {
        List<Cid> roots = cids.stream().map(Cid::parse).toList();
        for (Cid root : roots) {
            if (!context.blocks().has(root)) {
                throw new BlockNotFoundException(root, "it is not stored here");
            }
        }
        if (!context.announcer().announce(roots)) {
            throw new IOException("nobody can be told: no node with a DHT runs on this data directory");
        }
        for (Cid root : roots) {
            event(context.out(), "provided", "announcing " + root, "cid", root);
        }
    }
}
