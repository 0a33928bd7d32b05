package libp2p.protocols.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import org.jspecify.annotations.Nullable;

/** A protocol for files by their SHA-256: its life in a host, streams that may stand still for a time, and the bytes. */
abstract class FileService<L extends Record> implements HostService {
    private static final int PIECE = 1 << 16;

    private final String protocol;
    private volatile L limits;
    private volatile @Nullable Host host;
    private volatile Registration registration = () -> {};

    FileService(String protocol, L limits) {
        this.protocol = protocol;
        this.limits = limits;
    }

    /** Answers a request, and ends the stream. */
    abstract void serve(Host started, Stream stream) throws IOException;

    /** How long a stream may stand still. */
    abstract Duration idle();

    final L limits() {
        return limits;
    }

    final Host host() {
        return HostService.started(protocol, host);
    }

    @Override
    public final void start(Host started) {
        limits = started.limits(limits);
        host = started;
        registration = started.handle(protocol, stream -> serve(started, bounded(stream)));
    }

    /** A stream for a request to a peer; the caller closes or resets it. */
    final Stream open(PeerAddress peer) throws IOException {
        return bounded(host().open(peer, DialOptions.DEFAULT, protocol));
    }

    private Stream bounded(Stream stream) {
        stream.readTimeout(idle());
        stream.writeTimeout(idle());
        return stream;
    }

    static void checkHash(byte[] sha256) {
        if (sha256.length != Sha.BYTES) {
            throw new IllegalArgumentException("a SHA-256 has 32 bytes, not " + sha256.length);
        }
    }

    /** Sends so many bytes of a file; a file that has become shorter resets the stream. */
    static void send(Host host, InputStream in, long size, OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long left = size; left > 0; ) {
            int wanted = (int) Math.min(piece.length, left);
            int count = FolderSource.offload(host.environment(), () -> in.readNBytes(piece, 0, wanted));
            if (count < wanted) {
                throw new EOFException("a file has become shorter while it was sent");
            }
            out.write(piece, 0, count);
            left -= count;
        }
    }

    /** Takes so many bytes of a file. */
    static void receive(InputStream in, long size, MessageDigest digest, OutputStream target) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long left = size; left > 0; ) {
            int count = in.read(piece, 0, (int) Math.min(piece.length, left));
            if (count < 0) {
                throw new EOFException("the stream ends " + left + " bytes before the file does");
            }
            digest.update(piece, 0, count);
            target.write(piece, 0, count);
            left -= count;
        }
    }

    @Override
    public final void close() {
        registration.close();
    }
}
