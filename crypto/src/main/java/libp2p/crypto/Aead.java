package libp2p.crypto;

import java.util.Objects;
import libp2p.crypto.engine.AeadEngine;

/** Makes keyed directions of one AEAD algorithm with one engine. Thread-safe. */
public final class Aead {
    private final AeadAlgorithm algorithm;
    private final AeadEngine engine;

    Aead(AeadAlgorithm algorithm, AeadEngine engine) {
        this.algorithm = algorithm;
        this.engine = engine;
    }

    /** The algorithm. */
    public AeadAlgorithm algorithm() {
        return algorithm;
    }

    /** Whether direct buffers are the faster ones with this engine; with the others heap buffers are. */
    public boolean prefersDirect() {
        return engine.prefersDirect();
    }

    /**
     * The sending direction under {@code key}, which is copied. The caller closes it.
     *
     * @throws IllegalArgumentException if the key has the wrong length
     */
    public AeadSealer sealer(byte[] key) {
        return new AeadSealer(algorithm, engine.context(algorithm, checked(key), true));
    }

    /**
     * The receiving direction under {@code key}, which is copied. The caller closes it.
     *
     * @throws IllegalArgumentException if the key has the wrong length
     */
    public AeadOpener opener(byte[] key) {
        return new AeadOpener(algorithm, engine.context(algorithm, checked(key), false));
    }

    private byte[] checked(byte[] key) {
        Objects.requireNonNull(key, "key");
        if (key.length != algorithm.keyLength()) {
            throw new IllegalArgumentException(
                    algorithm + " key of " + key.length + " bytes, needs " + algorithm.keyLength());
        }
        return key;
    }
}
