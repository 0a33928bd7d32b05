package libp2p.crypto;

import java.security.InvalidKeyException;
import libp2p.crypto.algorithm.RandomSource;

/**
 * A signature algorithm on keys and signatures in the byte forms of libp2p (specification {@code peer-ids}): what the
 * {@code Data} field of a key message holds.
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><th>scheme</th><th>private key</th><th>public key</th><th>signature</th></tr>
 * <tr><td>Ed25519</td><td>seed, 32 bytes</td><td>32 bytes</td><td>64 bytes</td></tr>
 * <tr><td>secp256k1</td><td>scalar, 32 bytes</td><td>compressed point, 33 bytes</td><td>DER</td></tr>
 * <tr><td>ECDSA P-256</td><td>SEC 1 (PKCS#8 is read too)</td><td>PKIX, 91 bytes</td><td>DER</td></tr>
 * <tr><td>RSA</td><td>PKCS#1 (PKCS#8 is read too)</td><td>PKIX</td><td>as long as the modulus</td></tr>
 * </table>
 *
 * <p>Every signature is a function of key and message alone (ECDSA by RFC 6979). Thread-safe; nothing blocks.
 */
public interface SignatureScheme {
    /** A fresh private key; for RSA of 2048 bits, which takes up to seconds. */
    byte[] generatePrivateKey(RandomSource random);

    /**
     * A signer with its own copy of the private key. The caller closes it.
     *
     * @throws InvalidKeyException if the private key is malformed or out of range
     */
    Signer signer(byte[] privateKey) throws InvalidKeyException;

    /**
     * Returns normally if {@code publicKey} is well-formed, canonical and within the limits on its size; the cost is
     * bounded whatever the bytes are.
     *
     * @throws InvalidKeyException if not, saying why
     */
    void checkPublicKey(byte[] publicKey) throws InvalidKeyException;

    /**
     * As {@link #checkPublicKey}, but without what {@link #verify} finds out anyway: a key that passes here and whose
     * signature holds passes there too. For keys that arrive together with a signature.
     *
     * @throws InvalidKeyException if the key cannot be well-formed, saying why
     */
    default void checkPublicKeyBeforeVerifying(byte[] publicKey) throws InvalidKeyException {
        checkPublicKey(publicKey);
    }

    /** Whether the signature holds. Malformed keys and signatures give false. */
    boolean verify(byte[] publicKey, byte[] message, byte[] signature);
}
