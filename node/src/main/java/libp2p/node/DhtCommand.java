package libp2p.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.host.PeerAddress;
import libp2p.kad.Kad;
import libp2p.node.dht.DhtAction;
import libp2p.node.dht.DhtSession;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p dht}. */
@Command(
        name = "dht",
        description =
                "Asks a DHT: put KEY VALUE, get KEY, provide CID, find CID, advertise NAMESPACE, discover NAMESPACE,"
                        + " peer ID, closest KEY, stats.",
        mixinStandardHelpOptions = true)
final class DhtCommand implements Callable<Integer> {
    @Mixin
    private IdentityOptions options = new IdentityOptions();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            defaultValue = Kad.IPFS,
            description =
                    "Prefix of the DHT's protocols; default: ${DEFAULT-VALUE}. Under others, keys /v/… take any value.")
    private String prefix = Kad.IPFS;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "Takes any value under keys /NAME/… too; may be repeated.")
    private List<String> namespaces = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long it may take; default: ${DEFAULT-VALUE}.")
    private int timeout = 60;

    @Option(names = "--hex", description = "The VALUE of put is hexadecimal.")
    private boolean hex;

    @Parameters(
            paramLabel = "ACTION",
            arity = "1..*",
            description =
                    "put KEY VALUE | get KEY | provide CID | find CID | advertise NAMESPACE | discover NAMESPACE | "
                            + "peer ID | closest KEY | stats; "
                            + "further bootstrap peers may come before it.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws Exception {
        List<String> bootstrap = new ArrayList<>(options.bootstrap);
        List<String> action = new ArrayList<>(words);
        while (!action.isEmpty() && !DhtAction.isOne(action.getFirst())) {
            bootstrap.add(action.removeFirst());
        }
        if (DhtAction.of(action) != DhtAction.PUT && hex) {
            throw new IllegalArgumentException("--hex is for put");
        }
        if (bootstrap.isEmpty()) {
            throw new IllegalArgumentException("--bootstrap is missing: a peer of the DHT to begin with");
        }
        List<PeerAddress> peers = bootstrap.stream().map(PeerAddress::parse).toList();
        options.bootstrap = List.of();
        boolean found = DhtSession.run(
                options.host(),
                prefix,
                namespaces,
                peers,
                action,
                hex,
                Duration.ofSeconds(timeout),
                options.output()::event);
        return found ? Exit.DONE : Exit.FAILED;
    }
}
