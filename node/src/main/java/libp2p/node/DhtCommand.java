package libp2p.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.core.host.PeerAddress;
import libp2p.kad.Kad;
import libp2p.node.dht.DhtAction;
import libp2p.node.dht.DhtRequest;
import libp2p.node.dht.DhtSession;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code p2p dht}. */
@Command(
        name = "dht",
        description =
                "Asks a DHT: put KEY VALUE, get KEY, provide CID, find CID, advertise NAMESPACE, discover NAMESPACE,"
                        + " peer ID, closest KEY, publish PATH, resolve NAME, stats, crawl.",
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

    @Option(
            names = "--quorum",
            paramLabel = "COUNT",
            description = "Peers that must give get a valid value before it ends; default: all that are responsible.")
    private int quorum;

    @Option(
            names = "--optimistic",
            description = "The provide ends as soon as most of the peers have the announcement.")
    private boolean optimistic;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Writes what crawl has found to FILE.csv or FILE.json.")
    private @Nullable Path report;

    @Parameters(
            paramLabel = "ACTION",
            arity = "1..*",
            description =
                    "put KEY VALUE | get KEY | provide CID | find CID | advertise NAMESPACE | discover NAMESPACE | "
                            + "peer ID | closest KEY | publish PATH | resolve NAME | stats | crawl; "
                            + "further bootstrap peers may come before it.")
    private List<String> words = List.of();

    @Override
    public Integer call() throws Exception {
        List<String> bootstrap = new ArrayList<>(options.bootstrap);
        List<String> action = new ArrayList<>(words);
        while (!action.isEmpty() && !DhtAction.isOne(action.getFirst())) {
            bootstrap.add(action.removeFirst());
        }
        DhtRequest request = new DhtRequest(action, hex, quorum, optimistic, report);
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
                request,
                Duration.ofSeconds(timeout),
                options.output()::event);
        return found ? Exit.DONE : Exit.FAILED;
    }
}
