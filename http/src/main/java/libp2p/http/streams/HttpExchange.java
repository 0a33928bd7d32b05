package libp2p.http.streams;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.http.BodyReader;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HeadWriter;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpLimits;
import libp2p.http.HttpResponse;

/** A request to a peer over a stream of its own, and the answer. Redirects are not followed. For one thread. */
public final class HttpExchange implements AutoCloseable {
    private final Stream stream;
    private final HttpResponse response;
    private final BodyReader body;
    private boolean whole;

    private HttpExchange(Stream stream, HttpResponse response, BodyReader body) {
        this.stream = stream;
        this.response = response;
        this.body = body;
    }

    /**
     * Sends a request and reads the head of the answer; blocks.
     *
     * @param target path and query, escaped
     * @param fields beside {@code Host} and those that say how long the body is
     * @param content the body, empty for none
     * @param most bytes that the body of the answer may have
     * @param until when the whole answer must be here, beside {@link HttpLimits#request}
     */
    public static HttpExchange send(
            Host host,
            PeerAddress peer,
            String method,
            String target,
            List<HttpHeaders.Field> fields,
            byte[] content,
            long most,
            HttpLimits limits,
            Deadline until)
            throws IOException {
        List<HttpHeaders.Field> all = new ArrayList<>();
        all.add(new HttpHeaders.Field("Host", String.valueOf(peer.peer())));
        all.addAll(fields);
        if (content.length > 0 || method.equals("POST") || method.equals("PUT")) {
            all.add(new HttpHeaders.Field("Content-Length", Integer.toString(content.length)));
        }
        all.add(new HttpHeaders.Field("Connection", "close"));
        byte[] head = HeadWriter.request(method, target, all);
        Stream stream = host.open(peer, DialOptions.DEFAULT.withReason("http"), HttpStreams.PROTOCOL);
        boolean done = false;
        try {
            stream.readTimeout(limits.idle());
            stream.writeTimeout(limits.idle());
            Deadline deadline = until.earlier(Deadline.after(host.environment(), limits.request()));
            stream.readDeadline(deadline);
            stream.writeDeadline(deadline);
            stream.write(head);
            if (content.length > 0) {
                stream.write(content);
            }
            // The stream is not half closed: servers in Go take the end of the request for the end of the client.
            HeadReader reader = new HeadReader(stream::read, limits.head());
            HttpResponse response = new HeadParser(limits.head()).response(reader.read());
            BodyReader body = BodyReader.ofResponse(response, method.equals("HEAD"), stream::read, reader.rest(), most);
            done = true;
            return new HttpExchange(stream, response, body);
        } finally {
            if (!done) {
                stream.reset(ErrorCode.NONE);
            }
        }
    }

    /** Asks for a resource; blocks until the head of the answer is here. */
    public static HttpExchange get(
            Host host, PeerAddress peer, String target, List<HttpHeaders.Field> fields, long most) throws IOException {
        return send(host, peer, "GET", target, fields, new byte[0], most, HttpLimits.DEFAULT, Deadline.NONE);
    }

    /** The status of the answer. */
    public int status() {
        return response.status();
    }

    /** The header fields of the answer. */
    public HttpHeaders headers() {
        return response.headers();
    }

    /** The body of the answer; reading blocks. */
    public InputStream body() {
        return body;
    }

    /** The whole body, which must be within the limit; blocks. */
    public byte[] readAll() throws IOException {
        byte[] all = body.readAllBytes();
        whole = true;
        return all;
    }

    /** Ends the stream, whether the body was read or not. Idempotent. */
    @Override
    public void close() {
        if (whole) {
            stream.close();
        } else {
            stream.reset(ErrorCode.NONE);
        }
    }
}
