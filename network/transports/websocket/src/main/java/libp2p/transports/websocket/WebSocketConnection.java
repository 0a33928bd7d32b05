package libp2p.transports.websocket;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.transports.websocket.frame.CloseCode;
import libp2p.transports.websocket.frame.FrameDecoder;
import libp2p.transports.websocket.frame.Mask;
import libp2p.transports.websocket.frame.Opcode;
import libp2p.transports.websocket.frame.WebSocketException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as a raw connection. Payload goes straight from the connection below into the reader's buffer, whatever
 * the length of its frame, and is unmasked there; only headers and what came with them pass through a small buffer.
 *
 * <p>The reader never writes: pings are answered by {@link FrameOutput} on threads of their own.
 */
final class WebSocketConnection implements RawConnection {
    private static final int AHEAD_BYTES = 128;
    private static final long SECOND = 1_000_000_000L;

    private final Environment environment;
    private final RawConnection raw;
    private final WebSocketLimits limits;
    private final Multiaddr localAddress;
    private final Multiaddr remoteAddress;
    private final FrameDecoder decoder;
    private final FrameOutput output;
    /** Read and not yet given out, between position and limit. */
    private ByteBuffer ahead;
    /** Of the current data frame. */
    private long payloadLeft;

    private long payloadRead;
    /** The part of the control frame that has arrived, or null. */
    private @Nullable ByteBuffer controlPayload;

    private boolean ended;
    private int emptyFrames;
    private long emptySince;

    /**
     * Takes over a connection that has been upgraded.
     *
     * @param remote the remote address without the suffix, which a proxy may have told
     * @param server whether this is the accepting side
     * @param rest bytes behind the upgrade that have been read already
     * @param suffix what follows the addresses of the connection below
     */
    WebSocketConnection(
            Environment environment,
            RawConnection raw,
            Multiaddr remote,
            boolean server,
            ByteBuffer rest,
            Multiaddr suffix,
            WebSocketLimits limits) {
        this.environment = environment;
        this.raw = raw;
        this.limits = limits;
        this.localAddress = raw.localAddress().encapsulate(suffix);
        this.remoteAddress = remote.encapsulate(suffix);
        this.decoder = new FrameDecoder(server, limits.frameBytes());
        this.output = new FrameOutput(environment, raw, server, limits);
        this.ahead = rest.hasRemaining() ? rest : emptyAhead();
    }

    private static ByteBuffer emptyAhead() {
        return ByteBuffer.allocateDirect(AHEAD_BYTES).limit(0);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        try {
            while (payloadLeft == 0) {
                int step = ended ? -1 : advance();
                if (step <= 0) {
                    return step;
                }
            }
            return readPayload(target);
        } catch (WebSocketException e) {
            output.closeCode(e.closeCode());
            throw e;
        }
    }

    private int readPayload(ByteBuffer target) throws IOException {
        int start = target.position();
        int wanted = (int) Math.min(target.remaining(), payloadLeft);
        int count;
        if (ahead.hasRemaining()) {
            count = Math.min(wanted, ahead.remaining());
            target.put(start, ahead, ahead.position(), count).position(start + count);
            ahead.position(ahead.position() + count);
        } else {
            int limit = target.limit();
            target.limit(start + wanted);
            try {
                count = raw.read(target);
            } finally {
                target.limit(limit);
            }
            if (count < 0) {
                throw new EOFException("the WebSocket ends inside a frame, with " + payloadLeft + " bytes to come");
            }
        }
        if (decoder.key() != 0) {
            Mask.apply(target, start, start + count, decoder.key(), payloadRead);
        }
        payloadLeft -= count;
        payloadRead += count;
        return count;
    }

    /**
     * Goes on to the next data; returns 1 after a step, 0 if nothing more has come yet, -1 at the end of the stream.
     */
    private int advance() throws IOException {
        ByteBuffer control = controlPayload;
        return control != null ? control(control) : nextFrame();
    }

    /** Reads the next header. */
    private int nextFrame() throws IOException {
        while (!decoder.next(ahead)) {
            int count = readAhead();
            if (count == 0) {
                return 0;
            }
            if (count < 0) {
                if (ahead.hasRemaining()) {
                    throw new EOFException("the WebSocket ends inside a frame header");
                }
                ended = true;
                return -1;
            }
        }
        if (Opcode.isControl(decoder.opcode())) {
            countEmptyFrame();
            controlPayload = ByteBuffer.allocate((int) decoder.length());
        } else if (decoder.length() == 0) {
            countEmptyFrame();
        } else {
            payloadLeft = decoder.length();
            payloadRead = 0;
        }
        return 1;
    }

    /** A remote that sends nothing but headers would keep a thread busy for nothing. */
    private void countEmptyFrame() throws WebSocketException {
        long now = environment.nanoTime();
        if (emptyFrames == 0 || now - emptySince > SECOND) {
            emptyFrames = 0;
            emptySince = now;
        }
        if (++emptyFrames > limits.emptyFramesPerSecond()) {
            throw new WebSocketException(
                    CloseCode.POLICY_VIOLATION,
                    "more than " + limits.emptyFramesPerSecond() + " frames without data in a second");
        }
    }

    /** Reads the payload of a control frame. */
    private int control(ByteBuffer payload) throws IOException {
        while (payload.hasRemaining()) {
            if (!ahead.hasRemaining()) {
                int count = readAhead();
                if (count == 0) {
                    return 0;
                }
                if (count < 0) {
                    throw new EOFException("the WebSocket ends inside a control frame");
                }
            }
            int count = Math.min(payload.remaining(), ahead.remaining());
            payload.put(ahead.slice(ahead.position(), count));
            ahead.position(ahead.position() + count);
        }
        controlPayload = null;
        payload.flip();
        Mask.apply(payload, 0, payload.limit(), decoder.key(), 0);
        switch (decoder.opcode()) {
            case Opcode.PING -> output.answerPing(payload.array());
            case Opcode.CLOSE -> closedByRemote(CloseCode.parse(payload));
            default -> {} // a pong without a ping is allowed
        }
        return 1;
    }

    private void closedByRemote(int code) throws IOException {
        ended = true;
        output.closeCode(code); // this side closes next, and returns the code
        if (!CloseCode.isOrderly(code)) {
            throw new IOException("the remote closed the WebSocket with code " + code);
        }
    }

    /** Reads behind the bytes that wait, as {@link #read}. */
    private int readAhead() throws IOException {
        if (ahead.capacity() != AHEAD_BYTES && ahead.remaining() < AHEAD_BYTES) {
            ahead = emptyAhead().limit(ahead.remaining()).put(ahead).flip();
        }
        ahead.compact();
        try {
            return raw.read(ahead);
        } finally {
            ahead.flip();
        }
    }

    /** While the goodbye is on its way the handler, which reads no more, is not called for what comes. */
    @Override
    public void onReadable(ReadHandler handler) {
        raw.onReadable(() -> {
            long pause = handler.onReadable();
            return output.isClosing() ? limits.closeTimeout().toNanos() : pause;
        });
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        output.write(source);
    }

    @Override
    public void tryWrite(ByteBuffer source) throws IOException {
        output.tryWrite(source);
    }

    @Override
    public Multiaddr localAddress() {
        return localAddress;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean portReused() {
        return raw.portReused();
    }

    /**
     * Says goodbye if the socket takes it within {@link WebSocketLimits#closeTimeout}, on a thread of its own, and
     * closes.
     */
    @Override
    public void close() {
        output.close();
    }
}
