package libp2p.http.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpLimits;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.http.streams.HttpStreams;

/**
 * Sends requests to one peer, each over a stream of its own
 * (<a href="https://github.com/libp2p/specs/tree/master/http">HTTP over streams</a>). A response must be whole within
 * {@link HttpLimits#request}. Thread-safe.
 */
public final class StreamHttpClient implements HttpClient {
    private final Host host;
    private final PeerAddress peer;
    private final String protocol;

    /** @param peer dialed if need be */
    public StreamHttpClient(Host host, PeerAddress peer) {
        this(host, peer, HttpStreams.PROTOCOL);
    }

    /**
     * A client of a protocol that is HTTP under a name of its own.
     *
     * @param peer dialed if need be
     */
    public StreamHttpClient(Host host, PeerAddress peer, String protocol) {
        this.host = host;
        this.peer = peer;
        this.protocol = protocol;
    }

    @Override
    public String name() {
        return "streams of " + peer.peer();
    }

    @Override
    public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
        HttpLimits limits = host.limits(HttpLimits.DEFAULT);
        byte[] bytes = HttpOverConnection.bytes(request, String.valueOf(peer.peer()));
        try {
            Deadline end = deadline.earlier(Deadline.after(host.environment(), limits.request()));
            DialOptions options = DialOptions.DEFAULT
                    .withReason("http")
                    .withDeadline(end.earlier(Deadline.after(host.environment(), limits.idle())));
            Stream stream = host.open(peer, options, protocol);
            stream.readTimeout(limits.idle());
            stream.writeTimeout(limits.idle());
            stream.readDeadline(end);
            stream.writeDeadline(end);
            return HttpOverConnection.send(request, bytes, new OneStream(stream), limits.head());
        } catch (NetworkException e) {
            throw new HttpRequestException(name() + ": " + e.getMessage(), 0, e.isRetryable(), e);
        }
    }

    private record OneStream(Stream stream) implements HttpOverConnection.Connection {
        @Override
        public int read(ByteBuffer target) throws IOException {
            return stream.read(target);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            stream.write(bytes);
        }

        @Override
        public void end(boolean whole) {
            if (whole) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }

        @Override
        public IOException failed(IOException e) {
            return e;
        }
    }

    /** Streams end with their responses: nothing is left to be closed. */
    @Override
    public void close() {}
}
