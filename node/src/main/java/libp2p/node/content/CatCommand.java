package libp2p.node.content;

import java.io.IOException;
import java.util.List;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Query;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p cat}. */
@Command(
        name = "cat",
        description = "Writes files to the standard output, fetching what is not here from peers.",
        mixinStandardHelpOptions = true)
public final class CatCommand extends FetchingCommand {
    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "The content to show: CID[/PATH], /ipfs/CID[/PATH] or /ipns/NAME[/PATH].")
    private List<String> paths = List.of();

    @Option(
            names = {"-o", "--offset"},
            paramLabel = "BYTES",
            description = "Bytes to leave out at the start.")
    private long offset;

    @Option(
            names = {"-l", "--length"},
            paramLabel = "BYTES",
            description = "Bytes to show at most.")
    private long length = -1;

    @Override
    void run(ControlClient node) throws IOException {
        Query query = peersQuery().arguments(paths).option("offset", offset);
        if (length >= 0) {
            query.option("length", length);
        }
        node.bytes(ControlHandler.KUBO + "cat", query, bytes());
        System.out.flush();
    }
}
