package libp2p.transports.webtransport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import libp2p.http3.FrameWriter;
import libp2p.http3.Http3Error;
import libp2p.http3.Http3Exception;
import libp2p.http3.VarIntReader;

/**
 * The capsules of a session (RFC 9297, section 3.2), of which CLOSE_WEBTRANSPORT_SESSION is heard and the others are
 * skipped. Not thread-safe.
 */
final class Capsules {
    private static final long CLOSE_SESSION = 0x2843;
    private static final int MAX_TEXT = 1024;

    private enum State {
        TYPE,
        LENGTH,
        CLOSING,
        SKIP,
        CLOSED
    }

    private final VarIntReader integer = new VarIntReader();
    private State state = State.TYPE;
    private long type;
    private long left;
    private ByteBuffer closing = ByteBuffer.allocate(0);

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
                case CLOSING -> {
                    int count = Math.min(in.remaining(), closing.remaining());
                    closing.put(in.slice(in.position(), count));
                    in.position(in.position() + count);
                    if (!closing.hasRemaining()) {
                        state = State.CLOSED;
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
        if (type != CLOSE_SESSION) {
            left = length;
            state = length == 0 ? State.TYPE : State.SKIP;
            return;
        }
        if (length < Integer.BYTES || length > Integer.BYTES + MAX_TEXT) {
            throw new Http3Exception(
                    Http3Error.MESSAGE_ERROR,
                    "the end of a session with " + length + " bytes, not in 4.." + (Integer.BYTES + MAX_TEXT));
        }
        closing = ByteBuffer.allocate((int) length);
        state = State.CLOSING;
    }

    /** The code with which the session was closed. */
    long code() {
        return Integer.toUnsignedLong(closing.getInt(0));
    }

    /** The reason for which the session was closed. */
    String text() {
        byte[] bytes = closing.array();
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
