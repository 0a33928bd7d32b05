package libp2p.crypto.engine;

import java.math.BigInteger;

/**
 * The numbers of an RSA public key, checked for size.
 *
 * @param modulus n
 * @param exponent e
 */
public record RsaPublicNumbers(BigInteger modulus, BigInteger exponent) {}
