package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code p2p provide}. */
@Command(
        name = "provide",
        description =
                "Has the node that runs on the data directory announce roots, from now on. Added roots are announced "
                        + "anyway.",
        mixinStandardHelpOptions = true)
public final class ProvideCommand extends StoreCommand {
    @Parameters(paramLabel = "CID", arity = "1..*")
    private List<String> cids = List.of();

    @Override
    boolean acknowledges() {
        return true;
    }

    @Override
    void run(ControlClient node) throws IOException {
        node.ask(ControlHandler.OWN + "provide", query().arguments(cids));
        for (String cid : cids) {
            event("provided", "announcing " + cid, "cid", cid);
        }
    }
}
