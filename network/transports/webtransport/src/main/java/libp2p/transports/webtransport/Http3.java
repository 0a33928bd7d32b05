package libp2p.transports.webtransport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Http3FrameType;
import libp2p.http3.Settings;
import libp2p.http3.qpack.Field;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.connection.Connection;
import libp2p.quic.stream.QuicStream;
import libp2p.quic.stream.Streams;
import libp2p.streams.engine.Application;
import libp2p.streams.engine.EngineConnection;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/3 on one connection (RFC 9114): its control streams and requests, and the one session of WebTransport
 * (draft-ietf-webtrans-http3), whose streams are those of libp2p. Needs the lock of the connection, but where it is said
 * otherwise.
 */
final class Http3 implements Application {
    /** Set in the id of a stream that goes one way (RFC 9000, section 2.1). */
    static final int UNI = 2;

    /** The lowest bits of an id, which are 0 for requests. */
    private static final int KIND = 3;
    /** Streams that wait for a session: they may overtake its request. */
    private static final int MAX_WAITING = 16;
    /** Bytes for one that waits, beside those of QUIC. */
    private static final int WAITING = 128;
    /** Bytes for the objects of a stream of the session, which nothing takes before the peer is proved. */
    private static final int UNTAKEN = 1024;

    private final EngineConnection connection;
    private final Supplier<Connection> engine;
    private final Http3Side side;
    private final SessionStreams streams;
    private final TimedCondition changed;
    private final Map<QuicStream, OwnStream> own = new HashMap<>();
    private final Map<QuicStream, Long> waiting = new LinkedHashMap<>(1);
    private final List<Long> critical = new ArrayList<>(3);
    private long held;
    private @Nullable QuicStream control;
    private @Nullable RequestStream session;
    private @Nullable CloseReason reason;
    private @Nullable IOException refusal;

    /** @param engine gives that of the connection once its handshake is complete */
    Http3(EngineConnection connection, Supplier<Connection> engine, Http3Side side) {
        this.connection = connection;
        this.engine = engine;
        this.side = side;
        streams = new SessionStreams(connection, engine);
        changed = new TimedCondition(connection.environment(), connection.lock());
    }

    /**
     * That of a connection.
     *
     * @throws IllegalStateException if another protocol is spoken on it
     */
    static Http3 on(EngineConnection connection) {
        if (connection.application() instanceof Http3 http) {
            return http;
        }
        throw new IllegalStateException("HTTP/3 is not spoken on this connection");
    }

    /** The streams of the session. */
    SessionStreams streams() {
        return streams;
    }

    // ---- what the engine has

    @Override
    public void look() {
        Streams all = engine.get().streams();
        try {
            begin(all);
            QuicStream stream;
            while ((stream = all.pollArrived()) != null) {
                keep(new UnsortedStream(this, stream));
            }
            while ((stream = all.pollTouched()) != null) {
                touched(stream);
            }
            streams.wake();
        } catch (Http3Exception violation) {
            String text = String.valueOf(violation.getMessage());
            CloseReason why = new CloseReason(ErrorCode.CONNECTION_PROTOCOL_VIOLATION, false, text, violation);
            connection.end(why, violation.code());
        }
        if (all.pollAllowed()) {
            streams.allowed();
        }
        while (engine.get().datagrams().poll() != null) {
            // no protocol of libp2p uses them
        }
    }

    /** Opens the control stream as soon as the remote allows it. */
    private void begin(Streams all) {
        if (control == null && all.mayOpen(false)) {
            QuicStream opened = all.open(false);
            control = opened;
            byte[] bytes = new FrameWriter()
                    .integer(Http3FrameType.CONTROL_STREAM)
                    .frame(Http3FrameType.SETTINGS, side.settings().encode())
                    .toByteArray();
            opened.write(bytes, 0, bytes.length);
        }
    }

    private void touched(QuicStream stream) throws Http3Exception {
        OwnStream kept = own.get(stream);
        if (kept != null) {
            kept.look();
            count(kept);
        } else if (stream != control) {
            streams.touched(stream);
        } else if (stream.remoteStop() >= 0) {
            throw new Http3Exception(Http3Error.CLOSED_CRITICAL_STREAM, "the control stream is not wanted");
        }
    }

    /** Keeps a stream for HTTP/3 itself, and reads what there is of it. */
    void keep(OwnStream stream) throws Http3Exception {
        own.put(stream.stream, stream);
        stream.look();
        count(stream);
    }

    /** A stream is over, or used in another way from now on. */
    void forget(OwnStream stream) {
        own.remove(stream.stream, stream);
        count(stream);
    }

    /** Counts what is held for a stream now. */
    private void count(OwnStream stream) {
        int now = own.get(stream.stream) == stream ? stream.held() : 0;
        held += now - stream.counted;
        stream.counted = now;
    }

    @Override
    public boolean provesPeer() {
        return true;
    }

    @Override
    public long held() {
        return held + (long) waiting.size() * WAITING + (long) streams.untaken() * UNTAKEN;
    }

