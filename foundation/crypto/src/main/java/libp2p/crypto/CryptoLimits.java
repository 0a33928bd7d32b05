package libp2p.crypto;

/** Bounds on keys that come from strangers, checked before any arithmetic with them. */
public final class CryptoLimits {
    /** The smallest RSA modulus in bits. */
    public static final int MIN_RSA_BITS = 2048;
    /** The largest RSA modulus in bits: go-libp2p's figure against keys that are costly to verify with. */
    public static final int MAX_RSA_BITS = 8192;
    /** The largest RSA exponent in bits. */
    public static final int MAX_RSA_EXPONENT_BITS = 31;
    /** The longest encoding of an RSA key in bytes that is looked at; a private key of 8192 bits takes about 4700. */
    public static final int MAX_RSA_ENCODED = 8192;

    private CryptoLimits() {}
}
