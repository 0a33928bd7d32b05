package libp2p.crypto.engine.jdk;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import libp2p.crypto.engine.EcdsaEngine;

/** Verification of ECDSA over P-256 by the JDK. */
public final class JdkEcdsaP256 implements EcdsaEngine {
    private final ECParameterSpec curve;

    /** Looks up the curve. */
    public JdkEcdsaP256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            curve = parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no P-256", missing);
        }
    }

    @Override
    public boolean verify(byte[] point, byte[] hash, byte[] signature) {
        try {
            ECPoint w = new ECPoint(
                    new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
                    new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
            Signature verifier = Signature.getInstance("NONEwithECDSAinP1363Format");
            verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, curve)));
            verifier.update(hash);
            return verifier.verify(signature);
        } catch (InvalidKeyException | InvalidKeySpecException | SignatureException invalid) {
            return false;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no ECDSA", missing);
        }
    }
}
