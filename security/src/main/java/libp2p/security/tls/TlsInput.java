package libp2p.security.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.security.record.RecordBuffers;
import libp2p.security.record.RecordInput;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts records into a pooled buffer, as many as are there and fit, and lends it out. For one thread at a time, as
 * {@link RecordInput}.
 */
final class TlsInput {
    private final SSLEngine engine;
    private final RecordInput records;
    private final RecordBuffers buffers;
    private final IdleRecords idle;
    private @Nullable Lease lease;
    private @Nullable ByteBuffer plaintext;
    private boolean ended;

    TlsInput(SSLEngine engine, RecordInput records, RecordBuffers buffers, IdleRecords idle) {
        this.engine = engine;
        this.records = records;
        this.buffers = buffers;
        this.idle = idle;
    }

    /** The unread plaintext, at least one byte, blocking; null at the end, when nothing pooled is held. */
    @Nullable
    ByteBuffer read() throws IOException {
        ByteBuffer unread = plaintext;
        while (unread == null || !unread.hasRemaining()) {
            if (ended || !records.ready()) {
                releasePlaintext(); // before the wait
            }
            if (ended || !records.next()) {
                release();
                return null;
            }
            unread = decrypt();
        }
        return unread;
    }

    /** Decrypts the record that was read, and those behind it that are complete. */
    private ByteBuffer decrypt() throws IOException {
        ByteBuffer target = target(records.length());
        target.clear();
        unwrap(target);
        while (!ended && records.ready() && target.remaining() >= Tls.MAX_RECORD) {
            records.next();
            unwrap(target);
        }
        return target.flip();
    }

    /** The leased buffer, if it takes a record of this length, or another. */
    private ByteBuffer target(int recordLength) throws IOException {
        ByteBuffer current = plaintext;
        if (current == null || current.capacity() < recordLength) {
            releasePlaintext();
            Lease fresh = buffers.lease(recordLength);
            lease = fresh;
            current = fresh.buffer();
            plaintext = current;
        }
        return current;
    }

    private void unwrap(ByteBuffer target) throws IOException {
        ByteBuffer record = records.buffer();
        record.limit(records.offset() + records.length()).position(records.offset());
        int before = target.position();
        while (record.hasRemaining() && !ended) {
            int position = record.position();
            SSLEngineResult result = unwrap(record, target);
            HandshakeStatus status = result.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                TlsHandshake.runTasks(engine);
            } else if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                ended = true;
            } else if (record.position() == position) {
                throw new IOException("TLS: the engine does not take a record: " + result);
            }
        }
        if (target.position() == before && !ended) {
            idle.received();
        }
    }

    private SSLEngineResult unwrap(ByteBuffer record, ByteBuffer target) throws IOException {
        try {
            return engine.unwrap(record, target);
        } catch (SSLException failure) {
            throw TlsHandshake.translated(failure);
        }
    }

    private void releasePlaintext() {
        Lease old = lease;
        lease = null;
        plaintext = null;
        if (old != null) {
            old.close();
        }
    }

    /** Gives everything back. */
    void release() {
        releasePlaintext();
        records.release();
    }

    /**
     * Counts records without data, such as key updates, each of which may leave an answer waiting in the engine until this
     * side sends something.
     */
    static final class IdleRecords {
        private static final int LIMIT = 32;

        private volatile int count;

        /** Counted by the reader alone; a reset by the writer in between may be lost, which only makes it stricter. */
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void received() throws ProtocolViolationException {
            if (++count > LIMIT) {
                throw new ProtocolViolationException(
                        Tls.PROTOCOL, "more than the limit of " + LIMIT + " records without data");
            }
        }

        void sent() {
            count = 0;
        }
    }
}
