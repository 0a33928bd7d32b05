package libp2p.node.content;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.routing.ValueStore;
import libp2p.ipns.DnsLink;
import libp2p.ipns.Ipns;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.ipns.NameResolver;
import libp2p.ipns.NameService;
import libp2p.kad.Kad;
import libp2p.node.dht.DhtSession;
import libp2p.node.host.HostCommand;
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
    @Nullable
    private CommandSpec spec;

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
            throw new IllegalArgumentException(
                    "a path is of the form /ipfs/CID or /ipns/NAME, not \"" + argument + "\"");
        }
        if (ContentContext.CURRENT.isBound()) {
            return inNode(ContentContext.CURRENT.get());
        }
        Path data = data();
        if (data != null && spec != null) { // with words that CommandForwarder leaves to the parser
            List<String> words = spec.root().commandLine().getParseResult().originalArgs();
            OptionalInt done = ContentClient.ask(data, Path.of("").toAbsolutePath(), words, System.out, System.err);
            if (done.isPresent()) {
                return done.getAsInt();
            }
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
                    List.of(action.name().toLowerCase(Locale.ROOT), argument),
                    false,
                    Duration.ofSeconds(timeout),
                    this::print);
            return found ? 0 : 1;
        }
        if (!domain && data == null) {
            throw new IllegalArgumentException("--bootstrap is missing: a peer of the DHT to begin with");
        }
        try (Host host = host().start()) {
            return act(host, NameService.kept(host), host.identity(), false, System.out);
        }
    }

    private int inNode(ContentContext context) throws IOException {
        Host host = context.hosting().open();
        Path file = keyFile();
        Identity identity =
                file == null ? host.identity() : Identity.load(context.folder().resolve(file));
        boolean told = host.find(ValueStore.class).isPresent();
        Optional<NameService> service = host.find(NameService.class);
        Ipns ipns = service.isPresent() ? service.get().ipns() : told ? NameService.of(host) : NameService.kept(host);
        int code = act(host, ipns, identity, told, context.out());
        context.out().flush();
        return code;
    }

    private int act(Host host, Ipns ipns, Identity identity, boolean told, PrintStream out) throws IOException {
        Deadline deadline = Deadline.after(host.environment(), Duration.ofSeconds(timeout));
        if (action == Action.RESOLVE) {
            String path = "/ipns/" + bare(argument);
            String value = new NameResolver(ipns, new DnsLink(host.environment())).resolve(path, deadline);
            if (value == null) {
                event(out, "not_found", "nobody knows what " + path + " stands for", "name", argument);
                return 1;
            }
            event(out, "resolved", value, "name", argument, "value", value);
            return 0;
        }
        IpnsRecord record = ipns.publish(identity, argument, deadline);
        IpnsName name = IpnsName.of(identity.publicKey());
        event(
                out,
                "published",
                "/ipns/" + name + " stands for " + record.value() + (told ? "" : "; nobody was told yet"),
                "name",
                name,
                "value",
                record.value(),
                "sequence",
                record.sequence(),
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
