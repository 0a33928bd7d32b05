package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import java.util.List;
import libp2p.http3.FrameReader;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.Http3FrameType;
import libp2p.http3.qpack.Field;
import libp2p.http3.qpack.FieldSectionDecoder;
import libp2p.http3.qpack.FieldSectionEncoder;
import libp2p.quic.stream.QuicStream;

/** The stream of one request, which carries the capsules of the session once the session stands. */
final class RequestStream extends OwnStream implements FrameReader.Handler {
    /** Bytes of a field section, both as it comes and as RFC 9114, section 4.2.2 counts it. */
    static final int MAX_FIELD_SECTION = 8 << 10;

    private final Http3 table;
    private final FrameReader frames = new FrameReader(0, MAX_FIELD_SECTION);
    private final Capsules capsules;
    private boolean awaited;
    private boolean session;
    private boolean over;

    RequestStream(Http3 table, QuicStream stream) {
        super(stream);
        this.table = table;
        capsules = new Capsules(table.streams().credit());
    }

    /** It will be the session: its content is capsules, which may come before the response. */
    void awaitsSession() {
        awaited = true;
    }

    /** From now on the content is capsules. */
    void becomesSession() {
        awaited = true;
        session = true;
    }

    /** Sends a field section. */
    void send(List<Field> fields) {
        write(new FrameWriter().frame(Http3FrameType.HEADERS, FieldSectionEncoder.encode(fields)));
    }

    private void write(FrameWriter frame) {
        byte[] bytes = frame.toByteArray(); // a few of a fresh stream, for which there is always room
        stream.write(bytes, 0, bytes.length);
    }

    /** Answers a request that is not for a session, and is done with it. */
    void answer(int status) {
        send(List.of(new Field(":status", Integer.toString(status))));
        stream.finish();
        stream.stopSending(Http3Error.NO_ERROR);
        over = true;
        table.forget(this);
    }

    /** Ends the session. */
    void close(long code, String text) {
        write(new FrameWriter().frame(Http3FrameType.DATA, Capsules.close(code, text)));
        stream.finish();
    }

    @Override
    boolean isOwn() {
        return !over;
    }

    @Override
    int buffered() {
        return frames.held() + capsules.held();
    }

    @Override
    void read(ByteBuffer bytes) throws Http3Exception {
        frames.read(bytes, this);
    }

    @Override
    public void frame(long type, byte[] payload) throws Http3Exception {
        if (type != Http3FrameType.HEADERS || session) {
            throw new Http3Exception(Http3Error.FRAME_UNEXPECTED, "a frame of type " + type + " on a request stream");
        }
        if (!over) {
            table.message(this, FieldSectionDecoder.decode(payload, MAX_FIELD_SECTION));
        }
    }

    @Override
    public void data(ByteBuffer piece) throws Http3Exception {
        if (over) {
            return;
        }
        if (!awaited) {
            throw new Http3Exception(Http3Error.FRAME_UNEXPECTED, "content before the request");
        }
        if (capsules.read(piece)) {
            over = true;
            table.sessionEnded(capsules.code(), capsules.text());
        }
    }

    @Override
    void ended() {
        over = true;
        if (session) {
            table.sessionEnded(0, "");
        } else {
            refuse(Http3Error.GENERAL_PROTOCOL_ERROR);
            table.forget(this);
        }
    }

    /** Gives up a request of which nothing was done. */
    void reject(long code) {
        over = true;
        refuse(code);
        table.forget(this);
    }
}
