package libp2p.core.protobuf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import libp2p.multiformats.Limits;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message after the other from a stream on which each follows its length as an unsigned varint. It reads
 * ahead up to {@value #READ_AHEAD} bytes, so that several short messages cost one read of the stream; what comes behind
 * a message belongs to this reader, and the stream may not be read beside it. For one thread at a time.
 */
public final class DelimitedReader {
    private static final int READ_AHEAD = 1024;
    private static final int FIRST_PIECE = 8 << 10;

    private final String message;
    private final InputStream in;
    private final int maxBytes;
    private final byte[] prefix = new byte[Limits.VARINT_BYTES];
    private final byte[] ahead = new byte[READ_AHEAD];
    private int position;
    private int limit;

    /**
     * @param message name of a message, for errors
     * @param maxBytes how long a message may be
     */
    public DelimitedReader(String message, InputStream in, int maxBytes) {
        this.message = message;
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * Reads the next message; blocks. Memory is taken as the bytes come, not when their number is announced.
     *
     * @return the message, or null if the stream ends before it
     * @throws ProtobufException if the length is malformed or more than the limit
     * @throws EOFException if the stream ends inside the message
     */
    public byte @Nullable [] readOrEnd() throws IOException {
        if (position == limit && !fill()) {
            return null;
        }
        long length = length();
        if (length > maxBytes) {
            throw new ProtobufException(message + ": " + length + " bytes, more than the limit of " + maxBytes);
        }
        return body((int) length);
    }

    /**
     * As {@link #readOrEnd}, but the message must be there.
     *
     * @throws EOFException if the stream ends before or inside the message
     */
    public byte[] read() throws IOException {
        byte[] bytes = readOrEnd();
        if (bytes == null) {
            throw new EOFException(message + ": the stream ends before it");
        }
        return bytes;
    }

    /**
     * Whether bytes behind the last message have been read already, so that the next read may return without waiting.
     */
    public boolean hasReadAhead() {
        return position < limit;
    }

    private long length() throws IOException {
        int count = 0;
        do {
            if (position == limit && !fill()) {
                throw new EOFException(message + ": the stream ends inside its length");
            }
            if (count == prefix.length) {
                throw new ProtobufException(message + ": its length has more than " + prefix.length + " bytes");
            }
            prefix[count++] = ahead[position++];
        } while (prefix[count - 1] < 0);
        try {
            return Varint.decode(prefix, 0, count);
        } catch (MalformedException malformed) {
            throw new ProtobufException(message + ": " + malformed.getMessage());
        }
    }

    private boolean fill() throws IOException {
        int count = in.read(ahead, 0, ahead.length);
        position = 0;
        limit = Math.max(0, count);
        return count > 0;
    }

    private byte[] body(int length) throws IOException {
        int done = Math.min(length, limit - position);
        byte[] bytes = Arrays.copyOfRange(ahead, position, position + Math.max(done, Math.min(length, FIRST_PIECE)));
        position += done;
        while (done < length) {
            if (done == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * done));
            }
            int count = in.read(bytes, done, bytes.length - done);
            if (count < 0) {
                throw new EOFException(message + ": the stream ends after " + done + " of " + length + " bytes");
            }
            done += count;
        }
        return bytes;
    }
}
