package libp2p.core.identity;

import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.crypto.Signer;
import libp2p.crypto.algorithm.RandomSource;

/**
 * A private key. Signing is deterministic. Thread-safe; closing wipes the key, after which it can no longer sign or be
 * written. A key that lives as long as the program need not be closed.
 */
public final class PrivateKey implements AutoCloseable {
    private static final int ED25519_LENGTH = 32;

    private final Signer signer;
    private final PublicKey publicKey;
    private final byte[] data;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    private PrivateKey(Signer signer, PublicKey publicKey, byte[] data) {
        this.signer = signer;
        this.publicKey = publicKey;
        this.data = data;
    }

    /**
     * Makes a fresh key. RSA gets 2048 bits and takes up to seconds of computing, so call it through
     * {@link Environment#offload}.
     */
    public static PrivateKey generate(KeyType type, Environment environment) {
        return generate(type, environment::secureRandom);
    }

    static PrivateKey generate(KeyType type, RandomSource random) {
        byte[] secret = type.scheme().generatePrivateKey(random);
        try {
            return of(type, secret);
        } catch (MalformedKeyException impossible) {
            throw new IllegalStateException("a fresh " + type + " key is malformed", impossible);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /**
     * Decodes the key message of the specification, as go and rust write it into files. An Ed25519 key may be in the
     * old form with the public key twice; RSA and ECDSA keys may be in PKCS #8.
     *
     * @throws MalformedKeyException if it is not the canonical encoding of a key
     */
    public static PrivateKey fromProtobuf(byte[] bytes) throws MalformedKeyException {
        KeyMessage message = KeyMessage.decode("private key", bytes, IdentityLimits.PRIVATE_KEY_BYTES);
        byte[] secret = message.data();
        try {
            return message.type() == KeyType.ED25519 ? ed25519(secret) : of(message.type(), secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static PrivateKey ed25519(byte[] data) throws MalformedKeyException {
        int length = ED25519_LENGTH;
        if (data.length != 2 * length && data.length != 3 * length) {
            throw new MalformedKeyException("Ed25519 private key of " + data.length + " bytes, needs 64 or 96");
        }
        byte[] seed = Arrays.copyOf(data, length);
        try {
            PrivateKey key = of(KeyType.ED25519, seed);
            for (int from = length; from < data.length; from += length) {
                if (!Arrays.equals(data, from, from + length, key.data, length, 2 * length)) {
                    key.close();
                    throw new MalformedKeyException("Ed25519 private key holds a public key that is not its own");
                }
            }
            return key;
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** A key from the bytes that the scheme of its type uses; they are copied. */
    private static PrivateKey of(KeyType type, byte[] secret) throws MalformedKeyException {
        Signer signer;
        try {
            signer = type.scheme().signer(secret);
        } catch (InvalidKeyException malformed) {
            throw new MalformedKeyException(String.valueOf(malformed.getMessage()), malformed);
        }
        byte[] publicBytes = signer.publicKey();
        byte[] data = secret.clone();
        if (type == KeyType.ED25519) {
            Arrays.fill(data, (byte) 0);
            data = Arrays.copyOf(secret, 2 * ED25519_LENGTH);
            System.arraycopy(publicBytes, 0, data, ED25519_LENGTH, ED25519_LENGTH);
        }
        return new PrivateKey(signer, PublicKey.derived(type, publicBytes), data);
    }

    /**
     * The key message of the specification: the secret itself.
     *
     * @throws IllegalStateException once closed
     */
    public byte[] toProtobuf() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the private key is closed");
            }
            return new KeyMessage(publicKey.type(), data).encode();
        } finally {
            lock.unlock();
        }
    }

    /** The type of the key. */
    public KeyType type() {
        return publicKey.type();
    }

    /** The public half, which may be told to all peers. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /**
     * The signature over the data; takes about 0.1 ms, with RSA a few.
     *
     * @throws IllegalStateException once closed
     */
    public byte[] sign(byte[] data) {
        return signer.sign(data);
    }

    /** Wipes the key; idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            Arrays.fill(data, (byte) 0);
        } finally {
            lock.unlock();
        }
        signer.close();
    }

    /** The public half only. */
    @Override
    public String toString() {
        return "PrivateKey[" + type() + ", " + publicKey.peerId() + "]";
    }
}
