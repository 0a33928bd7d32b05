package libp2p.crypto.engine.libcrypto;

import libp2p.crypto.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;
import libp2p.crypto.engine.AeadEngine;
import libp2p.crypto.engine.EngineUnavailableException;

/** The AEADs of libcrypto. */
public final class LibcryptoAead implements AeadEngine {
    /** Binds the functions. */
    public LibcryptoAead() throws EngineUnavailableException {
        CipherFunctions.LOADED.get();
    }

    @Override
    public AeadContext context(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
        return new LibcryptoAeadContext(algorithm, key, sealing);
    }

    @Override
    public boolean prefersDirect() {
        return true;
    }
}
