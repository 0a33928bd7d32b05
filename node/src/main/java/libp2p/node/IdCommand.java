package libp2p.node;

import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.Callable;
import libp2p.node.control.Controls;
import libp2p.node.control.NodeControl.NodeIdentity;
import libp2p.node.host.DataFolder;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p id}. */
@Command(
        name = "id",
        description = "Prints the peer id, the addresses and the protocols of the node that runs on a data directory.",
        mixinStandardHelpOptions = true)
final class IdCommand implements Callable<Integer> {
    @Mixin
    private DataFolder data = new DataFolder();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        NodeIdentity id = Controls.running(data.path()).id();
        StringBuilder human = new StringBuilder("peer " + id.peer() + "\nagent " + id.agent());
        id.addresses().forEach(address -> human.append("\naddress ").append(address));
        id.protocols().forEach(protocol -> human.append("\nprotocol ").append(protocol));
        new Output(json, System.out)
                .event(
                        "id",
                        human.toString(),
                        "peer",
                        id.peer(),
                        "public_key",
                        Base64.getEncoder().encodeToString(id.publicKey()),
                        "addrs",
                        id.addresses(),
                        "agent",
                        id.agent(),
                        "protocols",
                        id.protocols());
        return Exit.DONE;
    }
}
