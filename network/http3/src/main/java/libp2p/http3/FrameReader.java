package libp2p.http3;

import java.nio.ByteBuffer;

/**
 * Cuts the bytes of one stream into frames (RFC 9114, section 7.1). The payload of DATA is handed on in pieces, that of
 * other known types as a whole, and unknown types are skipped (section 9). Not thread-safe.
 */
public final class FrameReader {
    private static final int LARGEST_ID = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int maxSettings;
    private final int maxFieldSection;
    private final VarIntReader integer = new VarIntReader();
    private State state = State.TYPE;
    private long type;
    private long left;
    private ByteBuffer payload = NOTHING;

    private enum State {
        TYPE,
        LENGTH,
        PAYLOAD,
        PIECES,
        SKIP
    }

    /** Takes the frames; may be called often by one {@link #read}. */
    public interface Handler {
        /** A frame of a known type other than DATA has come as a whole. */
        void frame(long type, byte[] payload) throws Http3Exception;

        /** Some bytes of DATA frames, to be read at once; none when a frame begins. */
        void data(ByteBuffer piece) throws Http3Exception;
    }

    /**
     * A reader at the start of a frame.
     *
     * @param maxSettings bytes of a SETTINGS frame
     * @param maxFieldSection bytes of a HEADERS frame
     */
    public FrameReader(int maxSettings, int maxFieldSection) {
        this.maxSettings = maxSettings;
        this.maxFieldSection = maxFieldSection;
    }

    /**
     * Takes all bytes.
     *
     * @throws Http3Exception if a frame is too long or of a type that HTTP/3 forbids, or by the handler
     */
    public void read(ByteBuffer in, Handler handler) throws Http3Exception {
        boolean going = true;
        while (going) {
            going = switch (state) {
                case TYPE -> readType(in);
                case LENGTH -> readLength(in, handler);
                case PAYLOAD -> readPayload(in, handler);
                case PIECES, SKIP -> readPieces(in, handler);
            };
        }
    }

    /** Whether the bytes so far end between two frames. */
    public boolean isBetweenFrames() {
        return state == State.TYPE && !integer.isInside();
    }

    /** Bytes that are held for a frame which has not come as a whole. */
    public int held() {
        return payload.capacity();
    }

    private boolean readType(ByteBuffer in) throws Http3Exception {
        if (!integer.read(in)) {
            return false;
        }
        type = integer.value();
        if (Http3FrameType.isOfHttp2(type)) {
            throw new Http3Exception(Http3Error.FRAME_UNEXPECTED, "a frame of HTTP/2, type " + type);
        }
        state = State.LENGTH;
        return true;
    }

    private boolean readLength(ByteBuffer in, Handler handler) throws Http3Exception {
        if (!integer.read(in)) {
            return false;
        }
        left = integer.value();
        if (type == Http3FrameType.DATA) {
            state = State.PIECES;
            handler.data(NOTHING);
        } else {
            int most = most(type);
            if (most < 0) {
                state = State.SKIP;
            } else if (left > most) {
                throw new Http3Exception(
                        Http3Error.EXCESSIVE_LOAD,
                        "a frame of type " + type + " with " + left + " bytes, more than the limit of " + most);
            } else {
                payload = ByteBuffer.allocate((int) left);
                state = State.PAYLOAD;
            }
        }
        return true;
    }

    /** The longest payload of a type, or -1 if it is not known. */
    private int most(long frame) {
        if (frame == Http3FrameType.HEADERS || frame == Http3FrameType.PUSH_PROMISE) {
            return maxFieldSection;
        }
        if (frame == Http3FrameType.SETTINGS) {
            return maxSettings;
        }
        boolean isId = frame == Http3FrameType.GOAWAY
                || frame == Http3FrameType.CANCEL_PUSH
                || frame == Http3FrameType.MAX_PUSH_ID;
        return isId ? LARGEST_ID : -1;
    }

    private boolean readPayload(ByteBuffer in, Handler handler) throws Http3Exception {
        int count = Math.min(in.remaining(), payload.remaining());
        payload.put(payload.position(), in, in.position(), count).position(payload.position() + count);
        in.position(in.position() + count);
        if (payload.hasRemaining()) {
            return false;
        }
        byte[] whole = payload.array();
        payload = NOTHING;
        state = State.TYPE;
        handler.frame(type, whole);
        return true;
    }

    private boolean readPieces(ByteBuffer in, Handler handler) throws Http3Exception {
        int count = (int) Math.min(in.remaining(), left);
        if (state == State.PIECES && count > 0) {
            handler.data(in.slice(in.position(), count));
        }
        in.position(in.position() + count);
        left -= count;
        if (left > 0) {
            return false;
        }
        state = State.TYPE;
        return true;
    }
}
