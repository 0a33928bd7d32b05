package libp2p.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.storage.FileDatastore;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.gate.Subnet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p gate}. */
@Command(
        name = "gate",
        description = "Shows and changes who may connect to the node that has a data directory, while it does not run.",
        mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
    enum Action {
        SHOW,
        ALLOW,
        DISALLOW,
        BLOCK,
        UNBLOCK
    }

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "The folder of p2p node --data.")
    private Path data = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(
            index = "0",
            paramLabel = "ACTION",
            defaultValue = "show",
            description = "One of ${COMPLETION-CANDIDATES}. As soon as somebody is allowed, nobody else is.")
    private Action action = Action.SHOW;

    @Parameters(
            index = "1..*",
            paramLabel = "PEER|ADDRESS|SUBNET",
            description = "Peer ids, IP addresses, or subnets such as 10.0.0.0/8.")
    private List<String> targets = List.of();

    @Override
    public Integer call() throws IOException {
        if ((action == Action.SHOW) != targets.isEmpty()) {
            throw new IllegalArgumentException(action == Action.SHOW ? "show takes no more words" : "nobody is named");
        }
        Path store = data.resolve("store");
        if (!Files.exists(store)) {
            throw new IOException(data + " is not the data directory of a node");
        }
        List<Object> entries = targets.stream().map(GateCommand::entry).toList();
        try (FileDatastore datastore = FileDatastore.open(SystemEnvironment.shared(), store)) {
            GaterLists lists = GaterLists.open(datastore);
            entries.forEach(entry -> change(lists, entry));
            show(lists);
        }
        return Exit.DONE;
    }

    private static Object entry(String text) {
        boolean network = text.indexOf('.') >= 0 || text.indexOf(':') >= 0;
        try {
            return network ? Subnet.parse(text) : PeerId.parse(text);
        } catch (MalformedException e) {
            throw new MalformedException(
                    MalformedException.quote(text) + " is neither a peer id nor an address nor a subnet");
        }
    }

    private void change(GaterLists lists, Object entry) {
        if (entry instanceof PeerId peer) {
            switch (action) {
                case ALLOW -> lists.allow(peer);
                case DISALLOW -> lists.disallow(peer);
                case BLOCK -> lists.block(peer);
                case UNBLOCK -> lists.unblock(peer);
                case SHOW -> {}
            }
        } else if (entry instanceof Subnet subnet) {
            switch (action) {
                case ALLOW -> lists.allow(subnet);
                case DISALLOW -> lists.disallow(subnet);
                case BLOCK -> lists.block(subnet);
                case UNBLOCK -> lists.unblock(subnet);
                case SHOW -> {}
            }
        }
    }

    private void show(GaterLists lists) {
        List<String> allowed = texts(lists.allowedPeers(), lists.allowedSubnets());
        List<String> blocked = texts(lists.blockedPeers(), lists.blockedSubnets());
        StringBuilder human = new StringBuilder(allowed.isEmpty() ? "everybody is allowed" : "only these are allowed:");
        allowed.forEach(text -> human.append("\n  ").append(text));
        human.append(blocked.isEmpty() ? "\nnobody is blocked" : "\nthese are blocked:");
        blocked.forEach(text -> human.append("\n  ").append(text));
        new Output(json, System.out).event("gate", human.toString(), "allowed", allowed, "blocked", blocked);
    }

    private static List<String> texts(List<PeerId> peers, List<Subnet> subnets) {
        return Stream.concat(peers.stream(), subnets.stream())
                .map(Object::toString)
                .toList();
    }
}
