package libp2p.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.buffer.BulkInput;
import libp2p.http.BodyReader;
import libp2p.http.HeadLimits;
import libp2p.http.HeadParser;
import libp2p.http.HeadReader;
import libp2p.http.HeadWriter;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpProtocolException;
import libp2p.http.HttpRequest;
import libp2p.http.ResponseHead;

/** A request and its response in HTTP/1.1 over a connection that serves nothing else. */
final class HttpOverConnection {
    /** The connection of one request. */
    interface Connection {
        /** Reads at least one byte, blocking; −1 at the end. */
        int read(ByteBuffer target) throws IOException;

        /** Writes all; blocks. */
        void write(byte[] bytes) throws IOException;

        /** Ends the connection; idempotent. */
        void end(boolean whole);

        /** The exception that says best why a read of the body has failed. */
        IOException failed(IOException e);
    }

    /** Interim responses before the final one, which are passed over. */
    private static final int INTERIM = 8;

    private HttpOverConnection() {}

    /** The bytes that were read already, and then those of the connection. */
    private static HeadReader.Source behind(ByteBuffer rest, Connection connection) {
        return target -> {
            int count = Math.min(rest.remaining(), target.remaining());
            if (count == 0) {
                return connection.read(target);
            }
            target.put(rest.slice(rest.position(), count));
            rest.position(rest.position() + count);
            return count;
        };
    }

    /**
     * The bytes of a request.
     *
     * @throws IllegalArgumentException if its head has characters that no head may have
     */
    static byte[] bytes(HttpRequest request, String host) throws IOException {
        byte[] body = request.body().readAllBytes();
        List<HttpHeaders.Field> fields = new ArrayList<>();
        fields.add(new HttpHeaders.Field("Host", host));
        fields.addAll(request.headers().fields());
        if (body.length > 0 || List.of("POST", "PUT").contains(request.method())) {
            fields.add(new HttpHeaders.Field("Content-Length", Integer.toString(body.length)));
        }
        fields.add(new HttpHeaders.Field("Connection", "close"));
        byte[] head = HeadWriter.request(request.method(), request.target(), fields);
        return ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .array();
    }

    /** Sends the bytes of a request and reads the head of the response; ends the connection if that fails. */
    static HttpClientResponse send(HttpRequest request, byte[] bytes, Connection connection, HeadLimits limits)
            throws IOException {
        boolean done = false;
        try {
            connection.write(bytes);
            // The connection is not half closed: servers in Go take the end of the request for the end of the client.
            HeadReader reader = new HeadReader(connection::read, limits);
            ResponseHead head = new HeadParser(limits).response(reader.read());
            for (int interim = 1; head.status() < 200; interim++) { // RFC 9110, section 15.2
                if (head.status() == 101 || interim > INTERIM) {
                    throw new HttpProtocolException(502, "an interim response that was not asked for");
                }
                reader = new HeadReader(behind(reader.rest(), connection), limits);
                head = new HeadParser(limits).response(reader.read());
            }
            boolean bodiless = request.method().equals("HEAD");
            BodyReader body = BodyReader.ofResponse(head, bodiless, connection::read, reader.rest(), Long.MAX_VALUE);
            HttpClientResponse response =
                    new HttpClientResponse(head.status(), head.headers(), new Body(body, connection));
            done = true;
            return response;
        } finally {
            if (!done) {
                connection.end(false);
            }
        }
    }

    /** The body of a response; closing it ends the connection. */
    private static final class Body extends BulkInput {
        private final InputStream in;
        private final Connection connection;
        private boolean whole;

        Body(InputStream in, Connection connection) {
            this.in = in;
            this.connection = connection;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int count = in.read(target, offset, length);
                whole |= count < 0;
                return count;
            } catch (IOException e) {
                throw connection.failed(e);
            }
        }

        @Override
        public void close() {
            connection.end(whole);
        }
    }
}
