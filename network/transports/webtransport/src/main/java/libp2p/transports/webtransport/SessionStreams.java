package libp2p.transports.webtransport;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3FrameType;
import libp2p.quic.connection.Connection;
import libp2p.quic.stream.QuicStream;
import libp2p.streams.engine.EngineConnection;
import libp2p.streams.engine.EngineStreams;

/**
 * The streams of a session: each begins with a header that names the session, which is written when this side opens it,
 * and was read when the remote did.
 */
final class SessionStreams extends EngineStreams<QuicStream> {
    private static final int HELD = 64;

    private final Supplier<Connection> engine;
    /** Streams of the remote that this side has closed before the remote did, the oldest first. */
    private final Deque<QuicStream> held = new ArrayDeque<>();

    private byte[] header = {};

    SessionStreams(EngineConnection connection, Supplier<Connection> engine) {
        super(connection);
        this.engine = engine;
    }

    /** The session has this id. */
    void begin(long id) {
        header = new FrameWriter()
                .integer(Http3FrameType.WEBTRANSPORT_STREAM)
                .integer(id)
                .toByteArray();
    }

    /** The remote has opened a stream, and its header was read. */
    void arrived(QuicStream stream) {
        arrive(stream);
        touch(stream);
    }

    /** Something has changed on a stream, which need not be of the session. */
    void touched(QuicStream stream) {
        touch(stream);
    }

    /** More streams may be opened. */
    void allowed() {
        allow();
    }

    @Override
    public void look() {
        // HTTP/3 looks, and tells what is of the session
    }

    @Override
    protected boolean mayOpen() {
        return engine.get().streams().mayOpen(true);
    }

    @Override
    protected QuicStream openEngine() {
        QuicStream stream = engine.get().streams().open(true);
        stream.write(header, 0, header.length); // for which a fresh stream has room
        return stream;
    }

    /** The header gets there all the same, if the remote takes such resets: else it could not tell whose stream it was. */
    @Override
    protected void reset(QuicStream stream, long wire) {
        if (stream.isLocal() && engine.get().streams().remoteTakesResetAt()) {
            stream.resetAt(wire, header.length);
        } else {
            stream.reset(wire);
        }
    }

    /**
     * Firefox takes STOP_SENDING for the end of both ways, and drops what its page has not read yet. So it is told when
     * it sends more, or when many streams wait for its FIN.
     */
    @Override
    protected void ignoreRest(QuicStream stream, long wire) {
        stream.ignoreRest(wire);
        if (!stream.hasReceivingEnded()) {
            held.add(stream);
        }
        if (held.size() > HELD) {
            held.removeIf(QuicStream::hasReceivingEnded);
        }
        if (held.size() > HELD) {
            held.remove().tellHeldStop();
        }
    }

    @Override
    protected long wireCode(long code) {
        return StreamCodes.toWire(code);
    }

    @Override
    protected long code(long wire) {
        return StreamCodes.fromWire(wire);
    }
}
