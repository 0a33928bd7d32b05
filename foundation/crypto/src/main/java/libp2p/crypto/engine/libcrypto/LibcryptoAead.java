package libp2p.crypto.engine.libcrypto;

import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;
import libp2p.crypto.engine.AeadEngine;
import libp2p.crypto.engine.EngineUnavailableException;
import libp2p.crypto.engine.MaskContext;
import libp2p.crypto.engine.PacketContext;

/** The AEADs of libcrypto; packets by the functions of its provider where it has providers, since OpenSSL 3.0. */
public final class LibcryptoAead implements AeadEngine {
    /** Looked for when the first packet is sealed or opened: TCP needs none of these functions. */
    private static final class Packets {
        static final boolean BY_PROVIDER = ProviderFunctions.LOADED.functions() != null;
    }

    /** Binds the functions. */
    public LibcryptoAead() throws EngineUnavailableException {
        CipherFunctions.LOADED.get();
        Library.loaded().require(PacketFunctions.AES_128_ECB, PacketFunctions.AES_256_ECB, PacketFunctions.CHACHA20);
    }

    @Override
    public AeadContext context(AeadAlgorithm algorithm, byte[] key, boolean sealing) {
        return new LibcryptoAeadContext(algorithm, key, sealing);
    }

    @Override
    public PacketContext packetContext(AeadAlgorithm algorithm, byte[] key, byte[] vector, boolean sealing) {
        return Packets.BY_PROVIDER
                ? new ProviderPacketContext(algorithm, key, vector, sealing)
                : new LibcryptoPacketContext(algorithm, key, vector, sealing);
    }

    @Override
    public MaskContext maskContext(AeadAlgorithm algorithm, byte[] key) {
        return Packets.BY_PROVIDER ? new ProviderMaskContext(algorithm, key) : new LibcryptoMaskContext(algorithm, key);
    }

    @Override
    public boolean prefersDirect() {
        return true;
    }
}
