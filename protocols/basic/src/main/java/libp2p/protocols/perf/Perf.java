package libp2p.protocols.perf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;

/** Serves {@code /perf/1.0.0} and measures others with it. */
public final class Perf implements HostService {
    /** Protocol id. */
    public static final String PROTOCOL = "/perf/1.0.0";

    private static final byte[] ZEROS = new byte[64 * 1024];

    /**
     * The time of one run.
     *
     * @param uploadBytes that the remote was sent
     * @param upload from the first byte out until the remote has taken the last
     * @param downloadBytes that came from the remote
     * @param download from there to the last byte in
     */
    public record Result(long uploadBytes, Duration upload, long downloadBytes, Duration download) {}

    private volatile PerfLimits limits;
    private volatile Registration registration = () -> {};

    /** With the default limits. */
    public Perf() {
        this(PerfLimits.DEFAULT);
    }

    /** @param limits of the protocol */
    public Perf(PerfLimits limits) {
        this.limits = limits;
    }

    @Override
    public void start(Host host) {
        limits = host.limits(limits);
        registration = host.handle(PROTOCOL, this::serve);
    }

    private void serve(Stream stream) throws IOException {
        stream.priority(StreamPriority.LOW);
        stream.readTimeout(limits.idle());
        stream.writeTimeout(limits.idle());
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (length < 8) {
            int count = stream.read(buffer, length, buffer.length - length);
            if (count < 0) {
                throw new EOFException("the stream ended before the 8 bytes of the download size");
            }
            length += count;
        }
        long download = ByteBuffer.wrap(buffer).getLong();
        while (length >= 0) {
            length = stream.read(buffer, 0, buffer.length);
        }
        send(stream, download);
        stream.closeWrite();
    }

    /** @param bytes as an unsigned number: all 64 bits of it are the specification's */
    private static void send(Stream stream, long bytes) throws IOException {
        for (long left = bytes; left != 0; ) {
            int count = left < 0 ? ZEROS.length : (int) Math.min(left, ZEROS.length);
            stream.write(ZEROS, 0, count);
            left -= count;
        }
    }

    /** Runs one upload and one download on a stream of its own; blocks. */
    public static Result measure(Host host, PeerAddress peer, long upload, long download) throws IOException {
        return host.<Result, IOException>open(
                peer, PROTOCOL, stream -> measure(host.environment(), stream, upload, download));
    }

    private static Result measure(Environment environment, Stream stream, long upload, long download)
            throws IOException {
        if (upload < 0 || download < 0) {
            throw new IllegalArgumentException("an upload of " + upload + " and a download of " + download + " bytes");
        }
        stream.priority(StreamPriority.LOW);
        long start = environment.nanoTime();
        stream.write(ByteBuffer.allocate(8).putLong(0, download));
        send(stream, upload);
        stream.closeWrite();
        byte[] buffer = new byte[64 * 1024];
        long received = 0;
        long uploaded = 0;
        int count;
        while ((count = stream.read(buffer, 0, buffer.length)) >= 0) {
            if (uploaded == 0) {
                uploaded = environment.nanoTime();
            }
            received += count;
        }
        long end = environment.nanoTime();
        if (received != download) {
            throw new ProtocolViolationException(PROTOCOL, "asked for " + download + " bytes, got " + received);
        }
        if (uploaded == 0) {
            uploaded = end;
        }
        return new Result(upload, Duration.ofNanos(uploaded - start), download, Duration.ofNanos(end - uploaded));
    }

    @Override
    public void close() {
        registration.close();
    }
}
