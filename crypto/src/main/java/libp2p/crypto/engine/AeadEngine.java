package libp2p.crypto.engine;

import libp2p.crypto.AeadAlgorithm;

/** An engine's AEADs. Thread-safe. */
public interface AeadEngine {
    /** A context for one direction under {@code key}, whose length was checked; the key is copied. */
    AeadContext context(AeadAlgorithm algorithm, byte[] key, boolean sealing);

    /** Whether direct buffers are processed faster than heap buffers. */
    boolean prefersDirect();
}
