package libp2p.muxers.yamux;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import libp2p.core.security.SecureConnection;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.ChunkPool;
import libp2p.streams.FlushTurn;
import libp2p.streams.MuxerConnection;
import libp2p.streams.MuxerStream;
import libp2p.streams.RecordWriter;
import org.jspecify.annotations.Nullable;

/** A connection that speaks yamux: what each frame means. */
final class YamuxConnection extends MuxerConnection<YamuxStream> implements FrameReader.Handler {
    private static final long LARGEST_ID = 0xffff_ffffL;
    private static final long STREAM_MEMORY = MuxerLimits.Yamux.INITIAL_WINDOW + MuxerLimits.MINIMUM_SEND_BUFFER;

    private final MuxerLimits limits;
    private final FrameReader frames = new FrameReader(this);
    private final ControlFrames control;
    private final KeepAlive keepAlive;
    private final int ownParity;
    private long nextId;

    /** @param firstId the id of the first stream of this host; odd for the initiator of the connection */
    YamuxConnection(
            Environment environment,
            SecureConnection connection,
            ResourceScope scope,
            MuxerLimits limits,
            ChunkPool pool,
            long firstId) {
        super(
                Yamux.PROTOCOL,
                environment,
                connection,
                scope,
                limits,
                pool,
                limits.yamux().unacknowledged());
        this.limits = limits;
        this.ownParity = (int) (firstId & 1);
        this.nextId = firstId;
        this.keepAlive = new KeepAlive(
                environment, limits.yamux(), this::received, this::sendPing, this::queuePing, this::peerGone);
        this.control = new ControlFrames(limits, keepAlive::sent);
    }

    /** Starts the threads and the first ping. */
    YamuxConnection open() {
        start();
        keepAlive.ping();
        return this;
    }

    /** The bounds of its streams. */
    MuxerLimits.Yamux own() {
        return limits.yamux();
    }

    @Override
    public long roundTripNanos() {
        return keepAlive.roundTripNanos();
    }

    /**
     * For a window that would grow: the first step may be taken by the round trip at hand.
     *
     * @param turn of the caller, or null
     */
    long roundTripNanos(int window, @Nullable FlushTurn turn) {
        return window > MuxerLimits.Yamux.INITIAL_WINDOW
                ? keepAlive.leastRoundTripNanos(turn)
                : keepAlive.roundTripNanos();
    }

    private void sendPing() {
        try (FlushTurn turn = beginTurn()) {
            queuePing(turn);
        }
    }

    private void queuePing(@Nullable FlushTurn turn) {
        control.ping(keepAlive.value());
        control(control, turn);
    }

    private void peerGone() {
        fail(new IOException(Yamux.PROTOCOL + ": no answer to a ping and nothing else for "
                + limits.yamux().pingTimeout().toMillis() + " ms"));
    }

    @Override
    protected void stopped() {
        keepAlive.stop();
    }

    // ------------------------------------------------------------------ streams of this host

    @Override
    protected YamuxStream create() throws LimitExceededException {
        if (nextId > LARGEST_ID) {
            throw new LimitExceededException(
                    Yamux.PROTOCOL, "streamId", nextId, LARGEST_ID, LimitExceededException.Side.LOCAL);
        }
        YamuxStream stream = new YamuxStream(this, nextId, true, STREAM_MEMORY);
        nextId += 2;
        announce(stream);
        return stream;
    }

    @Override
    protected long streamMemory() {
        return STREAM_MEMORY;
    }

    // ------------------------------------------------------------------ frames of the remote peer

    @Override
    protected void receive(ByteBuffer source) throws IOException {
        frames.receive(source);
    }

    @Override
    protected boolean isInsideFrame() {
        return frames.isInsideFrame();
    }

