package libp2p.crypto.engine;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import libp2p.crypto.algorithm.RandomSource;

/** Lets the key generators of the JDK draw from a {@link RandomSource}; it has no randomness of its own. */
public final class RandomSourceAdapter extends SecureRandom {
    private static final long serialVersionUID = 1;

    /** Over a source. */
    public RandomSourceAdapter(RandomSource source) {
        super(new Spi(source), null);
    }

    private static final class Spi extends SecureRandomSpi {
        private static final long serialVersionUID = 1;

        private final transient RandomSource source;

        Spi(RandomSource source) {
            this.source = source;
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            // The source decides; more seed from here would make a run depend on more than the source.
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            source.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            return source.bytes(length);
        }
    }
}
