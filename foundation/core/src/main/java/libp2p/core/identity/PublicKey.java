package libp2p.core.identity;

import java.security.InvalidKeyException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A public key that was found well-formed and within the limits. Immutable; equal if type and bytes are.
 */
public final class PublicKey {
    private final KeyType type;
    private final byte[] data;
    private @Nullable PeerId peerId; // benign race

    private PublicKey(KeyType type, byte[] data) {
        this.type = type;
        this.data = data;
    }

    /**
     * A key from the bytes of its type: 32 bytes for Ed25519, a compressed point for secp256k1, PKIX for RSA and ECDSA.
     *
     * @throws MalformedKeyException if they are not such a key
     */
    public static PublicKey of(KeyType type, byte[] data) throws MalformedKeyException {
        return of(type, data, type.scheme()::checkPublicKey);
    }

    /** The key that a private one gave: a point of its curve, which need not be proved. */
    static PublicKey derived(KeyType type, byte[] data) throws MalformedKeyException {
        return of(type, data, type.scheme()::checkPublicKeyBeforeVerifying);
    }

    private interface Check {
        void check(byte[] publicKey) throws InvalidKeyException;
    }

    private static PublicKey of(KeyType type, byte[] data, Check check) throws MalformedKeyException {
        if (data.length > IdentityLimits.PUBLIC_KEY_BYTES) {
            throw new MalformedKeyException("public key of " + data.length + " bytes, more than the limit of "
                    + IdentityLimits.PUBLIC_KEY_BYTES);
        }
        byte[] copy = data.clone();
        try {
            check.check(copy);
        } catch (InvalidKeyException malformed) {
            throw new MalformedKeyException(String.valueOf(malformed.getMessage()), malformed);
        }
        return new PublicKey(type, copy);
    }

    /**
     * Decodes the key message of the specification.
     *
     * @throws MalformedKeyException if it is not the canonical encoding of a key
     */
    public static PublicKey fromProtobuf(byte[] bytes) throws MalformedKeyException {
        KeyMessage message = KeyMessage.decode("public key", bytes, IdentityLimits.PUBLIC_KEY_BYTES);
        return of(message.type(), message.data());
    }

    /**
     * Decodes the key message of the specification that arrives with a signature of the key. A third cheaper than to
     * decode it and to verify the signature afterwards, which would find the same.
     *
     * @param signed what the key has signed
     * @return the key, or null if the signature does not hold
     * @throws MalformedKeyException if the message is not the canonical encoding of a key
     */
    public static @Nullable PublicKey fromProtobuf(byte[] bytes, byte[] signed, byte[] signature)
            throws MalformedKeyException {
        KeyMessage message = KeyMessage.decode("public key", bytes, IdentityLimits.PUBLIC_KEY_BYTES);
        PublicKey key = of(message.type(), message.data(), message.type().scheme()::checkPublicKeyBeforeVerifying);
        if (key.verify(signed, signature)) {
            return key;
        }
        of(message.type(), message.data()); // says so if the key is the reason
        return null;
    }

    /** The canonical key message. */
    public byte[] toProtobuf() {
        return new KeyMessage(type, data).encode();
    }

    /** The type of the key. */
    public KeyType type() {
        return type;
    }

    /** A copy of the bytes in the form of the type. */
    public byte[] data() {
        return data.clone();
    }

    /** Whether the signature is this key's over the data; a malformed signature gives false. Takes about 0.1 ms. */
    public boolean verify(byte[] data, byte[] signature) {
        return signature.length <= IdentityLimits.SIGNATURE_BYTES
                && type.scheme().verify(this.data, data, signature);
    }

    /** The id of the peer that has this key. */
    public PeerId peerId() {
        PeerId id = peerId;
        if (id == null) {
            id = PeerId.ofKeyMessage(toProtobuf());
            peerId = id;
        }
        return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PublicKey key && type == key.type && Arrays.equals(data, key.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(data) + type.code();
    }

    @Override
    public String toString() {
        return "PublicKey[" + type + ", " + peerId() + "]";
    }
}
