package libp2p.transports.quic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import libp2p.core.environment.Environment;
import libp2p.quic.endpoint.Tracers;
import libp2p.quic.qlog.QlogTracer;
import libp2p.quic.wire.ConnectionId;
import libp2p.security.KeyLog;
import org.jspecify.annotations.Nullable;

/**
 * Files that show what connections do, for people who look for a fault: a log of each over QUIC in the format qlog, and the
 * keys of all over QUIC and of TLS over TCP in the format that Wireshark reads. Both slow connections down, though none waits for the disk, and a
 * reader of the keys reads everything that was said. A log lacks events that the disk was too slow for, and says so.
 * The logs of one run are bounded: those of the connections that ended first are deleted. Thread-safe.
 */
public final class Diagnostics {
    /** No files. */
    public static final Diagnostics NONE = new Diagnostics(null, null, null);

    /** Connections that have a log at once; those beyond have none. */
    static final int MAX_OPEN = 256;

    /** Logs that are kept of connections that have ended, the newest of them. */
    static final int MAX_ENDED = 1_000;

    /** Characters of these together. */
    private static final long ENDED = 4L << 30;
    /** Characters of a log, after which it ends. */
    private static final long FILE = 256 << 20;
    /** Characters that wait for the disk, of all logs of a port. */
    private static final int WAITING = 8 << 20;

    private final @Nullable Tracers own;
    private final @Nullable Path qlog;
    private final @Nullable Path keyLog;
    private final KeptLogs kept = new KeptLogs(MAX_OPEN, MAX_ENDED, ENDED);

    private Diagnostics(@Nullable Tracers own, @Nullable Path qlog, @Nullable Path keyLog) {
        this.own = own;
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
        return new Diagnostics(null, qlog, keyLog);
    }

    /** No files: the application's tracers hear what connections over QUIC do. */
    public static Diagnostics of(Tracers tracers) {
        return new Diagnostics(tracers, null, null);
    }

    /** Makes the tracers of the connections of one port. */
    public Tracers tracers(Environment environment) {
        if (own != null) {
            return own;
        }
        if (qlog == null && keyLog == null) {
            return Tracers.NONE;
        }
        LogQueue queue = new LogQueue(environment, WAITING);
        LogFile keys = keys();
        return (client, original, now) -> {
            LogFile file = log(client, original);
            return new FileTracer(
                    queue,
                    keys,
                    file,
                    file == null ? () -> {} : () -> kept.end(queue, file),
                    log -> new QlogTracer(
                            log, client, original, now, environment.wallClock().toEpochMilli()));
        };
    }

    private @Nullable LogFile keys() {
        return keyLog == null
                ? null
                : new LogFile(keyLog, Long.MAX_VALUE, missing -> "# " + missing + " keys are missing\n", "", true);
    }

    /** Makes the log of the keys of a secure channel that is no part of QUIC; takes nothing if there is no file. */
    public KeyLog keyLog(Environment environment) {
        LogFile keys = keys();
        if (keys == null) {
            return KeyLog.NONE;
        }
        LogQueue queue = new LogQueue(environment, WAITING);
        return (label, clientRandom, secret) -> queue.add(keys, line(label, clientRandom, secret));
    }

    /** A line of the file with the keys. */
    static String line(String label, byte[] clientRandom, byte[] secret) {
        HexFormat hex = HexFormat.of();
        return label + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret) + "\n";
    }

    private @Nullable LogFile log(boolean client, ConnectionId original) {
        Path folder = qlog;
        if (folder == null) {
            return null;
        }
        if (!kept.begin()) {
            return null;
        }
        String name = HexFormat.of().formatHex(original.toBytes()) + (client ? "_client" : "_server") + ".sqlog";
        return new LogFile(
                folder.resolve(name),
                FILE,
                missing -> QlogTracer.warning(missing + " events are missing: the disk is slower than the connection"),
                QlogTracer.warning("the log ends here: it has reached its size"),
                false);
    }
}
