import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/**
 * Seed 004, "Stream Multiplexing": each line comes back after "Echo: ". The id is that of {@link
 * libp2p.protocols.echo.Echo}, which returns the bytes as they are, so this is a host of its own without that service.
 */
final class EchoLine implements SeedProgram {
    private static final String PROTOCOL = "/echo/1.0.0";
    private static final int LONGEST_LINE = 4096;

    @Override
    public void listen(Host host, SeedOptions options, SeedOutput out) {
        host.handle(PROTOCOL, stream -> {
            stream.readTimeout(Duration.ofMinutes(1));
            for (String line = line(stream); line != null; line = line(stream)) {
                stream.write(("Echo: " + line + "\n").getBytes(UTF_8));
            }
        });
    }

    @Override
    public void dial(Host host, PeerAddress peer, SeedOptions options, SeedOutput out) throws Exception {
        String answer = host.open(peer, PROTOCOL, stream -> {
            stream.write((options.text("Hello, libp2p!") + "\n").getBytes(UTF_8));
            return line(stream);
        });
        if (answer == null) {
            throw new IOException("the peer sent no line");
        }
        out.result(answer);
    }

    /** The next line without its end; null after the last one. A line that does not end is not echoed, as in Go. */
    private static String line(Stream stream) throws IOException {
        InputStream in = stream.input();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString(UTF_8);
            }
            if (line.size() == LONGEST_LINE) {
                throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
            }
            line.write(next);
        }
        return null;
    }
}
