package libp2p.crypto.engine.bouncycastle;

import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.RsaPrivateNumbers;
import libp2p.crypto.engine.RsaPublicNumbers;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.util.BigIntegers;

/** RSA of BouncyCastle. */
public final class BcRsa implements RsaEngine {
    /** Skips a primality test of the modulus, which would cost more than the operation. */
    private static final boolean INTERNAL = true;

    @Override
    public byte[] privateOperation(RsaPrivateNumbers key, byte[] block) {
        return process(
                true,
                new RSAPrivateCrtKeyParameters(
                        key.modulus(),
                        key.publicExponent(),
                        key.privateExponent(),
                        key.p(),
                        key.q(),
                        key.dp(),
                        key.dq(),
                        key.qInverse(),
                        INTERNAL),
                block);
    }

    @Override
    public byte[] publicOperation(RsaPublicNumbers key, byte[] block) {
        return process(false, new RSAKeyParameters(false, key.modulus(), key.exponent(), INTERNAL), block);
    }

    private static byte[] process(boolean signing, CipherParameters key, byte[] block) {
        AsymmetricBlockCipher engine = new RSABlindedEngine();
        engine.init(signing, key);
        try {
            byte[] result = engine.processBlock(block, 0, block.length);
            return BigIntegers.asUnsignedByteArray(block.length, new java.math.BigInteger(1, result));
        } catch (InvalidCipherTextException impossible) {
            throw new IllegalStateException("BouncyCastle refused an RSA block", impossible);
        }
    }
}
