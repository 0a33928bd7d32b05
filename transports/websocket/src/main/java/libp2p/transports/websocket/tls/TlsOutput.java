package libp2p.transports.websocket.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.transport.RawConnection;

/** Encrypts into pooled buffers, several records per write. For one thread at a time. */
final class TlsOutput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final RawConnection raw;
    private final BufferPool pool = BufferPool.shared();

    TlsOutput(SSLEngine engine, RawConnection raw) {
        this.engine = engine;
        this.raw = raw;
    }

    /** Writes all bytes; blocks. */
    void write(ByteBuffer source) throws IOException {
        try (Lease lease = pool.lease()) {
            while (source.hasRemaining()) {
                ByteBuffer records = lease.buffer().clear();
                Status status = Status.OK;
                while (source.hasRemaining() && status == Status.OK) {
                    status = engine.wrap(source, records).getStatus();
                    if (status == Status.CLOSED) {
                        throw new IOException("TLS is closed for writing");
                    }
                }
                raw.write(records.flip());
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

    /** Writes close_notify, or the alert that waits. */
    void close() throws IOException {
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
}
