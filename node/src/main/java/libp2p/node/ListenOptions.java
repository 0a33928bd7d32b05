package libp2p.node;

import java.util.List;
import libp2p.DefaultAddresses;
import libp2p.HostBuilder;
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
        if (!listen.isEmpty()) {
            builder.listen(listen.toArray(String[]::new));
            return;
        }
        DefaultAddresses defaults = DefaultAddresses.onPort(DEFAULT_PORT);
        builder.listen(noBrowsers ? defaults.withoutBrowsers() : defaults);
    }
}
