package libp2p.crypto;

import static libp2p.crypto.Engine.AWS_LC;
import static libp2p.crypto.Engine.BOUNCY_CASTLE;
import static libp2p.crypto.Engine.JDK;
import static libp2p.crypto.Engine.LIBCRYPTO;

import java.util.List;

/**
 * A unit of choice: each primitive is served by one engine. The default orders were measured; figures and reasons are
 * in {@code docs/adr/0003-crypto-engines.md}.
 */
public enum Primitive {
    /** ChaCha20-Poly1305 (RFC 8439). */
    CHACHA20_POLY1305("chacha20-poly1305", LIBCRYPTO, JDK, BOUNCY_CASTLE),
    /** AES-128-GCM and AES-256-GCM (NIST SP 800-38D). */
    AES_GCM("aes-gcm", LIBCRYPTO, JDK, BOUNCY_CASTLE),
    /** X25519 key agreement (RFC 7748). */
    X25519("x25519", LIBCRYPTO, BOUNCY_CASTLE, JDK),
    /** X25519 public keys from private ones: a multiplication of the fixed base point. */
    X25519_PUBLIC("x25519-public", LIBCRYPTO, BOUNCY_CASTLE, JDK),
    /** Ed25519 public keys and signatures (RFC 8032). */
    ED25519("ed25519", LIBCRYPTO, BOUNCY_CASTLE, JDK),
    /**
     * Verification of Ed25519 signatures. AWS-LC is the fastest, but takes so long to load that it takes over only
     * where many are checked, see {@link Crypto#whenChecksAreMany}.
     */
    ED25519_VERIFY("ed25519-verify", LIBCRYPTO, BOUNCY_CASTLE, JDK, AWS_LC),
    /**
     * Verification of ECDSA over P-256 with SHA-256, and the multiplication of the base point when signing, if the
     * engine is libcrypto. Signing is always deterministic (RFC 6979); the rest of it is BouncyCastle's arithmetic.
     */
    ECDSA_P256("ecdsa-p256", LIBCRYPTO, JDK, BOUNCY_CASTLE),
    /** Verification of ECDSA over secp256k1 with SHA-256. Signing is always deterministic, by BouncyCastle. */
    SECP256K1("secp256k1", BOUNCY_CASTLE, LIBCRYPTO),
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RSA("rsa", LIBCRYPTO, JDK, BOUNCY_CASTLE),
    /** SHA-256, and with it HMAC and HKDF. */
    SHA256("sha256", LIBCRYPTO, JDK, BOUNCY_CASTLE);

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Engine> defaultOrder;

    Primitive(String label, Engine... defaultOrder) {
        this.label = label;
        this.defaultOrder = List.of(defaultOrder);
    }

    /** The name used in configuration and reports, for example {@code x25519}. */
    public String label() {
        return label;
    }

    /** The engines that implement it, best first. */
    public List<Engine> defaultOrder() {
        return defaultOrder;
    }
}
