package libp2p.crypto.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** Header protection by one block of AES (RFC 9001, section 5.4.3). */
final class AesMask implements MaskContext {
    private static final int BLOCK = 16;

    private final Cipher cipher;
    private final byte[] block = new byte[BLOCK];
    private final ByteBuffer view = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);

    /** @param key of AES */
    AesMask(byte[] key) {
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no AES", missing);
        }
    }

    @Override
    public long mask(byte[] sample, int offset) {
        try {
            cipher.update(sample, offset, BLOCK, block, 0);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("the JDK refused a block", impossible);
        }
        return view.getLong(0);
    }

    /** The JDK keeps its own copy of the key, which only the garbage collector removes. */
    @Override
    public void free() {}
}
