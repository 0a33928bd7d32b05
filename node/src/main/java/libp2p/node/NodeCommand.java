package libp2p.node;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p node}. */
@Command(
        name = "node",
        description = "Runs a node until it is told to end (SIGTERM, Ctrl-C).",
        mixinStandardHelpOptions = true)
final class NodeCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private HostOptions options = new HostOptions();

    @Option(
            names = "--listen",
            paramLabel = "MULTIADDR",
            arity = "1..*",
            description = "Addresses to listen on; default: /ip4/0.0.0.0/tcp/4001 and /ip6/::/tcp/4001.")
    private List<String> listen = List.of("/ip4/0.0.0.0/tcp/4001", "/ip6/::/tcp/4001");

    @Override
    public Integer call() throws Exception {
        return new Server(options, listen).run();
    }
}
