package libp2p.core.identity;

import libp2p.crypto.Crypto;
import libp2p.crypto.SignatureScheme;
import org.jspecify.annotations.Nullable;

/** The kinds of keys, with their numbers on the wire. */
public enum KeyType {
    /** 2048 to 8192 bits, PKCS #1 v1.5 with SHA-256. */
    RSA(0),
    /** The default. */
    ED25519(1),
    /** ECDSA over secp256k1 with SHA-256; signatures have the low S. */
    SECP256K1(2),
    /** ECDSA over P-256 with SHA-256. */
    ECDSA(3);

    private static final KeyType[] ALL = values();

    private final int code;

    KeyType(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The type with a number, or null. */
    public static @Nullable KeyType of(long code) {
        for (KeyType type : ALL) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }

    SignatureScheme scheme() {
        Crypto crypto = Crypto.standard();
        return switch (this) {
            case RSA -> crypto.rsa();
            case ED25519 -> crypto.ed25519();
            case SECP256K1 -> crypto.secp256k1();
            case ECDSA -> crypto.ecdsaP256();
        };
    }
}
