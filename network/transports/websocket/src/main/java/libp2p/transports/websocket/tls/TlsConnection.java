package libp2p.transports.websocket.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import libp2p.core.transport.ForwardingRawConnection;
import libp2p.transports.tcp.HandshakeTimer;

/**
 * A raw connection inside TLS. One reader, one writer; {@link #close} lets a short thread send close_notify, gives that
 * a limited time, and closes the connection below.
 */
public final class TlsConnection extends ForwardingRawConnection {
    private final Environment environment;
    private final TlsInput input;
    private final TlsOutput output;
    private final Duration closeTimeout;
    /** Held while a thread is in read, so that the closing thread gives buffers back only after it. */
    private final ReentrantLock reading = new ReentrantLock();

    private final AtomicBoolean closed = new AtomicBoolean();

    private TlsConnection(Environment environment, RawConnection raw, SSLEngine engine, Duration closeTimeout) {
        super(raw);
        this.environment = environment;
        this.input = new TlsInput(engine, raw);
        this.output = new TlsOutput(engine, raw);
        this.closeTimeout = closeTimeout;
    }

    /**
     * Does the handshake; blocks. The raw connection is taken over when it succeeds, and left to the caller, who closes
     * it, when it fails.
     *
     * @param closeTimeout how long closing waits to get its goodbye into the socket
     * @param handshakeBytes most bytes that are read in the handshake
     */
    public static TlsConnection open(
            Environment environment, RawConnection raw, SSLEngine engine, Duration closeTimeout, int handshakeBytes)
            throws IOException {
        TlsConnection connection = new TlsConnection(environment, raw, engine, closeTimeout);
        boolean done = false;
        try {
            new TlsHandshake(engine, connection.input, connection.output, handshakeBytes).run();
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.input.release();
            }
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        reading.lock();
        try {
            if (closed.get()) {
                throw new EOFException("the TLS connection is closed");
            }
            return input.read(target);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        output.write(source);
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        output.tryWrite(source);
    }

    /** While the goodbye is on its way the handler, which reads no more, is not called for what comes. */
    @Override
    public void onReadable(ReadHandler handler) {
        raw.onReadable(() -> {
            long pause = handler.onReadable();
            return closed.get() ? closeTimeout.toNanos() : pause;
        });
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            environment.start("close TLS " + raw.remoteAddress(), this::sayGoodbye);
        }
    }

    private void sayGoodbye() {
        Deadline deadline = Deadline.after(environment, closeTimeout);
        try (HandshakeTimer timer = HandshakeTimer.start(environment, deadline, raw, "closing")) {
            output.sayGoodbye();
        } catch (IOException | IllegalStateException unheard) {
            // The remote sees the connection end without it.
        } finally {
            raw.close();
            output.release();
            reading.lock(); // the reader leaves, because the connection below is closed
            try {
                input.release();
            } finally {
                reading.unlock();
            }
        }
    }
}
