package libp2p.node.content;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a node serves the content of its data directory over HTTP. */
public final class GatewayOptions {
    @Option(
            names = "--gateway-port",
            paramLabel = "PORT",
            description =
                    "Serves /ipfs/CID of the data directory over HTTP: blocks and CARs to verify, files for people; "
                            + "0 for any free port.")
    @Nullable
    private Integer port;

    @Option(
            names = "--gateway-address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Where it is served; default: ${DEFAULT-VALUE}. There is no password.")
    private String address = "127.0.0.1";

    /** Where to serve, or null. */
    public @Nullable InetSocketAddress address() {
        return port == null ? null : new InetSocketAddress(address, port);
    }
}
