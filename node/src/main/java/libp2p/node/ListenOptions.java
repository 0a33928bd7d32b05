package libp2p.node;

import java.util.List;
import java.util.function.UnaryOperator;
import libp2p.DefaultAddresses;
import libp2p.HostBuilder;
import libp2p.multiformats.multiaddr.Multiaddr;
import picocli.CommandLine.Option;

/** The addresses of a node: those that it is told, or those by which nodes are usually found. */
final class ListenOptions {
    private static final int DEFAULT_PORT = 4001;

    @Option(
            names = "--listen",
            paramLabel = "MULTIADDR",
            arity = "1..*",
            description =
                    "Addresses to listen on; default: port 4001 of all interfaces, for TCP, QUIC and WebTransport.")
    private List<String> listen = List.of();

    @Option(names = "--no-browsers", description = "Default addresses without WebTransport (browsers).")
    private boolean noBrowsers;

    /** Has a host listen on them. */
    void install(HostBuilder builder) {
        install(builder, UnaryOperator.identity());
    }

    /**
     * Has a host listen on them and on more.
     *
     * @param extended what more goes with addresses
     */
    void install(HostBuilder builder, UnaryOperator<List<Multiaddr>> extended) {
        if (!listen.isEmpty()) {
            extended.apply(listen.stream().map(Multiaddr::parse).toList())
                    .forEach(address -> builder.listen(address.toString()));
            return;
        }
        DefaultAddresses all = DefaultAddresses.onPort(DEFAULT_PORT);
        DefaultAddresses chosen = noBrowsers ? all.withoutBrowsers() : all;
        builder.listen(new DefaultAddresses(extended.apply(chosen.addresses())));
    }
}
