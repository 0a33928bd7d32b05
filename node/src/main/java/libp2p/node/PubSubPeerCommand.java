package libp2p.node;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import libp2p.HostBuilder;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.host.Host;
import libp2p.discovery.pubsub.PeerAnnounced;
import libp2p.discovery.pubsub.PubSubPeerDiscovery;
import libp2p.node.host.Exit;
import libp2p.node.host.IdentityOptions;
import libp2p.node.host.Output;
import libp2p.node.pubsub.PubSubPeer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p debug pubsub}. */
@Command(
        name = "pubsub",
        description = "A node of mixed networks for tests: takes orders from standard input.",
        mixinStandardHelpOptions = true)
final class PubSubPeerCommand implements Callable<Integer> {
    @Mixin
    private IdentityOptions options = new IdentityOptions();

    @Option(names = "--topic", defaultValue = "interop", description = "Its topic; default: ${DEFAULT-VALUE}.")
    private String topic = "interop";

    @Option(names = "--listen", arity = "1..*", description = "Addresses to listen on.")
    private List<String> listen = List.of("/ip4/127.0.0.1/tcp/0");

    @Option(names = "--router", defaultValue = "gossipsub", description = "gossipsub or floodsub.")
    private String router = "gossipsub";

    @Option(names = "--version-of-gossipsub", defaultValue = "1.3", description = "The newest that is spoken.")
    private String version = "1.3";

    @Option(names = "--no-flood", description = "Own messages go to the mesh, not to all peers of the topic.")
    private boolean noFlood;

    @Option(names = "--degree", defaultValue = "0", description = "Peers in a mesh; 0: the default.")
    private int degree;

    @Option(names = "--quiet", description = "Count messages instead of printing them.")
    private boolean quiet;

    @Option(names = "--partial", description = "Messages of the topic travel in parts; the order parts GROUP BITS.")
    private boolean partial;

    @Option(
            names = "--discovery",
            paramLabel = "dial|announce",
            description = "Announce this node for those that find peers by pubsub; dial: and connect to those.")
    private @Nullable String discovery;

    @Override
    public Integer call() throws Exception {
        options.json = true;
        Output output = options.output();
        PubSubPeer peer = new PubSubPeer(topic, quiet, partial, output::event);
        HostBuilder builder = options.host()
                .listen(listen.toArray(String[]::new))
                .with(peer.extended(PubSubPeer.family(router, version, !noFlood, degree)));
        if (discovery != null) {
            builder.limit("pubsub-discovery.interval", "1s")
                    .with(PubSubPeerDiscovery.on()
                            .withConnections(discovery.equals("dial") ? PubSubPeerDiscovery.CONNECTIONS : 0));
        }
        try (Host host = builder.start()) {
            host.events()
                    .subscribe(
                            PeerAnnounced.class,
                            found -> output.event("found", "", "peer", found.peer(), "addrs", found.addresses()));
            host.events()
                    .subscribe(
                            ConnectednessChanged.class,
                            change -> output.event(
                                    change.connectedness() == Connectedness.NOT_CONNECTED
                                            ? "disconnected"
                                            : "connected",
                                    "",
                                    "peer",
                                    change.peer()));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            peer.run(host, in, () -> Server.announce(output, host));
        }
        return Exit.DONE;
    }
}
