package libp2p.security.tls13;

import java.util.Arrays;

/**
 * Reads numbers and vectors of the presentation language (RFC 8446, section 3) from an array. Input that does not fit
 * is a decode_error; nothing is allocated beyond the input.
 */
final class WireReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    WireReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    WireReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    boolean hasRemaining() {
        return at < end;
    }

    int uint8() throws TlsException {
        return number(1);
    }

    int uint16() throws TlsException {
        return number(2);
    }

    private int number(int length) throws TlsException {
        int value = 0;
        for (int i = claim(length); i < at; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    byte[] bytes(int length) throws TlsException {
        int from = claim(length);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** A reader over a vector whose length is told by so many bytes. */
    WireReader vector(int lengthBytes) throws TlsException {
        int length = number(lengthBytes);
        int from = claim(length);
        return new WireReader(bytes, from, at);
    }

    /** All that is left. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return rest;
    }

    void expectEnd() throws TlsException {
        if (at != end) {
            throw new TlsException(Alert.DECODE_ERROR, (end - at) + " bytes too many in a message");
        }
    }

    private int claim(int length) throws TlsException {
        if (length > end - at) {
            throw new TlsException(Alert.DECODE_ERROR, "a message ends too early");
        }
        int from = at;
        at += length;
        return from;
    }
}
