package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.VarIntReader;

/**
 * The capsules of a session (RFC 9297, section 3.2), of which CLOSE_WEBTRANSPORT_SESSION and those about limits are heard
 * and the others are skipped. Not thread-safe.
 */
final class Capsules {
    private static final long CLOSE_SESSION = 0x2843;
    private static final int MAX_TEXT = 1024;

    private enum State {
        TYPE,
        LENGTH,
        HEARD,
        SKIP,
        CLOSED
    }

    private final SessionCredit credit;
    private final VarIntReader integer = new VarIntReader();
    private State state = State.TYPE;
    private long type;
    private long left;
    private ByteBuffer payload = ByteBuffer.allocate(0);

    /** @param credit hears of the limits of the remote */
    Capsules(SessionCredit credit) {
        this.credit = credit;
    }

    /** Bytes that are held for a capsule. */
    int held() {
        return payload.capacity();
    }

    /**
     * Takes all bytes.
     *
     * @return whether the session has been closed by them
     * @throws Http3Exception if a capsule is malformed, or one follows that closes the session
     */
    boolean read(ByteBuffer in) throws Http3Exception {
        while (in.hasRemaining()) {
            switch (state) {
                case TYPE -> {
                    if (integer.read(in)) {
                        type = integer.value();
                        state = State.LENGTH;
                    }
                }
                case LENGTH -> {
                    if (integer.read(in)) {
                        begin(integer.value());
                    }
                }
                case HEARD -> {
                    int count = Math.min(in.remaining(), payload.remaining());
                    payload.put(in.slice(in.position(), count));
                    in.position(in.position() + count);
                    if (!payload.hasRemaining()) {
                        heard();
                    }
                }
                case SKIP -> {
                    int count = (int) Math.min(in.remaining(), left);
                    in.position(in.position() + count);
                    left -= count;
                    if (left == 0) {
                        state = State.TYPE;
                    }
                }
                case CLOSED ->
                    throw new Http3Exception(Http3Error.MESSAGE_ERROR, "bytes behind the end of the session");
            }
        }
        return state == State.CLOSED;
    }

    private void begin(long length) throws Http3Exception {
        if (type == CLOSE_SESSION) {
            expect("the end of a session", length, Integer.BYTES, Integer.BYTES + MAX_TEXT);
        } else if (credit.isHeard(type)) {
            expect("a limit of a session", length, 1, Long.BYTES);
        } else {
            left = length;
            state = length == 0 ? State.TYPE : State.SKIP;
        }
    }

    private void expect(String what, long length, int least, int most) throws Http3Exception {
        if (length < least || length > most) {
            throw new Http3Exception(
                    Http3Error.MESSAGE_ERROR, what + " with " + length + " bytes, not in " + least + ".." + most);
        }
        payload = ByteBuffer.allocate((int) length);
        state = State.HEARD;
    }

    /** A capsule has come as a whole. */
    private void heard() throws Http3Exception {
        if (type == CLOSE_SESSION) {
            state = State.CLOSED;
            return;
        }
        state = State.TYPE;
        payload.flip();
        if (!integer.read(payload) || payload.hasRemaining()) {
            throw new Http3Exception(Http3Error.MESSAGE_ERROR, "a limit of a session that is no integer");
        }
        credit.capsule(type, integer.value());
    }

    /** The code with which the session was closed. */
    long code() {
        return Integer.toUnsignedLong(payload.getInt(0));
    }

    /** The reason for which the session was closed. */
    String text() {
        byte[] bytes = payload.array();
        return new String(bytes, Integer.BYTES, bytes.length - Integer.BYTES, StandardCharsets.UTF_8);
    }

    /** The capsule that closes a session; text beyond the bound is cut off. */
    static byte[] close(long code, String text) {
        byte[] utf = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf.length, MAX_TEXT);
        while (length < utf.length && length > 0 && (utf[length] & 0xc0) == 0x80) {
            length--; // not inside a character
        }
        byte[] value = ByteBuffer.allocate(Integer.BYTES + length)
                .putInt((int) code)
                .put(Arrays.copyOf(utf, length))
                .array();
        return new FrameWriter().frame(CLOSE_SESSION, value).toByteArray();
    }
}
