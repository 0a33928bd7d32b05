package libp2p.secio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.crypto.ConstantTime;
import libp2p.security.records.RecordBuffers;
import libp2p.security.records.RecordCipher;
import org.jspecify.annotations.Nullable;

/**
 * Records: four bytes of length, AES-128 in counter mode that goes on from record to record, HMAC-SHA256 of the
 * ciphertext.
 */
final class SecioRecords implements RecordCipher {
    private static final int IV = 16;
    private static final int CIPHER_KEY = 16;
    private static final int MAC_KEY = 20;
    /** Bytes of the keys of one direction. */
    static final int KEYS = IV + CIPHER_KEY + MAC_KEY;

    private static final int CODE = 32;
    private static final int MAX_SENT = 64 << 10;
    /** Of a received record without its header. */
    private static final int MAX_RECEIVED = RecordBuffers.LARGE - Integer.BYTES;
    /** Records without data that a peer may send in a row. */
    private static final int MAX_EMPTY = 32;

    private @Nullable Direction sending;
    private @Nullable Direction receiving;
    private int empty;

    /** Takes the keys over and erases the arrays. */
    SecioRecords(byte[] sending, byte[] receiving) {
        this.sending = new Direction(sending);
        this.receiving = new Direction(receiving);
    }

    /** Cipher and code of one direction. */
    private static final class Direction {
        private final Cipher cipher;
        private final Mac mac;

        Direction(byte[] keys) {
            try {
                cipher = Cipher.getInstance("AES/CTR/NoPadding");
                cipher.init(
                        Cipher.ENCRYPT_MODE, // which is decryption too in this mode
                        new SecretKeySpec(keys, IV, CIPHER_KEY, "AES"),
                        new IvParameterSpec(keys, 0, IV));
                mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(keys, IV + CIPHER_KEY, MAC_KEY, "HmacSHA256"));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every JDK has AES and HMAC", impossible);
            } finally {
                Arrays.fill(keys, (byte) 0);
            }
        }

        void crypt(ByteBuffer buffer, int offset, int length) {
            byte[] bytes = new byte[length];
            buffer.get(offset, bytes);
            byte[] crypted = cipher.update(bytes); // null for none
            if (crypted != null) {
                buffer.put(offset, crypted);
            }
        }

        byte[] code(ByteBuffer buffer, int offset, int length) {
            mac.update(buffer.duplicate().limit(offset + length).position(offset));
            return mac.doFinal();
        }
    }

    @Override
    public int headerLength() {
        return Integer.BYTES;
    }

    @Override
    public int trailerLength() {
        return CODE;
    }

    @Override
    public int maxPlaintext() {
        return MAX_SENT;
    }

    @Override
    public void seal(ByteBuffer buffer, int offset, int length) throws IOException {
        Direction keys = sending;
        if (keys == null) {
            throw new IOException("SECIO: the sending direction is closed");
        }
        keys.crypt(buffer, offset, length);
        buffer.put(offset + length, keys.code(buffer, offset, length));
        buffer.putInt(offset - Integer.BYTES, length + CODE);
    }

    @Override
    public int recordLength(ByteBuffer buffer, int offset) throws ProtocolViolationException {
        int length = buffer.getInt(offset);
        if (length < CODE || length > MAX_RECEIVED) {
            throw violation(
                    "a record of " + Integer.toUnsignedString(length) + " bytes, not " + CODE + " to " + MAX_RECEIVED);
        }
        return Integer.BYTES + length;
    }

    @Override
    public int open(ByteBuffer buffer, int offset, int recordLength) throws IOException {
        Direction keys = receiving;
        if (keys == null) {
            throw new IOException("SECIO: the receiving direction is closed");
        }
        int start = offset + Integer.BYTES;
        int length = recordLength - Integer.BYTES - CODE;
        byte[] code = new byte[CODE];
        buffer.get(start + length, code);
        if (!ConstantTime.equal(code, keys.code(buffer, start, length))) {
            throw violation("a record is not authentic");
        }
        keys.crypt(buffer, start, length);
        empty = length == 0 ? empty + 1 : 0;
        if (empty > MAX_EMPTY) {
            throw violation("more than the limit of " + MAX_EMPTY + " records without data in a row");
        }
        return length;
    }

    @Override
    public void closeInput() {
        receiving = null;
    }

    @Override
    public void closeOutput() {
        sending = null;
    }

    private static ProtocolViolationException violation(String what) {
        return new ProtocolViolationException(Secio.PROTOCOL, what);
    }
}
