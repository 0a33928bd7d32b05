package libp2p.node;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import libp2p.core.environment.Timer;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.node.host.RefusedByNode;

/** Asks the node that runs on a data directory, see {@link ControlServer}. */
final class ControlClient {
    private static final long PATIENCE_SECONDS = 60;

    private ControlClient() {}

    /**
     * The answer of the node, or empty if none runs; blocks.
     *
     * @param words without blanks
     * @throws RefusedByNode if the node says no
     * @throws IOException if it does not answer, or this user may not ask it
     */
    static Optional<List<String>> ask(Path data, List<String> words) throws IOException {
        String request = ControlMessage.request(words);
        Path socket = ControlServer.socket(data);
        if (Files.notExists(socket)) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Timer patience =
                    SystemEnvironment.shared().schedule(PATIENCE_SECONDS * 1_000_000_000, () -> close(channel));
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (ConnectException e) {
                return Optional.empty(); // left behind by a process that was killed
            } catch (SocketException e) {
                throw new IOException("the node at " + socket + " cannot be asked: " + e.getMessage(), e);
            }
            try {
                ControlMessage.write(Channels.newOutputStream(channel), request);
                return Optional.of(ControlMessage.readAnswer(Channels.newInputStream(channel)));
            } catch (AsynchronousCloseException e) {
                throw new IOException("the node has not answered within " + PATIENCE_SECONDS + " seconds", e);
            } finally {
                patience.cancel();
            }
        } catch (UnsupportedOperationException e) {
            return Optional.empty(); // then no node has such a socket either
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(ControlClient.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "closing the control socket: " + e);
        }
    }
}
