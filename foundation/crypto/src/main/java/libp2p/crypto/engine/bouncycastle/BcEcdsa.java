package libp2p.crypto.engine.bouncycastle;

import java.math.BigInteger;
import libp2p.crypto.engine.EcdsaEngine;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;

/** Verification of ECDSA by BouncyCastle. */
public final class BcEcdsa implements EcdsaEngine {
    private final ECDomainParameters domain;

    /** Over a named curve, {@code secp256r1} or {@code secp256k1}. */
    public BcEcdsa(String curve) {
        domain = new ECDomainParameters(CustomNamedCurves.getByName(curve));
    }

    @Override
    public boolean verify(byte[] point, byte[] hash, byte[] signature) {
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, new ECPublicKeyParameters(domain.getCurve().decodePoint(point), domain));
        return verifier.verifySignature(
                hash, new BigInteger(1, signature, 0, 32), new BigInteger(1, signature, 32, 32));
    }
}
