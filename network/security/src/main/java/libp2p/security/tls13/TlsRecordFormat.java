package libp2p.security.tls13;

import java.nio.ByteBuffer;
import libp2p.security.records.RecordFormat;

/** TLS records (RFC 8446, section 5.1): type, version, two bytes of length. Thread-safe. */
public final class TlsRecordFormat implements RecordFormat {
    public static final TlsRecordFormat INSTANCE = new TlsRecordFormat();

    static final int HEADER = 5;
    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;
    /** The longest plaintext. */
    static final int MAX_PLAINTEXT = 1 << 14;
    /** The version that records tell for the sake of old middle boxes. */
    static final int LEGACY_VERSION = 0x0303;

    private static final int LENGTH_OFFSET = 3;
    private static final int MAX_CIPHERTEXT = MAX_PLAINTEXT + 256;

    private TlsRecordFormat() {}

    @Override
    public int headerLength() {
        return HEADER;
    }

    @Override
    public int recordLength(ByteBuffer buffer, int offset) throws TlsException {
        int type = Byte.toUnsignedInt(buffer.get(offset));
        if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
            throw new TlsException(Alert.UNEXPECTED_MESSAGE, "a record of type " + type + " is none of TLS");
        }
        int length = Short.toUnsignedInt(buffer.getShort(offset + LENGTH_OFFSET));
        int limit = type == APPLICATION_DATA ? MAX_CIPHERTEXT : MAX_PLAINTEXT;
        if (length > limit) {
            throw new TlsException(
                    Alert.RECORD_OVERFLOW, "a record of " + length + " bytes, more than the limit of " + limit);
        }
        return HEADER + length;
    }

    static void writeHeader(ByteBuffer buffer, int offset, int type, int length) {
        buffer.put(offset, (byte) type);
        buffer.putShort(offset + 1, (short) LEGACY_VERSION);
        buffer.putShort(offset + LENGTH_OFFSET, (short) length);
    }
}
