package libp2p.protocols.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.time.Duration;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;

/**
 * {@code /fileshare/1.0.0}: 32 bytes of SHA-256 are answered by 8 bytes of size, big endian, and the file; size 0 means
 * that it is not there, or is the empty file, which the hash tells. Thread-safe.
 */
public final class FileShare extends FileService<FileShareLimits> {
    /** The protocol id. */
    public static final String PROTOCOL = "/fileshare/1.0.0";

    private final FileSource source;

    /** With the default limits. */
    public FileShare(FileSource source) {
        this(source, FileShareLimits.DEFAULT);
    }

    /** @param source of the files that peers may have */
    public FileShare(FileSource source, FileShareLimits limits) {
        super(PROTOCOL, limits);
        this.source = source;
    }

    @Override
    Duration idle() {
        return limits().idle();
    }

    @Override
    void serve(Host started, Stream stream) throws IOException {
        byte[] hash = stream.input().readNBytes(Sha.BYTES);
        if (hash.length < Sha.BYTES) {
            throw new EOFException("a hash of " + hash.length + " bytes");
        }
        FileSource.Content content = source.find(hash);
        long size = content == null ? 0 : content.size();
        stream.write(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
        if (content != null) {
            try (InputStream in = content.open(0)) {
                send(started, in, size, stream.output());
            }
        }
        stream.closeWrite();
    }

    /**
     * Asks a peer for a file; blocks. Written bytes must not be used if this throws.
     *
     * @param target gets the bytes as they come, before the hash is known to be right
     * @return bytes of the file, or empty if the peer does not have it
     * @throws ProtocolViolationException if the peer sends another file, or a longer one than the limit
     */
    public Optional<Long> fetch(PeerAddress peer, byte[] sha256, OutputStream target) throws IOException {
        checkHash(sha256);
        Stream stream = open(peer);
        boolean done = false;
        try {
            stream.write(sha256);
            byte[] told = stream.input().readNBytes(Long.BYTES);
            if (told.length < Long.BYTES) {
                throw new EOFException(PROTOCOL + ": the stream ends before the size");
            }
            long size = ByteBuffer.wrap(told).getLong();
            if (size < 0 || size > limits().fileBytes()) {
                throw new ProtocolViolationException(
                        PROTOCOL,
                        "a file of " + Long.toUnsignedString(size) + " bytes, the limit is " + limits().fileBytes());
            }
            if (size == 0) {
                done = true;
                return Arrays.equals(sha256, Sha.of(new byte[0])) ? Optional.of(0L) : Optional.empty();
            }
            MessageDigest digest = Sha.digest();
            receive(stream.input(), size, digest, target);
            if (!MessageDigest.isEqual(digest.digest(), sha256)) {
                throw new ProtocolViolationException(
                        PROTOCOL, peer.peer() + " sent another file than it was asked for");
            }
            done = true;
            return Optional.of(size);
        } finally {
            if (done) {
                stream.close();
            } else {
                stream.reset(ErrorCode.NONE);
            }
        }
    }
}
