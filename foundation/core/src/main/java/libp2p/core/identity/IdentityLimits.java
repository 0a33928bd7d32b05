package libp2p.core.identity;

/** The bounds on keys and peer ids. */
public final class IdentityLimits {
    /** Bytes of the longest key inlined in a peer id; longer ones are hashed. */
    public static final int INLINED_KEY_BYTES = 42;

    /** Bytes of the longest public key message: RSA with 8192 bits takes about 1,060. */
    public static final int PUBLIC_KEY_BYTES = 2048;

    /** Bytes of the longest private key message: RSA with 8192 bits takes about 4,700. */
    public static final int PRIVATE_KEY_BYTES = 8192;

    /** Bytes of the longest signature: RSA with 8192 bits. */
    public static final int SIGNATURE_BYTES = 1024;

    /** Characters of the longest text of a peer id. */
    public static final int PEER_ID_TEXT = 512;

    private IdentityLimits() {}
}
