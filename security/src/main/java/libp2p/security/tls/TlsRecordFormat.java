package libp2p.security.tls;

import java.nio.ByteBuffer;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.security.record.RecordFormat;

/** TLS records (RFC 8446, section 5.1): type, version, two bytes of length. Thread-safe. */
final class TlsRecordFormat implements RecordFormat {
    static final TlsRecordFormat INSTANCE = new TlsRecordFormat();

    private static final int HEADER = 5;
    private static final int LENGTH_OFFSET = 3;
    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 23;
    /** The longest ciphertext (RFC 8446, section 5.2). */
    private static final int MAX_CIPHERTEXT = (1 << 14) + 256;

    private TlsRecordFormat() {}

    @Override
    public int headerLength() {
        return HEADER;
    }

    @Override
    public int recordLength(ByteBuffer buffer, int offset) throws ProtocolViolationException {
        int type = Byte.toUnsignedInt(buffer.get(offset));
        if (type < FIRST_TYPE || type > LAST_TYPE) {
            throw new ProtocolViolationException(Tls.PROTOCOL, "a record of type " + type + " is none of TLS");
        }
        int length = Short.toUnsignedInt(buffer.getShort(offset + LENGTH_OFFSET));
        if (length > MAX_CIPHERTEXT) {
            throw new ProtocolViolationException(
                    Tls.PROTOCOL, "a record of " + length + " bytes, more than the limit of " + MAX_CIPHERTEXT);
        }
        return HEADER + length;
    }
}
