package libp2p.node.content;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.ObservedBlockStore;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.routing.ContentRouting;
import libp2p.exchange.bitswap.Bitswap;
import libp2p.exchange.bitswap.SendingRate;
import libp2p.exchange.gateway.Gateway;
import libp2p.exchange.graphsync.GraphSync;
import libp2p.exchange.routing.ProvideStrategy;
import libp2p.exchange.streams.GatewayOverStreams;
import libp2p.http.streams.HttpStreams;
import libp2p.ipfs.Announcements;
import libp2p.ipfs.Repository;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.node.host.HeapKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Serves the content of a data directory to peers, and does the commands of its owner: over a Unix domain socket in a
 * folder that nobody else may enter, at most {@value #COMMANDS} at a time.
 */
public final class ContentServer implements HostService {
    private static final System.Logger LOG = System.getLogger(ContentServer.class.getName());
    private static final int COMMANDS = 64;
    private static final int BACKLOG = 64;
    private static final int BUFFER = 1 << 17;

    private final Repository store;
    /** For commands: peers that wait for a block hear of what these store. */
    private volatile BlockStore blocks;

    private final Parsers parsers = new Parsers();
    private final Path socket;
    private final Semaphore free = new Semaphore(COMMANDS);
    private final GatewayOptions gatewayOptions;
    private final Consumer<String> listening;
    private final @Nullable ProvideStrategy strategy;
    private volatile @Nullable Host host;
    private volatile @Nullable ServerSocketChannel listener;
    private volatile @Nullable GatewayServer gateway;
    private volatile @Nullable HeapKeeper heap;
    private volatile @Nullable Announcements announcements;

    private ContentServer(
            Repository store,
            Path socket,
            GatewayOptions gatewayOptions,
            @Nullable ProvideStrategy strategy,
            Consumer<String> listening) {
        this.store = store;
        blocks = store.blocks();
        this.socket = socket;
        this.gatewayOptions = gatewayOptions;
        this.strategy = strategy;
        this.listening = listening;
    }

    /**
     * Adds the content of a data directory to a host: Bitswap, GraphSync and the trustless gateway over its blocks, the
     * socket, and perhaps a gateway.
     *
     * @param gateway where and how a gateway is served
     * @param strategy what is announced where there is a DHT; null for nothing but what {@code p2p provide} names
     * @param listening hears of the URL of the gateway
     */
    public static void install(
            HostBuilder builder,
            Path data,
            GatewayOptions gateway,
            @Nullable ProvideStrategy strategy,
            Consumer<String> listening)
            throws IOException {
        Repository store =
                Repository.open(SystemEnvironment.shared(), data.resolve("content"), BlockStoreLimits.DEFAULT);
        ContentServer server = new ContentServer(store, socket(data), gateway, strategy, listening);
        builder.service(server)
                .with(Bitswap.over(store.blocks()))
                .with(GraphSync.over(store.blocks()))
                .with(HttpStreams.serving(
                        GatewayOverStreams.PROTOCOL,
                        "/",
                        new GatewayOverStreams(new Gateway(store.blocks(), Budget.STRANGER, true), server::rate)));
    }

    private Optional<SendingRate> rate() {
        Host started = host;
        return started == null ? Optional.empty() : started.find(Bitswap.class).map(Bitswap::rate);
    }

    static Path socket(Path data) {
        return data.resolve("content").resolve("control").resolve("socket");
    }

    @Override
    public void start(Host host) {
        this.host = host;
        heap = new HeapKeeper(host.environment());
        blocks = new ObservedBlockStore(
                store.blocks(), hashes -> host.find(Bitswap.class).ifPresent(bitswap -> bitswap.stored(hashes)));
        InetSocketAddress address = gatewayOptions.address();
        if (address != null) {
            try {
                gateway = new GatewayServer(host, address, gatewayOptions, store, blocks);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        try {
            Path folder = socket.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
                if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                }
            }
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
            host.environment().start("content control", () -> accept(host, opened));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(Level.WARNING, "commands will not reach this node: no socket at " + socket + ": " + e.getMessage());
        }
    }

    private static boolean announce(Host host, Collection<Cid> roots) throws IOException {
        Optional<ContentRouting> routing = host.find(ContentRouting.class);
        if (routing.isEmpty()) {
            return false;
        }
        try {
            routing.get().startProviding(roots);
            return true;
        } catch (UnsupportedOperationException servers) { // of delegated routing alone
            return false;
        }
    }

    @Override
    public void listening() {
        Host started = host;
        if (started != null) {
            announcements = Announcements.start(
                    started.environment(), store, strategy, () -> started.find(ContentRouting.class));
        }
        GatewayServer open = gateway;
        if (open != null) {
            listening.accept(open.url());
        }
    }

    private void accept(Host host, ServerSocketChannel from) {
        while (from.isOpen()) {
            try {
                SocketChannel channel = from.accept();
                if (free.tryAcquire()) {
                    host.environment().start("content command", () -> serve(host, channel));
                } else {
                    channel.close();
                }
            } catch (ClosedChannelException e) {
                LOG.log(Level.DEBUG, "the content socket is closed");
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the content socket takes nobody any more: " + e.getMessage());
                return;
            }
        }
    }

    private void serve(Host host, SocketChannel channel) {
        try (channel) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER));
            DataOutputStream to =
                    new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
            List<String> words = Frames.readWords(in);
            ReentrantLock lock = new ReentrantLock();
            PrintStream out = new PrintStream(Frames.stream(to, lock, Frames.OUT), false, StandardCharsets.UTF_8);
            PrintWriter err = new PrintWriter(Frames.stream(to, lock, Frames.ERR), true, StandardCharsets.UTF_8);
            ContentContext context = new ContentContext(
                    host.environment(),
                    store,
                    blocks,
                    () -> host.find(Bitswap.class).orElseThrow(),
                    () -> host,
                    roots -> announce(host, roots),
                    Path.of(words.getFirst()),
                    in,
                    out);
            List<String> command = words.subList(1, words.size());
            String[] arguments = command.toArray(String[]::new);
            int code = ScopedValue.where(ContentContext.CURRENT, context)
                    .call(() -> parsers.with(command, err, parser -> parser.execute(arguments)));
            out.flush();
            err.flush();
            lock.lock();
            try {
                to.writeByte(Frames.EXIT);
                to.writeInt(code);
                to.flush();
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a command on the content socket ended: " + e);
        } finally {
            free.release();
        }
    }

    @Override
    public void close() {
        HeapKeeper keeper = heap;
        if (keeper != null) {
            keeper.close();
        }
        Announcements told = announcements;
        if (told != null) {
            told.close();
        }
        GatewayServer serving = gateway;
        if (serving != null) {
            serving.close();
        }
        try {
            ServerSocketChannel open = listener;
            if (open != null) {
                open.close();
                Files.deleteIfExists(socket);
            }
            store.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the content: " + e.getMessage());
        }
        listener = null;
    }
}
