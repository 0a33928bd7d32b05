package libp2p.security.tls13;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts handshake messages together from the records they were cut into (RFC 8446, section 5.1). Memory grows with the
 * bytes that come, not with the length that is told. One thread.
 */
public final class MessageAssembler {
    private static final byte[] EMPTY = {};

    private final int maxMessage;
    private byte[] bytes = EMPTY;
    private int start;

    /** @param maxMessage how long a message may be */
    public MessageAssembler(int maxMessage) {
        this.maxMessage = maxMessage;
    }

    /**
     * Takes the next bytes.
     *
     * @throws TlsException if there are none, or a message is longer than the limit
     */
    public void add(ByteBuffer buffer, int offset, int length) throws TlsException {
        if (length == 0) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "an empty handshake record");
        }
        int before = bytes.length - start;
        byte[] joined = new byte[before + length];
        System.arraycopy(bytes, start, joined, 0, before);
        buffer.get(offset, joined, before, length);
        bytes = joined;
        start = 0;
        if (messageLength() > maxMessage) {
            throw new TlsException(
                    Alert.DECODE_ERROR,
                    "a handshake message of " + messageLength() + " bytes, more than the limit of " + maxMessage);
        }
    }

    /** The next message if it is complete, or null. */
    public byte @Nullable [] poll() {
        int length = messageLength();
        if (length < 0 || bytes.length - start < length) {
            return null;
        }
        byte[] message = Arrays.copyOfRange(bytes, start, start + length);
        start += length;
        if (start == bytes.length) {
            bytes = EMPTY;
            start = 0;
        }
        return message;
    }

    /** Whether no part of a message is left. */
    public boolean isEmpty() {
        return bytes.length == start;
    }

    /** The length of the first message with its header, or -1 if it is not known yet. */
    private int messageLength() {
        if (bytes.length - start < HandshakeType.HEADER) {
            return -1;
        }
        return HandshakeType.HEADER
                + ((bytes[start + 1] & 0xff) << 16 | (bytes[start + 2] & 0xff) << 8 | bytes[start + 3] & 0xff);
    }
}
