package libp2p.security.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import libp2p.core.buffer.Lease;
import libp2p.core.transport.RawConnection;
import libp2p.security.record.RecordBuffers;
import libp2p.security.tls.TlsInput.IdleRecords;
import org.jspecify.annotations.Nullable;

/**
 * Collects plaintext in a pooled buffer, four records at most, and encrypts it into another for one write. Both are given
 * back by every flush. For one thread at a time.
 */
final class TlsOutput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int BATCH = 4 * Tls.MAX_PLAINTEXT;

    private final SSLEngine engine;
    private final RawConnection raw;
    private final RecordBuffers buffers;
    private final IdleRecords idle;
    private @Nullable Lease lease;
    private @Nullable ByteBuffer plaintext;
    /** Size of the next batch, guessed from what was sent since the last flush. */
    private int expected = RecordBuffers.SMALL;

    private boolean sentFullBatch;

    TlsOutput(SSLEngine engine, RawConnection raw, RecordBuffers buffers, IdleRecords idle) {
        this.engine = engine;
        this.raw = raw;
        this.buffers = buffers;
        this.idle = idle;
    }

    ByteBuffer plaintext() throws IOException {
        ByteBuffer current = plaintext;
        if (current == null) {
            return begin(expected);
        }
        if (!current.hasRemaining()) {
            if (current.capacity() < BATCH) {
                return grow(current);
            }
            encrypt(current.flip());
            current.clear().limit(BATCH);
            sentFullBatch = true;
        }
        return current;
    }

    private ByteBuffer begin(int size) {
        Lease fresh = buffers.lease(size);
        lease = fresh;
        ByteBuffer buffer = fresh.buffer();
        buffer.limit(Math.min(buffer.capacity(), BATCH));
        plaintext = buffer;
        return buffer;
    }

    private ByteBuffer grow(ByteBuffer small) {
        Lease old = lease;
        ByteBuffer large = begin(BATCH);
        large.put(small.flip());
        if (old != null) {
            old.close();
        }
        return large;
    }

    void flush() throws IOException {
        ByteBuffer current = plaintext;
        if (current != null) {
            int length = current.position();
            if (length > 0) {
                encrypt(current.flip());
            }
            expected = sentFullBatch || length > RecordBuffers.SMALL ? BATCH : RecordBuffers.SMALL;
            sentFullBatch = false;
            release();
        }
    }

    /** Encrypts and writes all of it, behind whatever the engine has to say itself. */
    private void encrypt(ByteBuffer source) throws IOException {
        int room = Math.min(RecordBuffers.LARGE, source.remaining() + 5 * Tls.MAX_RECORD);
        try (Lease batch = buffers.lease(room)) {
            ByteBuffer records = batch.buffer();
            while (source.hasRemaining()) {
                SSLEngineResult result = engine.wrap(source, records);
                idle.sent();
                if (result.getStatus() == Status.CLOSED) {
                    throw new IOException("TLS: the engine is closed for sending");
                }
                if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    TlsHandshake.runTasks(engine);
                }
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    raw.write(records.flip());
                    records.clear();
                }
            }
            raw.write(records.flip());
        }
    }

    /** Sends close_notify, or the alert that the engine has ready. */
    void close() throws IOException {
        engine.closeOutbound();
        try (Lease batch = buffers.lease(Tls.MAX_RECORD)) {
            ByteBuffer records = batch.buffer();
            while (!engine.isOutboundDone()) {
                SSLEngineResult result = engine.wrap(NOTHING, records);
                if (result.getStatus() != Status.OK || result.bytesProduced() == 0) {
                    break;
                }
            }
            raw.write(records.flip());
        }
    }

    /** Gives everything back and forgets what was not sent. */
    void release() {
        Lease old = lease;
        lease = null;
        plaintext = null;
        if (old != null) {
            old.close();
        }
    }
}
