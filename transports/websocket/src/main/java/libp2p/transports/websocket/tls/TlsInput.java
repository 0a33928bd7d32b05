package libp2p.transports.websocket.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.transport.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts into the reader's buffer where it takes a whole record, else by way of a pooled one. While nothing has come it
 * waits with a small buffer and holds no pooled one. For one thread at a time.
 */
final class TlsInput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int TINY = 16;
    private static final int MAX_PLAINTEXT = 1 << 14;
    /** Room that the engine wants to see in a target: with TLS 1.2 more than the plaintext. */
    private static final int ROOM = MAX_PLAINTEXT + 2560;
    /** Key updates and tickets in a row; honest servers send two tickets. */
    private static final int EMPTY_RECORDS = 32;

    private final SSLEngine engine;
    private final RawConnection raw;
    private final BufferPool pool = BufferPool.shared();
    private final ByteBuffer tiny = ByteBuffer.allocateDirect(TINY);
    /** Holds encrypted bytes between position and limit. */
    private @Nullable Lease encrypted;
    /** Holds plaintext between position and limit. */
    private @Nullable Lease plaintext;

    private long received;
    private int emptyRecords;
    private boolean ended;

    TlsInput(SSLEngine engine, RawConnection raw) {
        this.engine = engine;
        this.raw = raw;
    }

    /** As {@link RawConnection#read}. */
    int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        int count = 0;
        while (count == 0) {
            if (plaintext != null) {
                return give(plaintext, target);
            }
            if (ended) {
                return -1;
            }
            count = decrypt(target);
        }
        return count;
    }

    private int give(Lease from, ByteBuffer target) {
        ByteBuffer buffer = from.buffer();
        int count = Math.min(buffer.remaining(), target.remaining());
        target.put(buffer.slice(buffer.position(), count));
        buffer.position(buffer.position() + count);
        if (!buffer.hasRemaining()) {
            plaintext = null;
            from.close();
        }
        return count;
    }

    /** Decrypts one record; returns how many bytes went into the target, which may be none. */
    private int decrypt(ByteBuffer target) throws IOException {
        if (target.remaining() >= ROOM) {
            return unwrap(target).bytesProduced();
        }
        Lease lease = pool.lease();
        boolean kept = false;
        try {
            ByteBuffer buffer = lease.buffer();
            unwrap(buffer);
            buffer.flip();
            kept = buffer.hasRemaining();
            if (kept) {
                plaintext = lease;
            }
            return 0;
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    /** Takes the next record out of what was read, reading on until it is complete. */
    private SSLEngineResult unwrap(ByteBuffer target) throws IOException {
        boolean handshaking = target == NOTHING;
        if (encrypted == null && !await()) {
            return end();
        }
        while (true) {
            Lease lease = encrypted;
            if (lease == null) {
                throw new IllegalStateException("no encrypted bytes");
            }
            ByteBuffer in = lease.buffer();
            SSLEngineResult result = engine.unwrap(in, target);
            if (!in.hasRemaining()) {
                encrypted = null;
                lease.close();
            }
            switch (result.getStatus()) {
                case CLOSED -> {
                    ended = true;
                    return result;
                }
                case BUFFER_OVERFLOW -> throw new ProtocolViolationException("tls", "data before its time");
                case BUFFER_UNDERFLOW -> {
                    if (!readOn()) {
                        throw new EOFException("the connection ends inside a TLS record");
                    }
                }
                default -> {
                    if (!handshaking) {
                        afterRecord(result);
                    }
                    return result;
                }
            }
        }
    }

    private void afterRecord(SSLEngineResult result) throws IOException {
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        if (result.bytesProduced() > 0) {
            emptyRecords = 0;
        } else if (++emptyRecords > EMPTY_RECORDS) {
            throw new ProtocolViolationException("tls", "more than " + EMPTY_RECORDS + " records without data");
        }
        boolean again = engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
        if (again && engine.getSession().getProtocol().equals("TLSv1.2")) {
            throw new ProtocolViolationException("tls", "a renegotiation");
        }
    }

    void runTasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
    }

    private SSLEngineResult end() {
        ended = true; // without close_notify; who is inside authenticates the end of its own streams
        return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
    }

    /** Waits for bytes with the small buffer; false at the end of the stream. */
    private boolean await() throws IOException {
        if (read(raw, tiny.clear()) < 0) {
            return false;
        }
        Lease lease = pool.lease();
        lease.buffer().put(tiny.flip()).flip();
        encrypted = lease;
        return true;
    }

    /** Reads more behind an incomplete record; false at the end of the stream. */
    private boolean readOn() throws IOException {
        Lease lease = encrypted;
        if (lease == null) {
            return await();
        }
        ByteBuffer buffer = lease.buffer();
        buffer.compact();
        try {
            return read(raw, buffer) >= 0;
        } finally {
            buffer.flip();
        }
    }

    private int read(RawConnection from, ByteBuffer buffer) throws IOException {
        int count = from.read(buffer);
        received += Math.max(0, count);
        return count;
    }

    /** Takes one record of the handshake and returns what the engine wants next. */
    HandshakeStatus handshake() throws IOException {
        SSLEngineResult result = unwrap(NOTHING);
        if (ended) {
            throw new EOFException("the remote closed in the TLS handshake");
        }
        return result.getHandshakeStatus();
    }

    /** How many bytes were read so far. */
    long received() {
        return received;
    }

    /** Gives the buffers back; nothing can be read afterwards. */
    void release() {
        ended = true;
        Lease first = encrypted;
        Lease second = plaintext;
        encrypted = null;
        plaintext = null;
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
    }
}
