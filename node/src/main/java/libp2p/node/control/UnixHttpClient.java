package libp2p.node.control;

import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.BodyReader;
import libp2p.http.ChunkedOutput;
import libp2p.http.HeadLimits;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HeadWriter;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over a Unix domain socket, one connection a request. Thread-safe. */
final class UnixHttpClient implements HttpClient {
    private static final int BUFFER = 1 << 16;

    private final Environment environment;
    private final Path socket;

    UnixHttpClient(Environment environment, Path socket) {
        this.environment = environment;
        this.socket = socket;
    }

    /**
     * Whether a process listens on the socket; none does on that of a process which was killed, and none where the system
     * has no such sockets.
     *
     * @throws IOException if this user may not ask it
     */
    boolean isAnswered() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return true;
        } catch (java.net.ConnectException left) {
            return false;
        } catch (SocketException e) {
            throw UnixHttpServer.explained(socket, e);
        } catch (UnsupportedOperationException noSockets) {
            return false;
        }
    }

    @Override
    public String name() {
        return "the node at " + socket;
    }

    /** {@inheritDoc} A {@link java.net.ConnectException} tells that no process listens there. */
    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Timer timer = deadline.isFinite()
                ? environment.schedule(Math.max(0, deadline.remainingNanos(environment)), () -> close(channel))
                : null;
        boolean done = false;
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            HttpClientResponse response = talk(channel, request, deadline, timer);
            done = true;
            return response;
        } catch (java.net.ConnectException e) {
            throw e;
        } catch (SocketException e) {
            throw UnixHttpServer.explained(socket, e);
        } finally {
            if (!done) {
                end(channel, timer);
            }
        }
    }

    private HttpClientResponse talk(
            SocketChannel channel, HttpRequest request, Deadline deadline, @Nullable Timer timer) throws IOException {
        List<HttpHeaders.Field> fields = new ArrayList<>();
        fields.add(new HttpHeaders.Field("Host", "localhost"));
        fields.addAll(request.headers().fields());
        PushbackInputStream body = new PushbackInputStream(request.body());
        int first = body.read();
        fields.add(
                first < 0
                        ? new HttpHeaders.Field("Content-Length", "0")
                        : new HttpHeaders.Field("Transfer-Encoding", "chunked"));
        fields.add(new HttpHeaders.Field("Connection", "close"));
        byte[] head = HeadWriter.request(request.method(), request.target(), fields);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
        try {
            out.write(head);
            out.flush();
        } catch (IOException e) {
            throw explained(e, deadline);
        }
        AtomicReference<@Nullable Exception> unread = new AtomicReference<>();
        if (first >= 0) {
            body.unread(first);
            // beside the answer, which may begin before the body has ended
            environment.start("control body", () -> upload(body, out, channel, unread));
        }
        HeadReader reader = new HeadReader(channel::read, HeadLimits.DEFAULT);
        ResponseHead answer;
        try {
            answer = new HeadParser(HeadLimits.DEFAULT).response(reader.read());
        } catch (IOException e) {
            throw local(unread, explained(e, deadline));
        }
        BodyReader content = BodyReader.ofResponse(
                answer, request.method().equals("HEAD"), channel::read, reader.rest(), Long.MAX_VALUE);
        InputStream stream = new FilterInputStream(content) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return in.read(target, offset, length);
                } catch (IOException e) {
                    throw local(unread, explained(e, deadline));
                }
            }

            @Override
            public void close() {
                end(channel, timer);
            }
        };
        return new HttpClientResponse(answer.status(), answer.headers(), stream, content::trailers);
    }

    /** Sends the body; one that cannot be read whole ends the connection, so that the node does not take it for whole. */
    private static void upload(
            InputStream body, OutputStream out, SocketChannel channel, AtomicReference<@Nullable Exception> unread) {
        ChunkedOutput chunks = new ChunkedOutput(out);
        byte[] piece = new byte[BUFFER];
        try (body) {
            while (true) {
                int count;
                try {
                    count = body.read(piece);
                } catch (IOException | RuntimeException e) {
                    unread.set(e);
                    close(channel);
                    return;
                }
                if (count < 0) {
                    break;
                }
                chunks.write(piece, 0, count);
                chunks.flush();
            }
            chunks.finish();
            out.flush();
        } catch (IOException e) { // the node has answered without reading on
            System.getLogger(UnixHttpClient.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "a body was not taken: " + e);
        }
    }

    /** The error of the body on this side, else that of the connection. */
    private static IOException local(AtomicReference<@Nullable Exception> unread, IOException otherwise) {
        Exception local = unread.get();
        if (local instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return local instanceof IOException io ? io : otherwise;
    }

    private IOException explained(IOException e, Deadline deadline) {
        return deadline.passed(environment)
                ? new DeadlineExceededException(name() + " has not answered in time")
                : new HttpRequestException(name() + ": " + e.getMessage(), 0, false, e);
    }

    private static void end(SocketChannel channel, @Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
        close(channel);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(UnixHttpClient.class.getName())
                    .log(System.Logger.Level.DEBUG, () -> "closing the control socket: " + e);
        }
    }

    /** Connections end with their responses: nothing is left to be closed. */
    @Override
    public void close() {}
}
