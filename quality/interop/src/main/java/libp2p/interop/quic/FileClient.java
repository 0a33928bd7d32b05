package libp2p.interop.quic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.quic.connection.Connection;
import libp2p.quic.stream.QuicStream;

/** Asks a server for files, all at once as far as it allows, and writes them into a folder. */
final class FileClient implements Application {
    private final String authority;
    private final Path folder;
    private final Deque<String> wanted;
    private final Map<QuicStream, ByteArrayOutputStream> responses = new HashMap<>();
    private final Map<QuicStream, String> names = new HashMap<>();
    private boolean began;
    private long received;

    FileClient(String authority, Path folder, List<String> names) {
        this.authority = authority;
        this.folder = folder;
        wanted = new ArrayDeque<>(names);
    }

    /** Bytes that have come on all streams. */
    long received() {
        return received;
    }

    boolean isDone() {
        return began && wanted.isEmpty() && responses.isEmpty();
    }

    @Override
    public void turn(Connection connection) throws IOException {
        Http http = Http.of(connection.protocol());
        if (!began && http == Http.H3) {
            connection.streams().open(false).write(Http.CONTROL, 0, Http.CONTROL.length);
        }
        began = true;
        while (!wanted.isEmpty() && connection.streams().mayOpen(true)) {
            String name = wanted.removeFirst();
            QuicStream stream = connection.streams().open(true);
            byte[] request = http.request(authority, "/" + name);
            if (stream.write(request, 0, request.length) < request.length) {
                throw new IOException("no room for a request");
            }
            stream.finish();
            responses.put(stream, new ByteArrayOutputStream());
            names.put(stream, name);
        }
        while (connection.streams().pollArrived() != null) {
            // found among all
        }
        byte[] buffer = new byte[16 << 10];
        QuicStream stream;
        while ((stream = connection.streams().pollTouched()) != null) {
            ByteArrayOutputStream response = responses.get(stream);
            int count;
            while ((count = stream.read(ByteBuffer.wrap(buffer))) > 0) {
                if (response != null) {
                    response.write(buffer, 0, count);
                    received += count;
                }
            }
            if (response != null && stream.remoteReset() >= 0) {
                throw new IOException("the server resets the stream of " + names.get(stream));
            }
            if (response != null && stream.isAtEnd()) {
                Files.write(folder.resolve(names.get(stream)), http.body(response.toByteArray()));
                responses.remove(stream);
            }
        }
    }
}
