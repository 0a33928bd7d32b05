package libp2p.transports.websocket;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.transport.RawConnection;
import libp2p.transports.tcp.HandshakeTimer;
import libp2p.transports.websocket.frame.CloseCode;
import libp2p.transports.websocket.frame.FrameEncoder;
import libp2p.transports.websocket.frame.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * The frames that leave a WebSocket. Data comes from the writer's thread; answers to pings and close frames are written by
 * threads of their own, so that the reader never waits for the socket: two peers that both wait would wait for ever. Of
 * several pings only the last is answered. Thread-safe.
 */
final class FrameOutput {
    private static final System.Logger LOG = System.getLogger(FrameOutput.class.getName());

    /** Masking keys that are drawn at once. */
    private static final int KEYS = 32;

    private final Environment environment;
    private final RawConnection raw;
    private final boolean server;
    private final Limits limits;
    private final BufferPool pool = BufferPool.shared();
    /** Held while a frame is written, so that frames do not mix. */
    private final ReentrantLock writing = new ReentrantLock();

    private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();
    private final AtomicInteger closeCode = new AtomicInteger(CloseCode.NORMAL);
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ByteBuffer keys = ByteBuffer.allocate(KEYS * Integer.BYTES).limit(0);
    private boolean closeSent;

    FrameOutput(Environment environment, RawConnection raw, boolean server, Limits limits) {
        this.environment = environment;
        this.raw = raw;
        this.server = server;
        this.limits = limits;
    }

    /** Writes all bytes as binary messages; blocks. */
    void write(ByteBuffer source) throws IOException {
        writing.lock();
        try {
            if (closeSent || closing.get()) {
                throw new ClosedChannelException();
            }
            while (source.hasRemaining()) {
                put(Opcode.BINARY, source);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Writes one frame with as many of the bytes as go into a pooled buffer, header and payload at once. */
    private void put(int opcode, ByteBuffer payload) throws IOException {
        try (Lease lease = pool.lease()) {
            ByteBuffer buffer = lease.buffer();
            int length = Math.min(payload.remaining(), buffer.remaining() - FrameEncoder.MAX_HEADER);
            if (server) {
                FrameEncoder.server(buffer, opcode, payload, length);
            } else {
                FrameEncoder.client(buffer, opcode, payload, length, maskingKey());
            }
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
        writing.lock();
        try {
            byte[] payload = pong.getAndSet(null);
            if (payload != null && !closeSent) {
                put(Opcode.PONG, ByteBuffer.wrap(payload));
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a pong to " + raw.remoteAddress() + " failed: " + e.getMessage());
        } finally {
            writing.unlock();
        }
    }

    /** Says which code the remote is told when this side closes, if it is the first. */
    void closeCode(int code) {
        closeCode.compareAndSet(CloseCode.NORMAL, code);
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
            if (writing.tryLock()) { // whoever holds it is inside a frame
                try {
                    sendClose();
                } finally {
                    writing.unlock();
                }
            }
        } catch (IOException | IllegalStateException e) {
            LOG.log(Level.DEBUG, () -> "no goodbye to " + raw.remoteAddress() + ": " + e.getMessage());
        } finally {
            raw.close();
        }
    }

    private void sendClose() throws IOException {
        if (!closeSent) {
            closeSent = true;
            put(Opcode.CLOSE, ByteBuffer.wrap(CloseCode.payload(closeCode.get())));
        }
    }
}
