package libp2p.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import libp2p.node.control.GateEntries;
import libp2p.node.control.NodeControl;
import libp2p.node.control.NodeControl.Gate;
import libp2p.node.control.NodeControl.GateAction;
import libp2p.node.control.RemoteControl;
import libp2p.node.host.DataFolder;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import libp2p.storage.FileDatastore;
import libp2p.swarm.gate.GaterLists;
import libp2p.system.SystemEnvironment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p gate}. */
@Command(
        name = "gate",
        description =
                "Shows and changes who may connect to the node that has a data directory, whether it runs or not. What"
                        + " is open then and may not be any more is closed.",
        mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
    @Mixin
    private DataFolder data = new DataFolder();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            defaultValue = "show",
            description = "One of ${COMPLETION-CANDIDATES}. As soon as a peer is allowed, no other may connect.")
    private GateAction action = GateAction.SHOW;

    @Parameters(
            index = "1..*",
            paramLabel = "PEER|ADDRESS|SUBNET",
            description = "Peer ids, IP addresses, or subnets such as 10.0.0.0/8.")
    private List<String> targets = List.of();

    @Override
    public Integer call() throws IOException {
        targets.forEach(GateEntries::parse);
        Path folder = data.path();
        Path store = folder.resolve("store");
        if (!Files.exists(store)) {
            throw new IOException(folder + " is not the data directory of a node");
        }
        Optional<NodeControl> node = RemoteControl.of(SystemEnvironment.shared(), folder);
        if (node.isPresent()) {
            show(node.get().gate(action, targets));
            return Exit.DONE;
        }
        try (FileDatastore datastore = FileDatastore.open(SystemEnvironment.shared(), store)) {
            show(GateEntries.change(GaterLists.open(datastore), action, targets));
        }
        return Exit.DONE;
    }

    private void show(Gate gate) {
        StringBuilder human =
                new StringBuilder(gate.allowed().isEmpty() ? "all peers are allowed" : "only these are allowed:");
        gate.allowed().forEach(text -> human.append("\n  ").append(text));
        human.append(gate.blocked().isEmpty() ? "\nno peer is blocked" : "\nthese are blocked:");
        gate.blocked().forEach(text -> human.append("\n  ").append(text));
        new Output(json, System.out)
                .event("gate", human.toString(), "allowed", gate.allowed(), "blocked", gate.blocked());
    }
}
