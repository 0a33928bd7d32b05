package libp2p.node;

import java.util.EnumSet;
import java.util.List;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.node.dht.DhtOptions;
import libp2p.node.host.NodeOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2p listen}: the node's twin for tests. */
@Command(
        name = "listen",
        hidden = true,
        description = "Listens for tests: prints JSON, serves ping, identify, perf and echo, and ends on SIGTERM.",
        mixinStandardHelpOptions = true)
final class ListenCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private NodeOptions options = new NodeOptions();

    @Mixin
    private DhtOptions dht = new DhtOptions();

    @Option(
            names = "--listen",
            paramLabel = "MULTIADDR",
            arity = "1..*",
            description = "Addresses to listen on; default: /ip4/127.0.0.1/tcp/0.")
    private List<String> listen = List.of("/ip4/127.0.0.1/tcp/0");

    @Option(
            names = "--trust",
            paramLabel = "PEER",
            description = "Challenges these peers by /auth/1.0.0, and proves its identity by /auth/2.0.0.")
    private List<String> trusted = List.of();

    @Override
    public Integer call() throws Exception {
        options.json = true;
        options.addition = builder -> {
            dht.addTo(builder, false);
            if (!trusted.isEmpty()) {
                AuthenticateCommand.serve(builder, trusted);
            }
        };
        return new Server(
                        options,
                        builder -> options.autoTls
                                .listening(listen.stream().map(Multiaddr::parse).toList())
                                .forEach(address -> builder.listen(address.toString())))
                .with(EnumSet.of(Server.Trial.PERF, Server.Trial.ECHO))
                .run();
    }
}
