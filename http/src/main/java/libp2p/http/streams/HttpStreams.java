package libp2p.http.streams;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.Registration;
import libp2p.http.BodyReader;
import libp2p.http.ChunkedOutput;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HeadWriter;
import libp2p.http.HttpAnswer;
import libp2p.http.HttpException;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpLimits;
import libp2p.http.HttpRequest;

/**
 * Serves HTTP over streams: protocols, each in a namespace of paths, which {@code /.well-known/libp2p/protocols} lists.
 * One request a stream; every answer says {@code Connection: close}. Thread-safe.
 */
public final class HttpStreams implements HostService {
    /** The protocol of the streams. */
    public static final String PROTOCOL = "/http/1.1";

    /** The path at which a server lists its protocols. */
    public static final String WELL_KNOWN = "/.well-known/libp2p/protocols";

    private record Mount(String protocol, String path, HttpHandler handler) {}

    private final HttpLimits limits;
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
        registration = host.handle(PROTOCOL, stream -> serve(host, stream));
    }

    private void serve(Host host, Stream stream) throws IOException {
        stream.readTimeout(limits.idle());
        stream.writeTimeout(limits.idle());
        Deadline deadline = Deadline.after(host.environment(), limits.request());
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
        StreamClient client = new StreamClient(host.environment(), stream, limits);
        HeadReader reader = new HeadReader(client::read, limits.head());
        boolean head = false;
        HttpAnswer answer;
        try {
            HttpRequest request = new HeadParser(limits.head()).request(reader.read());
            head = request.method().equals("HEAD");
            client.watch();
            answer = answer(stream, client, request, reader);
        } catch (HttpException malformed) {
            answer = HttpAnswer.text(malformed.status(), String.valueOf(malformed.getMessage()));
        }
        write(stream, client, head, answer);
    }

    private HttpAnswer answer(Stream stream, StreamClient client, HttpRequest request, HeadReader reader)
            throws IOException {
        if (request.headers().only("Host") == null) { // it may be empty, as that of go-libp2p
            throw new HttpException(400, "not one Host");
        }
        InputStream body = BodyReader.ofRequest(request.headers(), client::read, reader.rest(), limits.bodyBytes());
        if (request.path().equals(WELL_KNOWN)) {
            return wellKnown(request);
        }
        Mount found = null;
        for (Mount mount : mounts.values()) {
            boolean within = request.path().startsWith(mount.path()) || (request.path() + "/").equals(mount.path());
            if (within && (found == null || mount.path().length() > found.path().length())) {
                found = mount;
            }
        }
        if (found == null) {
            return HttpAnswer.text(404, "nothing is served here; see " + WELL_KNOWN);
        }
        return found.handler().handle(stream.connection().remotePeer(), request, body, client);
    }

    /** The bare map that go-libp2p sends and reads; the specification shows it inside another. */
    private HttpAnswer wellKnown(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return HttpAnswer.text(405, "only GET and HEAD").with("Allow", "GET, HEAD");
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
        return HttpAnswer.bytes(
                200, "application/json", json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Stream stream, StreamClient client, boolean head, HttpAnswer answer) throws IOException {
        List<HttpHeaders.Field> fields = new ArrayList<>(answer.headers().fields());
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        if (answer.length() >= 0 && !bodiless) {
            fields.add(new HttpHeaders.Field("Content-Length", Long.toString(answer.length())));
        } else if (!bodiless) {
            fields.add(new HttpHeaders.Field("Transfer-Encoding", "chunked"));
        }
        fields.add(new HttpHeaders.Field("Connection", "close"));
        boolean whole = false;
        try {
            OutputStream out = new BufferedOutputStream(client.over(stream.output()), 16 << 10);
            out.write(HeadWriter.response(answer.status(), fields));
            if (!head && !bodiless && answer.length() >= 0) {
                answer.body().writeTo(out);
            } else if (!head && !bodiless) {
                ChunkedOutput chunks = new ChunkedOutput(out);
                answer.body().writeTo(chunks);
                chunks.finish();
            }
            out.flush();
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
