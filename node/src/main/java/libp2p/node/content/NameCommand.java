package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.ipld.Node;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipns.DnsLink;
import libp2p.kad.Kad;
import libp2p.multiformats.MalformedException;
import libp2p.node.control.ControlClient;
import libp2p.node.control.ControlHandler;
import libp2p.node.control.Operation;
import libp2p.node.control.Query;
import libp2p.node.dht.DhtRequest;
import libp2p.node.dht.DhtSession;
import libp2p.node.host.HostCommand;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code p2p name}. */
@Command(
        name = "name",
        description = "Publishes what a key stands for (IPNS), or resolves the name of a key or of a domain (DNSLink)."
                + " The node that runs on --data does it; without one, peers of the DHT are asked (--bootstrap). A record"
                + " that is published without either is kept in --data, and the next node there tells the network. The"
                + " name is that of --key, else that of the key of --data.",
        mixinStandardHelpOptions = true)
public final class NameCommand extends HostCommand implements Callable<Integer> {
    /** The actions. */
    enum Action {
        PUBLISH,
        RESOLVE
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "ACTION", description = "publish or resolve.")
    private Action action = Action.RESOLVE;

    @Parameters(
            index = "1",
            paramLabel = "PATH|NAME",
            description = "The value for the name, such as /ipfs/CID; or the name to resolve, perhaps with a path.")
    private String argument = "";

    @Option(
            names = "--dht-prefix",
            paramLabel = "PREFIX",
            defaultValue = Kad.IPFS,
            description = "Prefix of the DHT's protocols, where no node runs; default: ${DEFAULT-VALUE}.")
    private String prefix = Kad.IPFS;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long it may take; default: ${DEFAULT-VALUE}.")
    private int timeout = 60;

    @Override
    public Integer call() throws Exception {
        if (action == Action.PUBLISH && !argument.startsWith("/")) {
            try {
                PathResolver.root(argument);
            } catch (MalformedException e) {
                throw new IllegalArgumentException(
                        "a path is of the form CID, /ipfs/CID or /ipns/NAME, not \"" + argument + "\"", e);
            }
            argument = "/ipfs/" + argument;
        }
        Path data = data();
        Optional<ControlClient> running =
                data == null ? Optional.empty() : ControlClient.running(SystemEnvironment.shared(), data);
        if (running.isPresent() && data != null) {
            String[] also = action == Action.PUBLISH ? new String[] {"--key"} : new String[0];
            refuseOptionsOfHosts(Objects.requireNonNull(spec), data, also);
            Query query = new Query();
            Path file = keyFile();
            if (action == Action.PUBLISH && file != null) {
                query.option("key-file", file.toAbsolutePath());
            }
            return ask(running.get(), query);
        }
        if (action == Action.PUBLISH && data == null && keyFile() == null) {
            throw new IllegalArgumentException("--key or --data is missing: the key whose name it is");
        }
        return alone(data);
    }

    private int alone(@Nullable Path data) throws Exception {
        List<PeerAddress> bootstrap = takeBootstrap();
        boolean domain =
                action == Action.RESOLVE && DnsLink.isDomain(bare(argument).split("/", 2)[0]);
        if (!bootstrap.isEmpty()) {
            boolean found = DhtSession.run(
                    host(),
                    prefix,
                    List.of(),
                    bootstrap,
                    new DhtRequest(List.of(action.name().toLowerCase(Locale.ROOT), argument), false, 0, false, null),
                    Duration.ofSeconds(timeout),
                    this::print);
            return found ? 0 : 1;
        }
        if (!domain && data == null) {
            throw new IllegalArgumentException("--bootstrap is missing: a peer of the DHT to begin with");
        }
        try (Host host = host().start()) {
            Map<String, Operation> operations = new HashMap<>();
            new NameOperations(new Names(() -> host), path -> {}).addTo(operations);
            return ask(ControlClient.here(SystemEnvironment.shared(), new ControlHandler(operations)), new Query());
        }
    }

    private int ask(ControlClient node, Query query) throws IOException {
        query.argument(argument).option("patience", timeout);
        if (action == Action.RESOLVE) {
            String value = ContentCommand.text(node.ask(ControlHandler.KUBO + "name/resolve", query), "Path");
            event(System.out, "resolved", value, "name", argument, "value", value);
            return 0;
        }
        Node.Mapping record = node.ask(ControlHandler.KUBO + "name/publish", query);
        String name = ContentCommand.text(record, "Name");
        String value = ContentCommand.text(record, "Value");
        boolean told = record.get("Told") instanceof Node.Bool flag && flag.value();
        event(
                System.out,
                "published",
                "/ipns/" + name + " stands for " + value + (told ? "" : "; no peer was told yet"),
                "name",
                name,
                "value",
                value,
                "sequence",
                ContentCommand.number(record, "Sequence"),
                "told",
                told);
        return 0;
    }

    private static String bare(String name) {
        return name.startsWith("/ipns/") ? name.substring("/ipns/".length()) : name;
    }

    private void print(String name, String human, Object... fields) {
        event(System.out, name, human, fields);
    }
}
