package libp2p.crypto.engine.bouncycastle;

import libp2p.crypto.engine.X25519Engine;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** X25519 of BouncyCastle. */
public final class BcX25519 implements X25519Engine {
    @Override
    public byte[] publicKey(byte[] privateKey) {
        byte[] publicKey = new byte[X25519.POINT_SIZE];
        X25519.scalarMultBase(privateKey, 0, publicKey, 0);
        return publicKey;
    }

    @Override
    public byte[] agree(byte[] privateKey, byte[] publicKey) {
        byte[] secret = new byte[X25519.POINT_SIZE];
        X25519.scalarMult(privateKey, 0, publicKey, 0, secret, 0);
        return secret;
    }
}
