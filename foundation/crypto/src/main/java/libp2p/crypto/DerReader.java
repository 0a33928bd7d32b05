package libp2p.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads DER (X.690): definite lengths in the shortest form only, never past the end. Malformed input throws
 * {@link DerException}. Nothing is allocated beyond the size of the input.
 */
public final class DerReader {
    /** The tag of INTEGER. */
    public static final int INTEGER = 0x02;
    /** The tag of BIT STRING. */
    public static final int BIT_STRING = 0x03;
    /** The tag of OCTET STRING. */
    public static final int OCTET_STRING = 0x04;
    /** The tag of NULL. */
    public static final int NULL = 0x05;
    /** The tag of OBJECT IDENTIFIER. */
    public static final int OBJECT_IDENTIFIER = 0x06;
    /** The tag of SEQUENCE. */
    public static final int SEQUENCE = 0x30;

    /** The input is not the DER that was expected. */
    public static final class DerException extends Exception {
        private static final long serialVersionUID = 1;

        /** @param message the defect of the bytes */
        public DerException(String message) {
            super(message);
        }
    }

    private final byte[] bytes;
    private final int end;
    private int at;

    /** A reader over an array, which must not change while it is used. */
    public DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** Whether the next element has the tag. */
    public boolean hasNext(int tag) {
        return at < end && (bytes[at] & 0xff) == tag;
    }

    /** A reader over the content of the next element, which this one steps over. */
    public DerReader enter(int tag) throws DerException {
        if (!hasNext(tag)) {
            throw new DerException("DER tag 0x%02x expected".formatted(tag));
        }
        at++;
        int length = length();
        if (length > end - at) {
            throw new DerException("DER length " + length + " past the end");
        }
        at += length;
        return new DerReader(bytes, at - length, at);
    }

    /** The content of the next element. */
    public byte[] content(int tag) throws DerException {
        DerReader inner = enter(tag);
        return Arrays.copyOfRange(bytes, inner.at, inner.end);
    }

    /** The next element with its tag and length, whatever its content is. */
    public byte[] whole(int tag) throws DerException {
        int start = at;
        enter(tag);
        return Arrays.copyOfRange(bytes, start, at);
    }

    /** The tag of the next element, or -1 at the end. */
    public int tag() {
        return at < end ? bytes[at] & 0xff : -1;
    }

    /** The content of a BIT STRING of whole bytes. */
    public byte[] bits() throws DerException {
        byte[] content = content(BIT_STRING);
        if (content.length == 0 || content[0] != 0) {
            throw new DerException("DER BIT STRING of whole bytes expected");
        }
        return Arrays.copyOfRange(content, 1, content.length);
    }

    /** A non-negative INTEGER in the shortest form. */
    public BigInteger unsigned() throws DerException {
        byte[] content = content(INTEGER);
        if (content.length == 0 || content[0] < 0) {
            throw new DerException("DER INTEGER is empty or negative");
        }
        if (content.length > 1 && content[0] == 0 && content[1] >= 0) {
            throw new DerException("DER INTEGER has needless zeros");
        }
        return new BigInteger(content);
    }

    /** Steps over the next element, which must have this content. */
    public void expect(int tag, byte[] content) throws DerException {
        if (!Arrays.equals(content(tag), Objects.requireNonNull(content))) {
            throw new DerException("DER element 0x%02x has an unexpected value".formatted(tag));
        }
    }

    /** There must be no further element. */
    public void expectEnd() throws DerException {
        if (at != end) {
            throw new DerException("DER has " + (end - at) + " bytes too many");
        }
    }

    private int length() throws DerException {
        int first = next();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 3) {
            throw new DerException("DER length form 0x%02x not allowed".formatted(first));
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = length << 8 | next();
        }
        if (length < 0x80 || length >>> (8 * (count - 1)) == 0) {
            throw new DerException("DER length is not in the shortest form");
        }
        return length;
    }

    private int next() throws DerException {
        if (at == end) {
            throw new DerException("DER ends too early");
        }
        return bytes[at++] & 0xff;
    }
}
