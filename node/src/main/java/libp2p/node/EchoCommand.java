package libp2p.node;

import java.io.IOException;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Output;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p echo}. */
@Command(
        name = "echo",
        description = "Sends bytes to a peer's echo and compares the answer.",
        mixinStandardHelpOptions = true)
final class EchoCommand extends DialCommand {
    @Option(names = "--size", defaultValue = "1048576", description = "Bytes to send; default: ${DEFAULT-VALUE}.")
    private long size;

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        boolean equal;
        try (Stream stream = host.open(peer, libp2p.protocols.echo.Echo.PROTOCOL)) {
            equal = EchoCheck.run(host.environment(), stream, size);
        }
        output.event("echo", size + " bytes " + (equal ? "equal" : "DIFFERENT"), "bytes", size, "equal", equal);
        if (!equal) {
            throw new IOException("the echo differs");
        }
    }
}
