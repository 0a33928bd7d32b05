package libp2p.node.control;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpResponse;
import libp2p.node.host.Json;

/** The forms in which Kubo's RPC answers. */
public final class Responses {
    private Responses() {}

    /** Writes objects, each on a line of its own. */
    @FunctionalInterface
    public interface Lines {
        /** Sends one at once. */
        void line(Map<String, ?> object) throws IOException;
    }

    /** Does a command that tells something now and then. */
    @FunctionalInterface
    public interface Telling {
        /** Does it; blocks. */
        void run(Lines lines) throws IOException;
    }

    /** One object. */
    public static HttpResponse object(Map<String, ?> object) {
        return HttpResponse.bytes(200, "application/json", line(object));
    }

    static byte[] line(Map<String, ?> object) {
        return (Json.write(object) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Objects, each on a line, as they come. */
    public static HttpResponse lines(Telling command) {
        return stream(
                "application/json",
                "X-Chunked-Output",
                out -> command.run(object -> {
                    out.write(line(object));
                    out.flush();
                }));
    }

    /** Bytes, whose number is not known before. */
    public static HttpResponse bytes(String type, HttpResponse.Body body) {
        return stream(type, "X-Stream-Output", body);
    }

    private static HttpResponse stream(String type, String kind, HttpResponse.Body body) {
        return new HttpResponse(
                200,
                HttpHeaders.of(Map.of("Content-Type", type, kind, "1", "Trailer", ControlHandler.STREAM_ERROR)),
                -1,
                body);
    }

    /** An output that tells whether anything was written to it. */
    static final class Begun extends OutputStream {
        private final OutputStream out;
        private boolean begun;

        Begun(OutputStream out) {
            this.out = out;
        }

        boolean isBegun() {
            return begun;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            begun = true;
            out.write(source, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
