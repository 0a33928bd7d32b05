package libp2p.crypto.algorithm;

import java.security.SecureRandom;

/**
 * Source of key material. Nothing in this module makes randomness of its own; the caller passes it in, so that a
 * seeded run is repeatable.
 *
 * <p>A {@code SecureRandom} fits as {@code random::nextBytes}. Outside tests and simulations the source must be
 * cryptographically secure. It must be safe for the threads that use it.
 */
@FunctionalInterface
public interface RandomSource {
    /** Fills the whole array with unpredictable bytes. */
    void nextBytes(byte[] bytes);

    /** {@code length} fresh bytes. */
    default byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        nextBytes(bytes);
        return bytes;
    }

    /** The secure generator of the platform. Thread-safe. */
    static RandomSource system() {
        return new SecureRandom()::nextBytes;
    }
}
