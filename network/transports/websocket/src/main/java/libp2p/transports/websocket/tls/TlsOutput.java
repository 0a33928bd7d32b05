package libp2p.transports.websocket.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.RawConnection;
import libp2p.core.transport.EncodedOutput;

/** Encrypts into pooled buffers, several records per write. Thread-safe after the handshake. */
final class TlsOutput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final RawConnection raw;
    private final BufferPool pool = BufferPool.shared();
    private final EncodedOutput data;

    TlsOutput(SSLEngine engine, RawConnection raw) {
        this.engine = engine;
        this.raw = raw;
        this.data = new EncodedOutput(raw, pool, this::encrypt);
    }

    /** Writes all bytes; blocks. */
    void write(ByteBuffer source) throws IOException {
        data.write(source);
    }

    /** See {@link RawConnection#tryWrite}. */
    void tryWrite(ByteBuffer source) throws IOException {
        data.tryWrite(source);
    }

    private void encrypt(ByteBuffer source, ByteBuffer target) throws IOException {
        Status status = Status.OK;
        while (source.hasRemaining() && status == Status.OK) {
            status = engine.wrap(source, target).getStatus();
            if (status == Status.CLOSED) {
                throw new IOException("TLS is closed for writing");
            }
        }
    }

    /** Writes what the engine has to say in the handshake, and returns what it wants next. */
    HandshakeStatus handshake() throws IOException {
        try (Lease lease = pool.lease()) {
            ByteBuffer flight = lease.buffer();
            HandshakeStatus status = HandshakeStatus.NEED_WRAP;
            while (status == HandshakeStatus.NEED_WRAP) {
                SSLEngineResult result = engine.wrap(NOTHING, flight);
                if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
                    break;
                }
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    raw.write(flight.flip());
                    flight.clear();
                }
                status = result.getHandshakeStatus();
            }
            raw.write(flight.flip());
            return status;
        }
    }

    /** Writes close_notify, or the alert that waits, unless a thread is inside a record; blocks. */
    void sayGoodbye() throws IOException {
        data.tryInsert(this::closeOutbound);
    }

    private void closeOutbound() throws IOException {
        engine.closeOutbound();
        try (Lease lease = pool.lease()) {
            ByteBuffer records = lease.buffer();
            while (!engine.isOutboundDone()) {
                SSLEngineResult result = engine.wrap(NOTHING, records);
                if (result.getStatus() == Status.BUFFER_OVERFLOW || result.bytesProduced() == 0) {
                    break;
                }
            }
            raw.write(records.flip());
        }
    }

    /** Gives the buffer back; the connection below must be closed already. */
    void release() {
        data.close();
    }
}
