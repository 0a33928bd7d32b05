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
import libp2p.core.connection.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts into the reader's buffer where it takes a whole record, else by way of a pooled one. Between two records it
 * holds a small buffer and no pooled one. For one thread at a time.
 */
final class TlsInput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** Says that no whole record has come yet. */
    private static final int NOTHING_YET = -2;

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
        while (true) {
            if (plaintext != null) {
                return give(plaintext, target);
            }
            if (ended) {
                return -1;
            }
            int count = decrypt(target);
            if (count != 0) {
                return count == NOTHING_YET ? 0 : count;
            }
        }
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

    /** Decrypts one record; returns how many bytes went into the target, which may be none, or {@link #NOTHING_YET}. */
    private int decrypt(ByteBuffer target) throws IOException {
        if (target.remaining() >= ROOM) {
            SSLEngineResult result = unwrap(target);
            return result == null ? NOTHING_YET : result.bytesProduced();
        }
        Lease lease = pool.lease();
        boolean kept = false;
        try {
            ByteBuffer buffer = lease.buffer();
            SSLEngineResult result = unwrap(buffer);
            buffer.flip();
            kept = buffer.hasRemaining();
            if (kept) {
                plaintext = lease;
            }
            return result == null ? NOTHING_YET : 0;
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    /** Takes the next record out of what was read, reading on until it is complete; null if no more has come yet. */
    private @Nullable SSLEngineResult unwrap(ByteBuffer target) throws IOException {
        boolean handshaking = target == NOTHING;
        while (true) {
            Lease lease = encrypted;
            if (lease == null) {
                int count = await();
                if (count <= 0) {
                    return count == 0 ? null : end();
                }
                continue;
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
                    int count = readOn();
                    if (count == 0) {
                        return null;
                    }
                    if (count < 0) {
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

    /** Reads the first bytes of a record, with the small buffer; as {@link RawConnection#read}. */
    private int await() throws IOException {
        int count = read(raw, tiny.clear());
        if (count > 0) {
            Lease lease = pool.lease();
            lease.buffer().put(tiny.flip()).flip();
            encrypted = lease;
        }
        return count;
    }

    /** Reads more behind an incomplete record; as {@link RawConnection#read}. */
    private int readOn() throws IOException {
        Lease lease = encrypted;
        if (lease == null) {
            return await();
        }
        ByteBuffer buffer = lease.buffer();
        buffer.compact();
        try {
            return read(raw, buffer);
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
        if (result == null) {
            throw new IllegalStateException("a read that blocks brought nothing");
        }
        return result.getHandshakeStatus();
    }

    /** Number of bytes read so far. */
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
