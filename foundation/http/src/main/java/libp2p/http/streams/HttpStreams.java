package libp2p.http.streams;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.core.host.StreamHandler;
import libp2p.core.resource.LimitExceededException;
import libp2p.http.BodyReader;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HttpHandler;
import libp2p.http.HttpLimits;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.ResponseWriter;

/**
 * Serves HTTP over streams: protocols, each in a namespace of paths, which {@code /.well-known/libp2p/protocols} lists.
 * One request a stream; every answer says {@code Connection: close}. Thread-safe.
 */
public final class HttpStreams implements HostService {
    /** The protocol of the streams. */
    public static final String PROTOCOL = "/http/1.1";

    /** The path at which a server lists its protocols. */
    public static final String WELL_KNOWN = "/.well-known/libp2p/protocols";

    /** Bytes of an answer whose memory is that of its stream. */
    private static final int SMALL = 16 << 10;

    private record Mount(String protocol, String path, HttpHandler handler) {}

    private volatile HttpLimits limits;
    private final Map<String, Mount> mounts = new ConcurrentSkipListMap<>();
    private volatile Registration registration = () -> {};

    private HttpStreams(HttpLimits limits) {
        this.limits = limits;
    }

    /** HTTP over streams within limits. */
    public static ProtocolFamily within(HttpLimits limits) {
        return assembly -> assembly.service(new HttpStreams(limits));
    }

    /** HTTP over streams with one protocol from the start. */
    public static ProtocolFamily serving(String protocol, String path, HttpHandler handler) {
        HttpStreams streams = new HttpStreams(HttpLimits.DEFAULT);
        streams.mount(protocol, path, handler);
        return assembly -> assembly.service(streams);
    }

    /**
     * Serves a protocol that is HTTP under a name of its own, with one handler for all paths.
     *
     * @return to end it
     */
    public static Registration serve(Host host, String protocol, HttpHandler handler) {
        HttpStreams streams = new HttpStreams(host.limits(HttpLimits.DEFAULT));
        streams.mount(protocol, "/", handler);
        return host.handle(protocol, streams.serving(host));
    }

    /**
     * Serves a protocol from now on; a longer path goes before a shorter one.
     *
     * @param path where its namespace begins and ends with a slash
     * @return to end it
     */
    public Registration mount(String protocol, String path, HttpHandler handler) {
        if (!path.startsWith("/") || !path.endsWith("/")) {
            throw new IllegalArgumentException("a namespace begins and ends with a slash: " + path);
        }
        Mount mount = new Mount(protocol, path, handler);
        if (mounts.putIfAbsent(path, mount) != null) {
            throw new IllegalArgumentException("the namespace is taken: " + path);
        }
        return () -> mounts.remove(path, mount);
    }

    @Override
    public void start(Host host) {
        limits = host.limits(limits);
        registration = host.handle(PROTOCOL, serving(host));
    }

    private StreamHandler serving(Host host) {
        AnswerMemory memory = new AnswerMemory(host.environment().random("http.answers"));
        return stream -> serve(host, memory, stream);
    }

    private void serve(Host host, AnswerMemory memory, Stream stream) throws IOException {
        stream.readTimeout(limits.idle());
        stream.writeTimeout(limits.idle());
        Deadline deadline = Deadline.after(host.environment(), limits.request());
        stream.readDeadline(deadline.earlier(Deadline.after(host.environment(), limits.idle()))); // of the head
        stream.writeDeadline(deadline);
        StreamClient client = new StreamClient(host.environment(), stream, limits);
        HeadReader reader = new HeadReader(client::read, limits.head());
        boolean head = false;
        HttpResponse answer;
        try {
            HttpRequest request = new HeadParser(limits.head()).request(reader.read());
            head = request.method().equals("HEAD");
            stream.readDeadline(deadline);
            client.watch();
            answer = answer(client, request, reader);
        } catch (HttpProtocolException malformed) {
            answer = HttpResponse.text(malformed.status(), String.valueOf(malformed.getMessage()));
        }
        long needed = head ? 0 : answer.memory();
        if (needed <= SMALL) {
            write(stream, client, head, answer);
            return;
        }
        AnswerMemory.Held held;
        try {
            held = memory.hold(stream, needed);
        } catch (LimitExceededException busy) { // as an HTTP server over TCP answers
            write(
                    stream,
                    client,
                    false,
                    HttpResponse.text(429, "other answers have the memory").with("Retry-After", "60"));
            return;
        }
        try (held) {
            write(stream, client, false, answer);
        }
    }

    private HttpResponse answer(StreamClient client, HttpRequest request, HeadReader reader) throws IOException {
        if (request.headers().only("Host") == null) { // it may be empty, as that of go-libp2p
            throw new HttpProtocolException(400, "not one Host");
        }
        InputStream body = BodyReader.ofRequest(request.headers(), client::read, reader.rest(), limits.bodyBytes());
        if (request.rawPath().equals(WELL_KNOWN)) {
            return wellKnown(request);
        }
        Mount found = null;
        for (Mount mount : mounts.values()) {
            boolean within =
                    request.rawPath().startsWith(mount.path()) || (request.rawPath() + "/").equals(mount.path());
            if (within && (found == null || mount.path().length() > found.path().length())) {
                found = mount;
            }
        }
        if (found == null) {
            return HttpResponse.text(404, "nothing is served here; see " + WELL_KNOWN);
        }
        return found.handler().handle(request.withBody(body).withContext(client));
    }

    /** The bare map that go-libp2p sends and reads; the specification shows it inside another. */
    private HttpResponse wellKnown(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpResponse.text(405, "only GET and HEAD").with("Allow", "GET, HEAD");
        }
        StringBuilder json = new StringBuilder("{");
        for (Mount mount : mounts.values()) {
            json.append(json.length() > 1 ? "," : "")
                    .append('"')
                    .append(mount.protocol())
                    .append("\":{\"path\":\"")
                    .append(mount.path())
                    .append("\"}");
        }
        return HttpResponse.bytes(
                200, "application/json", json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Stream stream, StreamClient client, boolean head, HttpResponse answer)
            throws IOException {
        boolean whole = false;
        try {
            ResponseWriter.write(answer, head, new BufferedOutputStream(client.over(stream.output()), 16 << 10));
            stream.closeWrite();
            whole = true;
        } finally {
            if (!whole) {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    @Override
    public void close() {
        registration.close();
    }
}
