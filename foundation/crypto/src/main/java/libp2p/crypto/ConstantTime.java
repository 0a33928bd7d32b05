package libp2p.crypto;

import java.security.MessageDigest;

/** Comparison of secrets. */
public final class ConstantTime {
    private ConstantTime() {}

    /** Whether the arrays are equal; the time taken depends on the lengths only. */
    public static boolean equal(byte[] a, byte[] b) {
        return MessageDigest.isEqual(a, b);
    }

    /** Whether all bytes are zero; the time taken depends on the length only. */
    public static boolean isZero(byte[] bytes) {
        int or = 0;
        for (byte b : bytes) {
            or |= b;
        }
        return or == 0;
    }
}
