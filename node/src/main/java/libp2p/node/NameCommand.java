package libp2p.node;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import libp2p.core.host.PeerAddress;
import libp2p.kad.Kad;
import libp2p.node.dht.DhtSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p name}. */
@Command(
        name = "name",
        description =
                "Publishes what a key stands for (IPNS), or resolves a name, over the DHT. The name is that of --key,"
                        + " else that of the node of --data, which publishes it again while it runs.",
        mixinStandardHelpOptions = true)
final class NameCommand implements Callable<Integer> {
    /** The actions. */
    enum Action {
        PUBLISH,
        RESOLVE
    }

    @Mixin
    private HostOptions options = new HostOptions();

    @Parameters(index = "0", paramLabel = "ACTION", description = "publish or resolve.")
    private Action action = Action.RESOLVE;

    @Parameters(
            index = "1",
            paramLabel = "PATH|NAME",
            description =
                    "What the name shall stand for, such as /ipfs/CID; or the name to resolve, perhaps with a path.")
    private String argument = "";

    @Option(
            names = "--dht-prefix",
            paramLabel = "PREFIX",
            defaultValue = Kad.IPFS,
            description = "Prefix of the DHT's protocols; default: ${DEFAULT-VALUE}.")
    private String prefix = Kad.IPFS;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long it may take; default: ${DEFAULT-VALUE}.")
    private int timeout = 60;

    @Override
    public Integer call() throws Exception {
        if (options.bootstrap.isEmpty()) {
            throw new IllegalArgumentException("--bootstrap is missing: a peer of the DHT to begin with");
        }
        if (action == Action.PUBLISH && options.key == null && options.data == null) {
            throw new IllegalArgumentException("--key or --data is missing: the key whose name it is");
        }
        if (action == Action.PUBLISH && !argument.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a path is of the form /ipfs/CID or /ipns/NAME, not \"" + argument + "\"");
        }
        List<PeerAddress> peers =
                options.bootstrap.stream().map(PeerAddress::parse).toList();
        options.bootstrap = List.of();
        boolean found = DhtSession.run(
                options.host(),
                prefix,
                List.of(),
                peers,
                List.of(action.name().toLowerCase(Locale.ROOT), argument),
                false,
                Duration.ofSeconds(timeout),
                options.output()::event);
        return found ? Exit.DONE : Exit.FAILED;
    }
}
