package libp2p.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.node.host.Exit;
import libp2p.node.host.Output;
import libp2p.storage.FileDatastore;
import libp2p.swarm.gate.GaterLists;
import picocli.CommandLine.Command;
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
    enum Action {
        SHOW,
        ALLOW,
        DISALLOW,
        BLOCK,
        UNBLOCK
    }

    private static final String ALLOWED = "allowed ";
    private static final String BLOCKED = "blocked ";

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
        List<String> request = new ArrayList<>(List.of("gate", action.name()));
        entries.forEach(entry -> request.add(entry.toString()));
        Optional<List<String>> answer = ControlClient.ask(data, request);
        if (answer.isPresent()) {
            show(answer.get());
            return Exit.DONE;
        }
        try (FileDatastore datastore = FileDatastore.open(SystemEnvironment.shared(), store)) {
            show(change(GaterLists.open(datastore), action, entries));
        }
        return Exit.DONE;
    }

    /** The work and the answer of a node that runs. */
    static List<String> answer(Host host, List<String> words) {
        Action action = Action.valueOf(words.getFirst());
        List<Object> entries = words.stream().skip(1).map(GateCommand::entry).toList();
        return change(host.service(GaterLists.class).orElseThrow(), action, entries);
    }

    /** Changes the lists and gives what is in them then, one a line. */
    private static List<String> change(GaterLists lists, Action action, List<Object> entries) {
        entries.forEach(entry -> change(lists, action, entry));
        List<String> lines = new ArrayList<>();
        lists.allowedPeers().forEach(peer -> lines.add(ALLOWED + peer));
        lists.allowedSubnets().forEach(subnet -> lines.add(ALLOWED + subnet));
        lists.blockedPeers().forEach(peer -> lines.add(BLOCKED + peer));
        lists.blockedSubnets().forEach(subnet -> lines.add(BLOCKED + subnet));
        return lines;
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

    private static void change(GaterLists lists, Action action, Object entry) {
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

    private void show(List<String> lines) {
        List<String> allowed = named(lines, ALLOWED);
        List<String> blocked = named(lines, BLOCKED);
        StringBuilder human = new StringBuilder(allowed.isEmpty() ? "everybody is allowed" : "only these are allowed:");
        allowed.forEach(text -> human.append("\n  ").append(text));
        human.append(blocked.isEmpty() ? "\nnobody is blocked" : "\nthese are blocked:");
        blocked.forEach(text -> human.append("\n  ").append(text));
        new Output(json, System.out).event("gate", human.toString(), "allowed", allowed, "blocked", blocked);
    }

    private static List<String> named(List<String> lines, String list) {
        return lines.stream()
                .filter(line -> line.startsWith(list))
                .map(line -> line.substring(list.length()))
                .toList();
    }
}
