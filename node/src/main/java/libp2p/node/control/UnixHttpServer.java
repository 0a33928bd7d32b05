package libp2p.node.control;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.buffer.BulkInput;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.http.BodyReader;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HttpHandler;
import libp2p.http.HttpLimits;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestClock;
import libp2p.http.ResponseWriter;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 on a Unix domain socket that its owner alone may use: one request a connection, at most
 * {@value #CONVERSATIONS} at a time. When a client goes away while its request is worked at, or the time of the request
 * is over, its context is told, so that a silent command ends too. Bodies may have any length: they are the owner's.
 * Thread-safe.
 */
final class UnixHttpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UnixHttpServer.class.getName());
    private static final int CONVERSATIONS = 256;
    private static final int BACKLOG = 64;
    private static final int BUFFER = 1 << 16;

    /** A command takes as long as its client waits, unless that names a timeout: an import of a disk takes days. */
    private static final Duration UNLIMITED = Duration.ofDays(36500);

    /** The longest path of a socket on Linux; other systems take less. */
    private static final int LONGEST_PATH = 107;

    /** After a failed accept. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** For the last answers of a node that ends; clients that do not read would hold it up. */
    private static final Duration FAREWELL = Duration.ofMillis(500);

    /** Takes the next client; blocks. */
    @FunctionalInterface
    interface Accept {
        SocketChannel from(ServerSocketChannel listener) throws IOException;
    }

    private final Environment environment;
    private final Path socket;
    private final HttpHandler handler;
    private final HttpLimits limits;
    private final Accept accept;
    private final ServerSocketChannel listener;
    private final Semaphore free = new Semaphore(CONVERSATIONS);
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    private UnixHttpServer(
            Environment environment,
            Path socket,
            HttpHandler handler,
            HttpLimits limits,
            Accept accept,
            ServerSocketChannel listener) {
        this.environment = environment;
        this.socket = socket;
        this.handler = handler;
        this.limits = limits;
        this.accept = accept;
        this.listener = listener;
    }

    /**
     * Serves from now on. The folder of the socket is made, and closed to others; a socket that is there is taken to be
     * that of a process which was killed.
     *
     * @throws IOException if the socket cannot be made, with the cure where its path is too long
     */
    static UnixHttpServer start(
            Environment environment, Path socket, HttpHandler handler, HttpLimits limits, Accept accept)
            throws IOException {
        Path place = socket.toAbsolutePath();
        Path folder = place.getParent();
        if (folder == null) {
            throw new IOException(socket + " is in no folder");
        }
        makeFolder(folder);
        Files.deleteIfExists(place);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean bound = false;
        try {
            listener.bind(UnixDomainSocketAddress.of(place), BACKLOG);
            if (isPosix(place)) {
                Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-------"));
            }
            bound = true;
        } catch (SocketException e) {
            throw explained(place, e);
        } finally {
            if (!bound) {
                listener.close();
            }
        }
        UnixHttpServer server = new UnixHttpServer(environment, place, handler, limits, accept, listener);
        environment.start("control", server::acceptAll);
        return server;
    }

    /** Says what a path that is too long needs. */
    static IOException explained(Path socket, SocketException e) {
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length <= LONGEST_PATH && !String.valueOf(e.getMessage()).contains("too long")) {
            return e;
        }
        return new IOException(
                "the path of the control socket has " + length + " bytes, and the system takes about " + LONGEST_PATH
                        + ": choose a shorter data directory, or one that a symbolic link with a short path leads to",
                e);
    }

    /** A clock without a bound of its own. */
    static RequestClock clock(Environment environment) {
        return new RequestClock(environment::nanoTime, environment::yieldCarrier, UNLIMITED, UNLIMITED);
    }

    static boolean isUnlimited(Duration time) {
        return time.compareTo(UNLIMITED) >= 0;
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** The rights of a socket file are not looked at everywhere; those of its folder are. */
    private static void makeFolder(Path folder) throws IOException {
        if (!isPosix(folder)) {
            Files.createDirectories(folder);
            return;
        }
        var owner = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(owner));
        Files.setPosixFilePermissions(folder, owner); // it may have been there
    }

    private void acceptAll() {
        while (listener.isOpen()) {
            try {
                begin(accept.from(listener));
            } catch (ClosedChannelException e) {
                LOG.log(Level.DEBUG, "the control socket is closed");
            } catch (IOException | RuntimeException | Error e) {
                // out of descriptors or memory: just then the owner may want to block a peer
                LOG.log(Level.WARNING, "the control socket takes no command for a moment: " + e.getMessage());
                environment.park(this, Deadline.after(environment, PAUSE));
            }
        }
    }

    /** Places are taken in the order in which the clients came. */
    private void begin(SocketChannel channel) {
        boolean place = free.tryAcquire();
        boolean begun = false;
        try {
            environment.start("control request", () -> converse(channel, place));
            begun = true;
        } finally {
            if (!begun) {
                close(channel);
            }
            if (!begun && place) {
                free.release();
            }
        }
    }

    private void converse(SocketChannel channel, boolean place) {
        try (channel) {
            if (place) {
                serve(channel);
            } else {
                write(HttpResponse.text(503, CONVERSATIONS + " commands are under way"), false, output(channel));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a request on the control socket ended: " + e);
        } finally {
            if (place) {
                free.release();
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        Timer headTime = environment.schedule(limits.idle().toNanos(), () -> close(channel));
        RequestClock clock = clock(environment);
        Watch watch = new Watch(channel, clock);
        watches.add(watch);
        try {
            serve(channel, headTime, clock, watch);
        } finally {
            watches.remove(watch);
        }
    }

    private void serve(SocketChannel channel, Timer headTime, RequestClock clock, Watch watch) throws IOException {
        HttpResponse answer;
        boolean head = false;
        Timer wholeTime = null;
        try {
            if (!listener.isOpen()) {
                watch.stop();
            }
            HeadReader reader = new HeadReader(channel::read, limits.head());
            HttpRequest request = new HeadParser(limits.head()).request(reader.read());
            headTime.cancel();
            wholeTime = watch.limit(ControlHandler.timeout(request));
            head = request.method().equals("HEAD");
            InputStream body = BodyReader.ofRequest(request.headers(), channel::read, reader.rest(), Long.MAX_VALUE);
            if (isBodiless(request)) {
                watch.begin();
            }
            answer = handler.handle(request.withBody(watch.over(body)).withContext(clock));
        } catch (HttpProtocolException malformed) {
            answer = HttpResponse.text(malformed.status(), String.valueOf(malformed.getMessage()));
        } catch (RuntimeException malformed) { // the query or its timeout
            answer = ControlHandler.failed(malformed);
        } finally {
            headTime.cancel();
        }
        try {
            write(answer, head, output(channel));
            linger(channel);
        } finally {
            watch.end();
            if (wholeTime != null) {
                wholeTime.cancel();
            }
        }
    }

    /**
     * Takes what a client still sends of a body that was refused, for a while: one that cannot write on would not read the
     * answer (RFC 9112, section 9.6).
     */
    private void linger(SocketChannel channel) throws IOException {
        channel.shutdownOutput();
        Timer end = environment.schedule(limits.idle().toNanos(), () -> close(channel));
        try {
            ByteBuffer rest = ByteBuffer.allocate(BUFFER);
            while (channel.read(rest) >= 0) {
                rest.clear();
            }
        } finally {
            end.cancel();
        }
    }

    private static boolean isBodiless(HttpRequest request) {
        String length = request.header("Content-Length");
        return request.header("Transfer-Encoding").isEmpty() && (length.isEmpty() || length.equals("0"));
    }

    private static OutputStream output(SocketChannel channel) {
        return Channels.newOutputStream(channel);
    }

    private static void write(HttpResponse answer, boolean head, OutputStream out) throws IOException {
        ResponseWriter.write(answer, head, new BufferedOutputStream(out, BUFFER), ControlHandler::failed);
    }

    /** Waits for the end of the connection while a request is worked at. */
    private final class Watch {
        private final SocketChannel channel;
        private final RequestClock clock;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final AtomicBoolean over = new AtomicBoolean();

        Watch(SocketChannel channel, RequestClock clock) {
            this.channel = channel;
            this.clock = clock;
        }

        void begin() {
            if (begun.compareAndSet(false, true)) {
                environment.start("control watch", this::run);
            }
        }

        private void run() {
            ByteBuffer more = ByteBuffer.allocate(256);
            IOException gone = new IOException("the client has left");
            try {
                while (channel.read(more) >= 0) {
                    more.clear(); // of a client that says more than it was asked for
                }
            } catch (IOException e) {
                gone = e;
            }
            end(gone);
        }

        private void end(IOException reason) {
            if (over.compareAndSet(false, true)) {
                clock.leave(reason);
            }
        }

        /**
         * Ends the request after a time: a client that still sends a body is cut off a while later.
         *
         * @param time null for none
         */
        @Nullable
        Timer limit(@Nullable Duration time) {
            return time == null || isUnlimited(time)
                    ? null
                    : environment.schedule(time.toNanos(), () -> {
                        end(ControlHandler.late(time));
                        environment.schedule(limits.idle().toNanos(), () -> close(channel));
                    });
        }

        /** The node ends: the command fails, and its client is told if it reads. */
        void stop() {
            end(new NodeEndsException());
            try {
                channel.shutdownInput();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "ending a request on the control socket: " + e);
            }
        }

        /** The answer is written: what the handler has named is not done any more. */
        void end() {
            over.set(true);
        }

        /** A body whose end begins the watch. */
        InputStream over(InputStream body) {
            return new BulkInput() {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = body.read(target, offset, length);
                    if (count < 0) {
                        begin();
                    }
                    return count;
                }

                @Override
                public void close() throws IOException {
                    body.close();
                }
            };
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "closing a request on the control socket: " + e);
        }
    }

    /** Why a command has failed whose node was told to end. */
    static final class NodeEndsException extends IOException {
        private static final long serialVersionUID = 1;

        NodeEndsException() {
            super("the node ends");
        }
    }

    /** Takes no more commands, ends those that are under way, and removes the socket; idempotent. */
    @Override
    public void close() {
        if (!listener.isOpen()) {
            return;
        }
        try {
            listener.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing the control socket: " + e.getMessage());
        }
        if (!watches.isEmpty()) {
            watches.forEach(Watch::stop);
            environment.schedule(FAREWELL.toNanos(), () -> watches.forEach(watch -> close(watch.channel)));
        }
    }
}
