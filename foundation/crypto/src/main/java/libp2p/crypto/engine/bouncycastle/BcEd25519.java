package libp2p.crypto.engine.bouncycastle;

import libp2p.crypto.engine.Ed25519Engine;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 of BouncyCastle.
 *
 * <p>Its verification multiplies the equation by a number that depends on the signature, and so gives arbitrary answers
 * where the public key or the nonce point has a component of small order. Only crafted ones have: they are found out,
 * and left to an engine that checks the equation as it stands.
 */
public final class BcEd25519 implements Ed25519Engine {
    private final Ed25519Engine exact;

    /** With an engine for the crafted cases. */
    public BcEd25519(Ed25519Engine exact) {
        this.exact = exact;
    }

    @Override
    public byte[] publicKey(byte[] seed) {
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        return publicKey;
    }

    @Override
    public byte[] sign(byte[] seed, byte[] publicKey, byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (!Ed25519.validatePublicKeyFull(publicKey, 0) || !Ed25519.validatePublicKeyFull(signature, 0)) {
            return exact.verify(publicKey, message, signature);
        }
        return Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    }
}
