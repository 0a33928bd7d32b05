package libp2p.node.host;

import java.util.List;
import libp2p.DefaultAddresses;
import libp2p.HostBuilder;
import picocli.CommandLine.Option;

/** Where a node listens. */
public final class ListenOption {
    private static final int DEFAULT_PORT = 4001;

    @Option(
            names = "--listen",
            paramLabel = "MULTIADDR",
            arity = "1..*",
            description = "Addresses to listen on; default: port 4001 of all interfaces, for TCP and QUIC.")
    private List<String> addresses = List.of();

    /** Those that were named. */
    public List<String> addresses() {
        return addresses;
    }

    /** Has a host listen on them. */
    public void addTo(HostBuilder builder) {
        listen(builder, addresses);
    }

    /** Has a host listen on these addresses, or on the default ones if there are none. */
    public static void listen(HostBuilder builder, List<String> addresses) {
        if (addresses.isEmpty()) {
            builder.listen(DefaultAddresses.onPort(DEFAULT_PORT));
        } else {
            builder.listen(addresses.toArray(String[]::new));
        }
    }
}
