package libp2p.crypto;

import java.security.InvalidKeyException;
import libp2p.crypto.algorithm.RandomSource;
import libp2p.crypto.engine.X25519Engine;

/** X25519 key agreement (RFC 7748). Thread-safe; nothing blocks. */
public final class X25519 {
    /** Length of private keys, public keys and shared secrets in bytes. */
    public static final int LENGTH = 32;

    private final X25519Engine agreement;
    private final X25519Engine base;

    X25519(X25519Engine agreement, X25519Engine base) {
        this.agreement = agreement;
        this.base = base;
    }

    /** A fresh private key; any 32 bytes are one. */
    public byte[] generatePrivateKey(RandomSource random) {
        return random.bytes(LENGTH);
    }

    /**
     * The public key of a private key.
     *
     * @throws IllegalArgumentException if the private key is not 32 bytes long
     */
    public byte[] publicKey(byte[] privateKey) {
        return base.publicKey(checkedPrivate(privateKey));
    }

    /**
     * The shared secret of 32 bytes.
     *
     * @throws InvalidKeyException if the public key is not 32 bytes long or has small order, so that the secret would
     *     be zero
     * @throws IllegalArgumentException if the private key is not 32 bytes long
     */
    public byte[] agree(byte[] privateKey, byte[] publicKey) throws InvalidKeyException {
        checkedPrivate(privateKey);
        if (publicKey.length != LENGTH) {
            throw new InvalidKeyException("X25519 public key of " + publicKey.length + " bytes, needs 32");
        }
        byte[] secret = agreement.agree(privateKey, publicKey);
        if (ConstantTime.isZero(secret)) {
            throw new InvalidKeyException("X25519 public key of small order");
        }
        return secret;
    }

    private static byte[] checkedPrivate(byte[] privateKey) {
        if (privateKey.length != LENGTH) {
            throw new IllegalArgumentException("X25519 private key of " + privateKey.length + " bytes, needs 32");
        }
        return privateKey;
    }
}
