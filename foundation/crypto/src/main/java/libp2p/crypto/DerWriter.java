package libp2p.crypto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes DER (X.690) elements as arrays. */
public final class DerWriter {
    private DerWriter() {}

    /** An element with the concatenation of the contents. */
    public static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] content : contents) {
            length += content.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int count = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | count);
            for (int i = count - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
        for (byte[] content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }

    /** A SEQUENCE of elements. */
    public static byte[] sequence(byte[]... elements) {
        return element(DerReader.SEQUENCE, elements);
    }

    /** An INTEGER. */
    public static byte[] integer(BigInteger value) {
        return element(DerReader.INTEGER, value.toByteArray());
    }

    /** A BIT STRING of whole bytes. */
    public static byte[] bits(byte[] content) {
        return element(DerReader.BIT_STRING, new byte[1], content);
    }
}
