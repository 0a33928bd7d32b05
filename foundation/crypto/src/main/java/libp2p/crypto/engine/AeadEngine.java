package libp2p.crypto.engine;

import libp2p.crypto.algorithm.AeadAlgorithm;

/** An engine's AEADs. Thread-safe. */
public interface AeadEngine {
    /** A context for one direction under {@code key}, whose length was checked; the key is copied. */
    AeadContext context(AeadAlgorithm algorithm, byte[] key, boolean sealing);

    /** The same for packets, whose nonce is the vector of 12 bytes with the packet number added by exclusive or. */
    default PacketContext packetContext(AeadAlgorithm algorithm, byte[] key, byte[] vector, boolean sealing) {
        return PacketContext.over(context(algorithm, key, sealing), vector);
    }

    /** Header protection (RFC 9001, section 5.4) that goes with an AEAD. */
    default MaskContext maskContext(AeadAlgorithm algorithm, byte[] key) {
        return algorithm == AeadAlgorithm.CHACHA20_POLY1305 ? new ChaChaMask(key) : new AesMask(key);
    }

    /** Whether direct buffers are processed faster than heap buffers. */
    boolean prefersDirect();
}
