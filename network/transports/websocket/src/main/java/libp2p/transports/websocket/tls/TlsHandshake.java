package libp2p.transports.websocket.tls;

import java.io.IOException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import libp2p.core.connection.ProtocolViolationException;

/** Drives an engine through its handshake; blocks. One thread. */
final class TlsHandshake {
    private final SSLEngine engine;
    private final TlsInput input;
    private final TlsOutput output;
    private final int maxBytes;

    /** @param maxBytes most bytes that are read */
    TlsHandshake(SSLEngine engine, TlsInput input, TlsOutput output, int maxBytes) {
        this.engine = engine;
        this.input = input;
        this.output = output;
        this.maxBytes = maxBytes;
    }

    /** Runs to the end, or throws after an alert was sent. */
    void run() throws IOException {
        try {
            engine.beginHandshake();
            HandshakeStatus status = engine.getHandshakeStatus();
            while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
                status = switch (status) {
                    case NEED_WRAP -> output.handshake();
                    case NEED_TASK -> runTasks();
                    default -> receive();
                };
            }
        } catch (SSLException failure) {
            sendAlert();
            throw failure;
        }
    }

    private HandshakeStatus runTasks() {
        input.runTasks();
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus receive() throws IOException {
        HandshakeStatus status = input.handshake();
        if (input.received() > maxBytes) {
            throw new ProtocolViolationException(
                    "tls", "more than the limit of " + maxBytes + " bytes during the handshake");
        }
        return status;
    }

    private void sendAlert() {
        try {
            output.handshake();
        } catch (IOException unheard) {
            // The remote sees the connection end instead.
        }
    }
}
