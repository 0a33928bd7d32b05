package libp2p.crypto.engine;

import java.math.BigInteger;

/**
 * The numbers of an RSA private key in the order of RFC 8017, appendix A.1.2, checked for consistency.
 *
 * @param modulus n = pq
 * @param publicExponent e
 * @param privateExponent d
 * @param p the first prime
 * @param q the second prime
 * @param dp d mod (p-1)
 * @param dq d mod (q-1)
 * @param qInverse the inverse of q modulo p
 */
public record RsaPrivateNumbers(
        BigInteger modulus,
        BigInteger publicExponent,
        BigInteger privateExponent,
        BigInteger p,
        BigInteger q,
        BigInteger dp,
        BigInteger dq,
        BigInteger qInverse) {
    /** Without the private numbers, which a log must never show. */
    @Override
    public String toString() {
        return "RSA private key of " + modulus.bitLength() + " bits";
    }
}