    /** A stream that goes one way has told its type. */
    void unidirectional(UnsortedStream sorted, long type) throws Http3Exception {
        forget(sorted);
        QuicStream stream = sorted.stream;
        if (type == Http3FrameType.CONTROL_STREAM
                || type == Http3FrameType.ENCODER_STREAM
                || type == Http3FrameType.DECODER_STREAM) {
            if (critical.contains(type)) {
                throw new Http3Exception(Http3Error.STREAM_CREATION_ERROR, "a second stream of type " + type);
            }
            critical.add(type);
            keep(type == Http3FrameType.CONTROL_STREAM ? new ControlStream(this, stream) : new QpackStream(stream));
        } else if (type == Http3FrameType.PUSH_STREAM) {
            throw new Http3Exception(Http3Error.STREAM_CREATION_ERROR, "a push stream, for which nothing has asked");
        } else { // also those of WebTransport: no protocol of libp2p uses them
            stream.stopSending(Http3Error.STREAM_CREATION_ERROR);
        }
    }

    /** A stream that goes both ways is a request. */
    void request(UnsortedStream sorted, ByteBuffer first) throws Http3Exception {
        forget(sorted);
        side.mayRequest();
        RequestStream request = new RequestStream(this, sorted.stream);
        request.read(first);
        keep(request);
    }

    /** The settings of the remote have come. */
    void settings(Settings remote) throws Http3Exception {
        side.settings(remote, this);
    }

    /** A field section has come. */
    void message(RequestStream request, List<Field> fields) throws Http3Exception {
        side.message(request, fields, this);
    }

    /** Opens a request, a client's first stream; null if the remote allows none. */
    @Nullable
    RequestStream openRequest() throws Http3Exception {
        Streams all = engine.get().streams();
        if (!all.mayOpen(true)) {
            return null;
        }
        RequestStream request = new RequestStream(this, all.open(true));
        keep(request);
        return request;
    }

    // ---- the session

    /** Whether there is a session, or was. */
    boolean hasSession() {
        return session != null;
    }

    /** A session begins on the stream of its request. */
    void begin(RequestStream request) {
        long id = request.stream.id();
        session = request;
        request.becomesSession();
        streams.begin(id);
        List<Map.Entry<QuicStream, Long>> early = List.copyOf(waiting.entrySet());
        waiting.clear();
        for (Map.Entry<QuicStream, Long> stream : early) {
            if (stream.getValue() == id) {
                streams.arrived(stream.getKey());
            } else {
                refuse(stream.getKey(), Http3Error.BUFFERED_STREAM_REJECTED);
            }
        }
        changed.signalAll();
    }

    /** A stream has told the id of its session. */
    void ofSession(UnsortedStream sorted, long id) throws Http3Exception {
        forget(sorted);
        QuicStream stream = sorted.stream;
        if ((id & KIND) != 0) {
            throw new Http3Exception(Http3Error.ID_ERROR, "a session with the id " + id + ", which is of no request");
        }
        RequestStream current = session;
        if (current == null) {
            if (waiting.size() < MAX_WAITING) {
                waiting.put(stream, id);
            } else {
                refuse(stream, Http3Error.BUFFERED_STREAM_REJECTED);
            }
        } else if (current.stream.id() == id) {
            streams.arrived(stream);
        } else {
            refuse(stream, Http3Error.SESSION_GONE);
        }
    }

    private static void refuse(QuicStream stream, long code) {
        stream.stopSending(code);
        stream.reset(code);
    }

    /** The remote has ended the session, and with it the connection, which is for nothing else. */
    void sessionEnded(long code, String text) {
        String shown = text.isEmpty() ? "closed" : "closed: " + CloseCause.escape(text);
        connection.end(new CloseReason(code, true, shown, null), Http3Error.NO_ERROR);
    }

    /** The remote gives no session. */
    void refused(String why) {
        refusal = new IOException(why);
        changed.signalAll();
    }

    /**
     * Waits until the session stands. Without the lock.
     *
     * @throws IOException if the remote refuses it, or the connection ends
     */
    void awaitSession(Deadline deadline) throws IOException {
        connection.lock().lock();
        try {
            while (session == null) {
                if (refusal != null) {
                    throw refusal;
                }
                if (reason != null) {
                    throw new ConnectionClosedException(reason);
                }
                if (!changed.await(deadline)) {
                    throw new DeadlineExceededException("WebTransport session");
                }
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted: WebTransport session");
        } finally {
            connection.lock().unlock();
        }
    }

    // ---- the end

    @Override
    public void deliver() {
        streams.deliver();
    }

    @Override
    public void close(CloseReason why) {
        reason = why;
        streams.close(why);
        changed.signalAll();
    }

    @Override
    public boolean farewell(CloseReason why) {
        RequestStream current = session;
        if (current == null) {
            return false;
        }
        current.close(why.code(), why.text());
        return true;
    }

    /** A code that HTTP/3 does not know stands for no error there (RFC 9114, section 9), so that those of libp2p do no harm. */
    @Override
    public long closeCode(long code) {
        return code == ErrorCode.NONE ? Http3Error.NO_ERROR : code;
    }

    @Override
    public CloseReason heard(CloseReason onTheWire) {
        long code = onTheWire.code();
        if (!Http3Error.isKnown(code)) {
            return onTheWire;
        }
        long libp2p = code == Http3Error.NO_ERROR ? ErrorCode.NONE : ErrorCode.CONNECTION_PROTOCOL_VIOLATION;
        return new CloseReason(libp2p, true, onTheWire.text() + " (code " + code + " of HTTP/3)", onTheWire.cause());
    }

    @Override
    public void connectionEnds(CloseReason why) {
        reason = why;
        streams.connectionEnds(why);
        changed.signalAll();
    }

    @Override
    public void drop() {
        streams.drop();
        own.clear();
        waiting.clear();
        held = 0;
    }
}
