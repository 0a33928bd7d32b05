package libp2p.security.tls13;

import libp2p.crypto.algorithm.AeadAlgorithm;
import org.jspecify.annotations.Nullable;

/** The cipher suites that are spoken, all with SHA-256, most wanted first. */
public enum CipherSuite {
    TLS_AES_128_GCM_SHA256(0x1301, AeadAlgorithm.AES_128_GCM),
    TLS_CHACHA20_POLY1305_SHA256(0x1303, AeadAlgorithm.CHACHA20_POLY1305);

    private static final CipherSuite[] ALL = values();

    private final int code;
    private final AeadAlgorithm aead;

    CipherSuite(int code, AeadAlgorithm aead) {
        this.code = code;
        this.aead = aead;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    public AeadAlgorithm aead() {
        return aead;
    }

    /** The suite with a number, or null. */
    static @Nullable CipherSuite of(int code) {
        for (CipherSuite suite : ALL) {
            if (suite.code == code) {
                return suite;
            }
        }
        return null;
    }
}
