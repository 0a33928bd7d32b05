package libp2p.node;

import java.io.IOException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Output;
import libp2p.protocols.echo.Echo;
import picocli.CommandLine.Command;

/** {@code p2p debug reset}: a check for tests. */
@Command(
        name = "reset",
        description = "Resets an echo stream and uses another on the same connection.",
        mixinStandardHelpOptions = true)
final class ResetCommand extends DialCommand {
    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        Stream first = host.open(peer, Echo.PROTOCOL);
        first.write(new byte[] {1, 2, 3});
        first.input().readNBytes(3);
        first.reset(0);
        boolean ended = false;
        try {
            first.read(new byte[1], 0, 1);
        } catch (StreamResetException expected) {
            ended = true;
        }
        boolean ok;
        try (Stream second = host.open(peer, Echo.PROTOCOL)) {
            ok = ended
                    && second.connection().equals(first.connection())
                    && EchoCheck.run(host.environment(), second, 1000);
        }
        output.event("reset", ok ? "ok" : "failed", "ok", ok);
        if (!ok) {
            throw new IOException("the connection did not survive the reset of a stream");
        }
    }
}