    @Override
    public @Nullable MuxerStream header(long head, long length) throws IOException {
        int flags = Frame.flags(head);
        if (Frame.version(head) != Frame.VERSION) {
            throw violation("version " + Frame.version(head) + " is not known");
        }
        if ((flags & ~Frame.FLAGS) != 0) {
            throw violation("flags 0x" + Integer.toHexString(flags) + " are not known");
        }
        switch (Frame.type(head)) {
            case Frame.DATA -> {
                return data(Frame.id(head), flags, length);
            }
            case Frame.WINDOW_UPDATE -> windowUpdate(Frame.id(head), flags, length);
            case Frame.PING -> ping(Frame.id(head), flags, (int) length);
            case Frame.GO_AWAY -> goAway(Frame.id(head), length);
            default -> throw violation("frame type " + Frame.type(head) + " is not known");
        }
        return null;
    }

    private @Nullable YamuxStream data(long id, int flags, long length) throws IOException {
        YamuxStream stream = addressee(id, flags);
        if (stream == null) {
            return null;
        }
        if ((flags & Frame.RST) != 0) {
            stream.remoteReset(ErrorCode.NONE);
            return null;
        }
        return stream.beginFrame(length) ? stream : null;
    }

    private void windowUpdate(long id, int flags, long length) throws IOException {
        YamuxStream stream = addressee(id, flags);
        if (stream == null) {
            return;
        }
        if ((flags & Frame.RST) != 0) {
            stream.remoteReset(length);
            return;
        }
        stream.addCredit(length);
        if ((flags & Frame.FIN) != 0) {
            stream.remoteFinish();
        }
    }

    /** The stream that a frame is for; null if it is not known, or was refused. */
    private @Nullable YamuxStream addressee(long id, int flags) throws IOException {
        if (id == 0) {
            throw violation("stream 0 is the connection itself");
        }
        if ((flags & Frame.SYN) != 0) {
            return opened(id, flags);
        }
        YamuxStream stream = stream(id);
        if (stream != null && (flags & Frame.ACK) != 0) {
            acknowledge(stream);
        }
        return stream;
    }

    private @Nullable YamuxStream opened(long id, int flags) throws IOException {
        if ((id & 1) == ownParity) {
            throw violation("stream " + id + " cannot be opened by the remote peer: its parity is ours");
        }
        if ((flags & Frame.RST) != 0) {
            return null; // opened and given up in one frame
        }
        if (chargeInbound()) {
            YamuxStream stream = new YamuxStream(this, id, false, STREAM_MEMORY);
            if (admit(stream)) {
                return stream;
            }
        }
        if (!control.refuse(id, ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED)) {
            throw violation("more than " + limits.refusals().pending()
                    + " streams beyond the limits were opened without reading the refusals");
        }
        control(control);
        return null;
    }

    private void ping(long id, int flags, int value) throws IOException {
        if (id != 0) {
            throw violation("a ping is for stream " + id);
        }
        switch (flags) {
            case Frame.SYN -> {
                control.pong(value);
                control(control);
            }
            case Frame.ACK -> keepAlive.answered(value);
            default -> throw violation("a ping has flags 0x" + Integer.toHexString(flags));
        }
    }

    private void goAway(long id, long code) throws IOException {
        if (id != 0) {
            throw violation("GO_AWAY is for stream " + id);
        }
        if (code == Frame.NORMAL) {
            endedByRemote(ErrorCode.NONE, "closed");
        } else if (code == Frame.PROTOCOL_ERROR) {
            endedByRemote(ErrorCode.CONNECTION_PROTOCOL_VIOLATION, "it says that this host broke the yamux protocol");
        } else if (code == Frame.INTERNAL_ERROR) {
            endedByRemote(code, "it reports an internal error");
        } else {
            endedByRemote(code, "closed with a code");
        }
    }

    /** A violation found by a stream. */
    ProtocolViolationException broken(String message) {
        return violation(message);
    }

    // ------------------------------------------------------------------ the last frame

    @Override
    protected boolean goodbye(RecordWriter writer, long code) throws IOException {
        writer.put(Frame.head(Frame.GO_AWAY, 0, 0), (int) code);
        return true;
    }

    @Override
    protected long violationCode() {
        return Frame.PROTOCOL_ERROR;
    }

    @Override
    protected long failureCode() {
        return Frame.INTERNAL_ERROR;
    }
}
