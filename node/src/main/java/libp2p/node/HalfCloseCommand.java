package libp2p.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Output;
import libp2p.protocols.echo.Echo;
import picocli.CommandLine.Command;

/** {@code p2p debug halfclose}: a check for tests. */
@Command(
        name = "halfclose",
        description = "Closes the writing side of an echo stream and reads the rest.",
        mixinStandardHelpOptions = true)
final class HalfCloseCommand extends DialCommand {
    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        byte[] message = "half closed".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        boolean ok;
        try (Stream stream = host.open(peer, Echo.PROTOCOL)) {
            stream.write(message);
            stream.closeWrite();
            ok = Arrays.equals(message, stream.input().readNBytes(message.length + 1));
        }
        output.event("halfclose", ok ? "ok" : "failed", "ok", ok);
        if (!ok) {
            throw new IOException("the bytes after the half close differ");
        }
    }
}
