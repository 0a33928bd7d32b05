package libp2p.exchange.streams;

import java.io.FilterInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.exchange.http.HttpCaller;
import libp2p.exchange.http.HttpException;
import libp2p.exchange.http.HttpReply;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpLimits;
import libp2p.http.streams.HttpExchange;
import libp2p.http.streams.HttpStreams;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagJson;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * Calls the gateway of one peer over streams, where {@code /.well-known/libp2p/protocols} says that it is. Thread-safe.
 */
public final class StreamCaller implements HttpCaller {
    private static final int WELL_KNOWN_BYTES = 64 << 10;

    private final Host host;
    private final PeerAddress peer;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String namespace;

    /** @param peer dialed if need be */
    public StreamCaller(Host host, PeerAddress peer) {
        this.host = host;
        this.peer = peer;
    }

    @Override
    public String name() {
        return "streams of " + peer.peer();
    }

    @Override
    public HttpReply call(
            String method, String target, Map<String, String> headers, byte @Nullable [] body, Deadline deadline)
            throws IOException {
        List<HttpHeaders.Field> fields = new ArrayList<>();
        headers.forEach((name, value) -> fields.add(new HttpHeaders.Field(name, value)));
        byte[] content = body == null ? new byte[0] : body;
        String path = namespace(deadline) + target.substring(1);
        HttpExchange exchange = send(method, path, fields, content, Long.MAX_VALUE, deadline);
        Map<String, String> got = new HashMap<>();
        for (HttpHeaders.Field field : exchange.headers().fields()) {
            got.merge(field.name().toLowerCase(Locale.ROOT), field.value(), (a, b) -> a + "," + b);
        }
        return new HttpReply(exchange.status(), got, new Body(exchange));
    }

    private HttpExchange send(
            String method, String path, List<HttpHeaders.Field> fields, byte[] content, long most, Deadline deadline)
            throws IOException {
        try {
            return HttpExchange.send(host, peer, method, path, fields, content, most, HttpLimits.DEFAULT, deadline);
        } catch (NetworkException e) {
            throw new HttpException(name() + ": " + e.getMessage(), 0, e.isRetryable(), e);
        }
    }

    /** The place of the gateway; asked for once. */
    private String namespace(Deadline deadline) throws IOException {
        lock.lock();
        try {
            if (namespace != null) {
                return namespace;
            }
        } finally {
            lock.unlock();
        }
        String found = "/";
        try (HttpExchange exchange =
                send("GET", HttpStreams.WELL_KNOWN, List.of(), new byte[0], WELL_KNOWN_BYTES, deadline)) {
            if (exchange.status() == 200) {
                found = pathIn(exchange.readAll());
            }
        }
        lock.lock();
        try {
            namespace = found;
        } finally {
            lock.unlock();
        }
        return found;
    }

    /** Reads the map of protocols, bare as go-libp2p sends it, or inside another as in the specification. */
    static String pathIn(byte[] json) throws HttpException {
        try {
            Node map = new DagJson().decode(json);
            Node inner = map.get("protocols");
            Node gateway = (inner == null ? map : inner).get(GatewayOverStreams.PROTOCOL);
            if (gateway != null && gateway.get("path") instanceof Node.Text text) {
                String path = text.value().endsWith("/") ? text.value() : text.value() + "/";
                if (path.startsWith("/") && path.length() < 1024 && path.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                    return path;
                }
            }
            throw new HttpException("the peer serves no " + GatewayOverStreams.PROTOCOL, 404, false, null);
        } catch (MalformedException e) {
            throw new HttpException("a malformed list of protocols: " + e.getMessage(), 502, false, e);
        }
    }

    /** The body of an answer; closing it ends the stream. */
    private static final class Body extends FilterInputStream {
        private final HttpExchange exchange;

        Body(HttpExchange exchange) {
            super(exchange.body());
            this.exchange = exchange;
        }

        @Override
        public void close() {
            exchange.close();
        }
    }

    /** Streams end with their exchanges: nothing is left to be closed. */
    @Override
    public void close() {}
}
