package libp2p.transports.websocket;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.transport.EncodedOutput;
import libp2p.transports.tcp.HandshakeTimer;
import libp2p.transports.websocket.frame.CloseCode;
import libp2p.transports.websocket.frame.FrameEncoder;
import libp2p.transports.websocket.frame.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * The frames that leave a WebSocket. Data comes from the threads that write; answers to pings and close frames are
 * written by threads of their own, because the event loop that reads must not wait for the socket. Of several pings
 * only the last is answered. Thread-safe.
 */
final class FrameOutput {
    private static final System.Logger LOG = System.getLogger(FrameOutput.class.getName());

    /** Masking keys that are drawn at once. */
    private static final int KEYS = 32;

    private final Environment environment;
    private final RawConnection raw;
    private final boolean server;
    private final WebSocketLimits limits;
    private final BufferPool pool = BufferPool.shared();
    /** Its lock keeps frames apart, and guards the masking keys and {@link #closeSent}. */
    private final EncodedOutput output;

    private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();
    private final AtomicInteger closeCode = new AtomicInteger(CloseCode.NORMAL);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ByteBuffer keys = ByteBuffer.allocate(KEYS * Integer.BYTES).limit(0);
    private boolean closeSent;

    FrameOutput(Environment environment, RawConnection raw, boolean server, WebSocketLimits limits) {
        this.environment = environment;
        this.raw = raw;
        this.server = server;
        this.limits = limits;
        this.output = new EncodedOutput(raw, pool, this::encode);
    }

    /** Writes all bytes as binary messages; blocks. */
    void write(ByteBuffer source) throws IOException {
        output.write(source);
    }

    /** See {@link RawConnection#tryWrite}. */
    void tryWrite(ByteBuffer source) throws IOException {
        output.tryWrite(source);
    }

    /** A binary message of as many bytes as the target has room for. */
    private void encode(ByteBuffer source, ByteBuffer target) throws IOException {
        if (closeSent || closing.get()) {
            throw new ClosedChannelException();
        }
        frame(Opcode.BINARY, source, target);
    }

    private void frame(int opcode, ByteBuffer payload, ByteBuffer target) {
        int length = Math.min(payload.remaining(), target.remaining() - FrameEncoder.MAX_HEADER);
        if (server) {
            FrameEncoder.server(target, opcode, payload, length);
        } else {
            FrameEncoder.client(target, opcode, payload, length, maskingKey());
        }
    }

    /** Writes a control frame; blocks. Needs the lock. */
    private void control(int opcode, byte[] payload) throws IOException {
        try (Lease lease = pool.lease()) {
            ByteBuffer buffer = lease.buffer();
            frame(opcode, ByteBuffer.wrap(payload), buffer);
            raw.write(buffer.flip());
        }
    }

    private int maskingKey() {
        if (!keys.hasRemaining()) {
            environment.secureRandom(keys.array());
            keys.clear();
        }
        return keys.getInt();
    }

    void answerPing(byte[] payload) {
        if (pong.getAndSet(payload) == null) {
            environment.start("pong " + raw.remoteAddress(), this::sendPong);
        }
    }

    private void sendPong() {
        try {
            output.insert(() -> {
                byte[] payload = pong.getAndSet(null);
                if (payload != null && !closeSent) {
                    control(Opcode.PONG, payload);
                }
            });
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a pong to " + raw.remoteAddress() + " failed: " + e.getMessage());
        }
    }

    /** Says which code the remote is told when this side closes, if it is the first. */
    void closeCode(int code) {
        closeCode.compareAndSet(CloseCode.NORMAL, code);
    }

    boolean isClosing() {
        return closing.get();
    }

    void close() {
        if (closing.compareAndSet(false, true)) {
            try {
                environment.start("close " + raw.remoteAddress(), this::sayGoodbye);
            } catch (RuntimeException | Error noThread) {
                raw.close();
                throw noThread;
            }
        }
    }

    private void sayGoodbye() {
        Deadline deadline = Deadline.after(environment, limits.closeTimeout());
        try (HandshakeTimer timer = HandshakeTimer.start(environment, deadline, raw, "closing")) {
            output.tryInsert(this::sendClose); // not while a thread is inside a frame
        } catch (IOException | IllegalStateException e) {
            LOG.log(Level.DEBUG, () -> "no goodbye to " + raw.remoteAddress() + ": " + e.getMessage());
        } finally {
            raw.close();
            output.close();
        }
    }

    private void sendClose() throws IOException {
        if (!closeSent) {
            closeSent = true;
            control(Opcode.CLOSE, CloseCode.payload(closeCode.get()));
        }
    }
}
