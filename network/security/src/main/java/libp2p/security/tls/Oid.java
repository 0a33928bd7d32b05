package libp2p.security.tls;

import java.util.HexFormat;

/** Content bytes of the object identifiers that libp2p certificates use. */
final class Oid {
    /** 1.3.6.1.4.1.53594.1.1, the libp2p public key extension. */
    static final byte[] LIBP2P = of("2b0601040183a25a0101");
    /** 1.2.840.10045.2.1 */
    static final byte[] EC_PUBLIC_KEY = of("2a8648ce3d0201");
    /** 1.2.840.10045.3.1.7 */
    static final byte[] P256 = of("2a8648ce3d030107");
    /** 1.3.132.0.34 */
    static final byte[] P384 = of("2b81040022");
    /** 1.3.132.0.35 */
    static final byte[] P521 = of("2b81040023");
    /** 2.16.840.1.101.3.4.2.1 */
    static final byte[] SHA256 = of("608648016503040201");
    /** 2.16.840.1.101.3.4.2.2 */
    static final byte[] SHA384 = of("608648016503040202");
    /** 2.16.840.1.101.3.4.2.3 */
    static final byte[] SHA512 = of("608648016503040203");
    /** 1.2.840.113549.1.1.8 */
    static final byte[] MGF1 = of("2a864886f70d010108");
    /** 1.2.840.113549.1.1.1 */
    static final byte[] RSA = of("2a864886f70d010101");
    /** 1.2.840.113549.1.1.10 */
    static final byte[] RSA_PSS = of("2a864886f70d01010a");
    /** 1.2.840.113549.1.1.11 */
    static final byte[] RSA_SHA256 = of("2a864886f70d01010b");
    /** 1.2.840.113549.1.1.12 */
    static final byte[] RSA_SHA384 = of("2a864886f70d01010c");
    /** 1.2.840.113549.1.1.13 */
    static final byte[] RSA_SHA512 = of("2a864886f70d01010d");
    /** 1.2.840.10045.4.3.2 */
    static final byte[] ECDSA_SHA256 = of("2a8648ce3d040302");
    /** 1.2.840.10045.4.3.3 */
    static final byte[] ECDSA_SHA384 = of("2a8648ce3d040303");
    /** 1.2.840.10045.4.3.4 */
    static final byte[] ECDSA_SHA512 = of("2a8648ce3d040304");
    /** 1.3.101.112 */
    static final byte[] ED25519 = of("2b6570");
    /** 2.5.4.10 */
    static final byte[] ORGANIZATION = of("55040a");

    /** 2.5.29.15, the key usage extension. */
    static final byte[] KEY_USAGE = of("551d0f");

    private Oid() {}

    private static byte[] of(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
