package libp2p.crypto;

import java.util.Objects;
import libp2p.crypto.algorithm.AeadAlgorithm;
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

    /**
     * One direction of packet protection (RFC 9001, section 5.3) under {@code key}, which is copied. The caller closes
     * it.
     *
     * @param vector the initialisation vector of 12 bytes, to which packet numbers are added by exclusive or
     * @param sealing whether it seals; otherwise it opens
     * @throws IllegalArgumentException if key or vector have the wrong length
     */
    public PacketCipher packetCipher(byte[] key, byte[] vector, boolean sealing) {
        if (vector.length != AeadAlgorithm.NONCE_LENGTH) {
            throw new IllegalArgumentException("vector of " + vector.length + " bytes, needs 12");
        }
        return new PacketCipher(engine.packetContext(algorithm, checked(key), vector, sealing));
    }

    /**
     * Header protection (RFC 9001, section 5.4) under {@code key}, which is copied. The caller closes it.
     *
     * @throws IllegalArgumentException if the key has the wrong length
     */
    public HeaderMask headerMask(byte[] key) {
        return new HeaderMask(engine.maskContext(algorithm, checked(key)));
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
