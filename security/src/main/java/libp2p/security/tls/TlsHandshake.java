package libp2p.security.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.transport.RawConnection;
import libp2p.security.record.RecordBuffers;
import libp2p.security.record.RecordInput;

/**
 * Drives an engine through its handshake. What the remote sends is read record by record, so nothing behind the handshake
 * is touched. Blocks on the socket; holds a pooled buffer only while it writes. One thread.
 */
final class TlsHandshake {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final String REMOTE_ALERT = "Received fatal alert";

    private final SSLEngine engine;
    private final RawConnection raw;
    private final RecordInput input;
    private final RecordBuffers buffers;
    private final int maxBytes;
    private int received;

    /** @param maxBytes most bytes that are read */
    TlsHandshake(SSLEngine engine, RawConnection raw, RecordInput input, RecordBuffers buffers, int maxBytes) {
        this.engine = engine;
        this.raw = raw;
        this.input = input;
        this.buffers = buffers;
        this.maxBytes = maxBytes;
    }

    /** Runs to the end, or throws after an alert was sent. */
    void run() throws IOException {
        try {
            engine.beginHandshake();
            HandshakeStatus status = engine.getHandshakeStatus();
            while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
                status = switch (status) {
                    case NEED_WRAP -> send();
                    case NEED_TASK -> runTasks(engine);
                    default -> receive();
                };
            }
        } catch (SSLException failure) {
            sendAlert();
            throw translated(failure);
        }
    }

    private HandshakeStatus receive() throws IOException {
        if (!input.next()) {
            throw new EOFException("the stream ends inside the TLS handshake");
        }
        received += input.length();
        if (received > maxBytes) {
            throw new ProtocolViolationException(
                    Tls.PROTOCOL, "more than the limit of " + maxBytes + " bytes during the handshake");
        }
        ByteBuffer record = input.buffer();
        record.limit(input.offset() + input.length()).position(input.offset());
        HandshakeStatus status = HandshakeStatus.NEED_UNWRAP;
        while (record.hasRemaining()
                && (status == HandshakeStatus.NEED_UNWRAP || status == HandshakeStatus.NEED_TASK)) {
            int before = record.remaining();
            SSLEngineResult result = engine.unwrap(record, NOTHING);
            switch (result.getStatus()) {
                case CLOSED -> throw new EOFException("the remote peer closed during the TLS handshake");
                case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
                    throw new ProtocolViolationException(Tls.PROTOCOL, "data before the end of the handshake");
                default -> {
                    status = result.getHandshakeStatus();
                    if (status == HandshakeStatus.NEED_TASK) {
                        status = runTasks(engine);
                    } else if (record.remaining() == before) {
                        return status;
                    }
                }
            }
        }
        return status;
    }

    private HandshakeStatus send() throws IOException {
        try (Lease lease = buffers.lease(RecordBuffers.LARGE)) {
            ByteBuffer flight = lease.buffer();
            HandshakeStatus status = HandshakeStatus.NEED_WRAP;
            while (status == HandshakeStatus.NEED_WRAP) {
                SSLEngineResult result = engine.wrap(NOTHING, flight);
                if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                    raw.write(flight.flip());
                    flight.clear();
                }
                status = result.getHandshakeStatus();
            }
            raw.write(flight.flip());
            return status;
        }
    }

    private void sendAlert() {
        try {
            send();
        } catch (IOException unheard) {
            // The remote will see the connection close instead.
        }
    }

    /** Runs what the engine wants to have computed; nothing in it blocks. */
    static HandshakeStatus runTasks(SSLEngine engine) {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    /** What the remote did wrong is a violation; that it found something wrong here is told as it is. */
    static IOException translated(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains(REMOTE_ALERT)) {
            return failure;
        }
        ProtocolViolationException violation = new ProtocolViolationException(Tls.PROTOCOL, message);
        violation.initCause(failure);
        return violation;
    }
}
