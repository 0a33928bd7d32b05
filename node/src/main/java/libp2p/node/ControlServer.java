package libp2p.node;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the commands of the owner of a data directory while its node runs: a Unix domain socket in a folder of the data
 * directory that nobody else may enter. One request and one answer per connection, see {@link ControlMessage}; at most
 * {@value #CONVERSATIONS} at a time, of {@value #PATIENCE_SECONDS} seconds each. A node that cannot offer it says so in
 * the log and runs without.
 */
final class ControlServer implements HostService {
    private static final System.Logger LOG = System.getLogger(ControlServer.class.getName());
    private static final int CONVERSATIONS = 8;
    private static final long PATIENCE_SECONDS = 10;
    private static final int BACKLOG = 16;

    /** After a failed accept. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Takes the next who wants to talk; blocks. */
    @FunctionalInterface
    interface Accept {
        SocketChannel from(ServerSocketChannel listener) throws IOException;
    }

    private final Path socket;
    private final Accept accept;
    private final Semaphore free = new Semaphore(CONVERSATIONS);
    private volatile @Nullable ServerSocketChannel listener;

    /**
     * @param data the data directory of the host: the process that has it open is the only one to remove the socket of
     *     an earlier one
     */
    ControlServer(Path data) {
        this(data, ServerSocketChannel::accept);
    }

    ControlServer(Path data, Accept accept) {
        socket = socket(data);
        this.accept = accept;
    }

    /** Socket at which the node of a data directory listens. */
    static Path socket(Path data) {
        return data.resolve("control").resolve("socket");
    }

    @Override
    public void start(Host host) {
        try {
            makeFolder(socket.toAbsolutePath().getParent());
            Files.deleteIfExists(socket); // of a process that was killed
            ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                opened.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
                listener = opened;
            } finally {
                if (listener == null) {
                    opened.close();
                }
            }
            host.environment().start("control", () -> accept(host, opened));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(
                    Level.WARNING,
                    "p2p gate and p2p reload will not reach this node: no socket at " + socket + ": " + e.getMessage());
        }
    }

    /** The rights of a socket file are not looked at everywhere; those of its folder are. */
    private static void makeFolder(@Nullable Path folder) throws IOException {
        if (folder == null) {
            throw new IOException("it is in no folder");
        }
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(folder);
            return;
        }
        var owner = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(owner));
        Files.setPosixFilePermissions(folder, owner); // it may have been there
    }

    private void accept(Host host, ServerSocketChannel from) {
        while (from.isOpen()) {
            try {
                SocketChannel channel = accept.from(from);
                if (free.tryAcquire()) {
                    host.environment().start("control conversation", () -> converse(host, channel));
                } else {
                    channel.close();
                }
            } catch (ClosedChannelException e) {
                LOG.log(Level.DEBUG, "the control socket is closed");
            } catch (IOException e) { // out of descriptors: just then the owner may want to block somebody
                LOG.log(Level.WARNING, "the control socket takes nobody for a moment: " + e.getMessage());
                host.environment().park(this, Deadline.after(host.environment(), PAUSE));
            }
        }
    }

    private void converse(Host host, SocketChannel channel) {
        Environment environment = host.environment();
        Timer patience = environment.schedule(PATIENCE_SECONDS * 1_000_000_000, () -> close(channel));
        try {
            List<String> words = ControlMessage.readRequest(Channels.newInputStream(channel));
            patience.cancel();
            String answer = answer(host, words);
            patience = environment.schedule(PATIENCE_SECONDS * 1_000_000_000, () -> close(channel));
            ControlMessage.write(Channels.newOutputStream(channel), answer);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a conversation on the control socket ended: " + e);
        } finally {
            patience.cancel();
            close(channel);
            free.release();
        }
    }

    private static String answer(Host host, List<String> words) {
        try {
            List<String> arguments = words.subList(1, words.size());
            List<String> lines = switch (words.getFirst()) {
                case "gate" -> GateCommand.answer(host, arguments);
                case "reload" -> ReloadCommand.answer(host);
                default -> throw new MalformedException("this node does not know what it is told: " + words.getFirst());
            };
            return ControlMessage.done(lines);
        } catch (Exception e) {
            return ControlMessage.failed(e);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "closing a conversation: " + e);
        }
    }

    @Override
    public void close() {
        ServerSocketChannel open = listener;
        if (open == null) {
            return;
        }
        try {
            open.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the control socket: " + e.getMessage());
        }
        listener = null;
    }
}
