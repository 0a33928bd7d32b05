package libp2p.transports.quic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Environment;
import libp2p.quic.connection.Tracer;
import libp2p.quic.endpoint.Tracers;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/**
 * Files that show what QUIC connections do, for people who look for a fault: a log of each in the format qlog, and the
 * keys of all in the format that Wireshark reads. Both slow connections down, and a reader of the keys reads everything
 * that was said. Thread-safe.
 */
public final class Diagnostics {
    /** No files. */
    public static final Diagnostics NONE = new Diagnostics(null, null);

    /** Logs that are open at once; connections beyond have none. */
    static final int MAX_OPEN = 256;

    private static final System.Logger LOG = System.getLogger("libp2p.transports.quic");

    private final @Nullable Path qlog;
    private final @Nullable Path keyLog;
    private final AtomicInteger open = new AtomicInteger();

    private Diagnostics(@Nullable Path qlog, @Nullable Path keyLog) {
        this.qlog = qlog;
        this.keyLog = keyLog;
    }

    /**
     * Files in these places.
     *
     * @param qlog the folder of the logs, which is made, or null for none
     * @param keyLog the file that keys are added to, which only its owner may read, or null for none
     * @throws IOException if a place cannot be written to
     */
    public static Diagnostics to(@Nullable Path qlog, @Nullable Path keyLog) throws IOException {
        if (qlog != null) {
            Files.createDirectories(qlog);
        }
        if (keyLog != null && !Files.exists(keyLog)) {
            if (keyLog.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        keyLog, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(keyLog);
            }
        }
        return new Diagnostics(qlog, keyLog);
    }

    /** Makes the tracers of the connections of one port. */
    public Tracers tracers(Environment environment) {
        return qlog == null && keyLog == null
                ? Tracers.NONE
                : (client, original, now) -> tracer(environment, client, original, now);
    }

    private Tracer tracer(Environment environment, boolean client, ConnectionId original, long now) {
        Path folder = qlog;
        Writer file = null;
        if (folder != null) {
            file = open.incrementAndGet() <= MAX_OPEN ? log(folder, client, original) : null;
            if (file == null) {
                open.decrementAndGet();
            }
        }
        return new FileTracer(
                this, file, client, original, now, environment.wallClock().toEpochMilli());
    }

    private static @Nullable Writer log(Path folder, boolean client, ConnectionId original) {
        String name = HexFormat.of().formatHex(original.toBytes()) + (client ? "_client" : "_server") + ".sqlog";
        try {
            return Files.newBufferedWriter(folder.resolve(name), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "a qlog file cannot be made: {0}", failure.toString());
            return null;
        }
    }

    void closed(Writer file) {
        open.decrementAndGet();
        try {
            file.close();
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "a qlog file is not whole: {0}", failure.toString());
        }
    }

    /** Adds a line to the key log. */
    void secret(String label, byte[] clientRandom, byte[] secret) {
        Path file = keyLog;
        if (file == null) {
            return;
        }
        HexFormat hex = HexFormat.of();
        String line = label + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret) + "\n";
        try {
            Files.writeString(file, line, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.WARNING, "a key is not logged: {0}", failure.toString());
        }
    }

    static void write(Writer file, String text) {
        try {
            file.write(text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
