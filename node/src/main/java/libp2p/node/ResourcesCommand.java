package libp2p.node;

import java.io.IOException;
import java.util.concurrent.Callable;
import libp2p.node.control.Controls;
import libp2p.node.control.NodeControl;
import libp2p.node.host.DataFolder;
import libp2p.node.host.Exit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p resources}. */
@Command(
        name = "resources",
        description = "Prints what the node that runs on a data directory uses, what it may use, and whom it refused.",
        mixinStandardHelpOptions = true)
final class ResourcesCommand implements Callable<Integer> {
    @Mixin
    private DataFolder data = new DataFolder();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--limits",
            description = "Print the limits of resources that are in force there, as p2p limits does.")
    private boolean limits;

    @Override
    public Integer call() throws IOException {
        if (json && limits) {
            throw new IllegalArgumentException("the limits are text: --json and --limits exclude each other");
        }
        NodeControl node = Controls.running(data.path());
        System.out.print(limits ? node.limits() : json ? node.resourcesAsJson() : node.resources());
        System.out.flush();
        return Exit.DONE;
    }
}
