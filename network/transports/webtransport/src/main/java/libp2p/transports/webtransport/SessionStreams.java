package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
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

    private final SessionCredit credit = new SessionCredit();
    private byte[] header = {};

    SessionStreams(EngineConnection connection, Supplier<Connection> engine) {
        super(connection);
        this.engine = engine;
    }

    /** The limits of the remote for the session. */
    SessionCredit credit() {
        return credit;
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
        count(stream);
    }

    private void count(QuicStream stream) {
        credit.count(
                stream,
                Math.max(0, stream.writtenSize() - (stream.isLocal() ? header.length : 0)),
                stream.hasSendingEnded());
    }

    /** Wakes those that wait for credit of the session, as far as there is some. */
    void wake() {
        if (credit.pollAllowed()) {
            allow();
        }
        credit.wake(this::wakeWriter);
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
        return credit.mayOpen() && engine.get().streams().mayOpen(true);
    }

    @Override
    protected QuicStream openEngine() {
        QuicStream stream = engine.get().streams().open(true);
        stream.write(header, 0, header.length); // for which a fresh stream has room
        credit.opened();
        return stream;
    }

    @Override
    protected int room(QuicStream stream) {
        return (int) Math.min(stream.room(), credit.room());
    }

    @Override
    protected int write(QuicStream stream, ByteBuffer source) {
        long allowed = credit.room();
        if (allowed >= source.remaining()) {
            int written = stream.write(source);
            count(stream);
            return written;
        }
        if (allowed == 0) {
            credit.block(stream);
            return 0;
        }
        int end = source.limit();
        source.limit(source.position() + (int) allowed);
        try {
            return stream.write(source);
        } finally {
            source.limit(end);
            count(stream);
        }
    }

    /** The header gets there all the same, if the remote takes such resets: else it could not tell whose stream it was. */
    @Override
    protected void reset(QuicStream stream, long wire) {
        if (stream.isLocal() && engine.get().streams().remoteTakesResetAt()) {
            stream.resetAt(wire, header.length);
        } else {
            stream.reset(wire);
        }
        count(stream);
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
