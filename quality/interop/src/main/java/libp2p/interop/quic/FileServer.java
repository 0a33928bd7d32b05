package libp2p.interop.quic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import libp2p.quic.connection.Connection;
import libp2p.quic.stream.QuicStream;

/**
 * Gives the files of a folder to one client. Over HTTP/3, whose paths come compressed, every request is for one page.
 */
final class FileServer implements Application {
    private static final int MAX_REQUEST = 16 << 10;
    private static final int NOT_FOUND = 0x10c;
    private static final byte[] NOTHING = {};

    private static final class Response {
        final ByteArrayOutputStream request = new ByteArrayOutputStream();
        byte[] bytes = NOTHING;
        int written;
        boolean answered;
    }

    private final Path folder;
    private final Path page;
    private final Map<QuicStream, Response> responses = new HashMap<>();
    private boolean began;

    FileServer(Path folder, Path page) {
        this.folder = folder;
        this.page = page;
    }

    @Override
    public void turn(Connection connection) throws IOException {
        Http http = Http.of(connection.protocol());
        if (!began && http == Http.H3 && connection.streams().mayOpen(false)) {
            connection.streams().open(false).write(Http.CONTROL, 0, Http.CONTROL.length);
            began = true;
        }
        while (connection.streams().pollArrived() != null) {
            // found among all
        }
        while (connection.streams().pollTouched() != null) {
            // looked at all
        }
        for (QuicStream stream : connection.streams().all()) {
            if (!stream.isLocal()) {
                serve(stream, http);
            }
        }
        responses.keySet().retainAll(connection.streams().all());
    }

    private void serve(QuicStream stream, Http http) throws IOException {
        Response response = responses.computeIfAbsent(stream, key -> new Response());
        byte[] buffer = new byte[4096];
        int count;
        while ((count = stream.read(ByteBuffer.wrap(buffer))) > 0) {
            if (response.request.size() < MAX_REQUEST) {
                response.request.write(buffer, 0, count);
            }
        }
        boolean oneWay = (stream.id() & 2) != 0;
        if (oneWay || stream.remoteReset() >= 0) {
            return;
        }
        if (!response.answered && stream.isAtEnd()) {
            response.answered = true;
            answer(stream, response, http);
        }
        if (response.answered && response.written < response.bytes.length) {
            response.written +=
                    stream.write(response.bytes, response.written, response.bytes.length - response.written);
            if (response.written == response.bytes.length) {
                stream.finish();
            }
        }
    }

    private void answer(QuicStream stream, Response response, Http http) throws IOException {
        Path file = page;
        if (http == Http.HQ) {
            String request =
                    response.request.toString(StandardCharsets.US_ASCII).strip();
            String name = request.startsWith("GET /") ? request.substring(5) : "";
            if (!name.matches("[A-Za-z0-9._-]{1,100}") || !Files.isRegularFile(folder.resolve(name))) {
                stream.reset(NOT_FOUND);
                return;
            }
            file = folder.resolve(name);
        }
        byte[] content = Files.readAllBytes(file);
        byte[] before = http.beforeBody(content.length);
        response.bytes = java.util.Arrays.copyOf(before, before.length + content.length);
        System.arraycopy(content, 0, response.bytes, before.length, content.length);
        if (response.bytes.length == 0) {
            stream.finish();
        }
    }
}
