package libp2p.crypto.engine.jdk;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.RandomSourceAdapter;

/** Ed25519 of the JDK. */
public final class JdkEd25519 implements Ed25519Engine {
    /** The JDK derives a public key only while it generates a pair, so the seed is handed to it as the randomness. */
    @Override
    public byte[] publicKey(byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(
                    NamedParameterSpec.ED25519,
                    new RandomSourceAdapter(bytes -> System.arraycopy(seed, 0, bytes, 0, bytes.length)));
            EdECPoint point = ((EdECPublicKey) generator.generateKeyPair().getPublic()).getPoint();
            return encode(point);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no Ed25519", missing);
        }
    }

    @Override
    public byte[] sign(byte[] seed, byte[] publicKey, byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no Ed25519", missing);
        }
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, decode(publicKey))));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (InvalidKeyException | InvalidKeySpecException | SignatureException invalid) {
            return false;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no Ed25519", missing);
        }
    }

    private static EdECPoint decode(byte[] publicKey) {
        byte[] reversed = LittleEndian.reversed(publicKey);
        boolean xOdd = reversed[0] < 0;
        reversed[0] &= 0x7f;
        return new EdECPoint(xOdd, new BigInteger(1, reversed));
    }

    private static byte[] encode(EdECPoint point) {
        byte[] y = point.getY().toByteArray();
        byte[] encoded = new byte[32];
        for (int i = 0; i < Math.min(32, y.length); i++) {
            encoded[i] = y[y.length - 1 - i];
        }
        if (point.isXOdd()) {
            encoded[31] |= (byte) 0x80;
        }
        return encoded;
    }
}
