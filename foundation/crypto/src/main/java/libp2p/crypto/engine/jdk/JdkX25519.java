package libp2p.crypto.engine.jdk;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;
import libp2p.crypto.engine.X25519Engine;

/** X25519 of the JDK. */
public final class JdkX25519 implements X25519Engine {
    @Override
    public byte[] publicKey(byte[] privateKey) {
        byte[] base = new byte[32];
        base[0] = 9;
        try {
            return agree(privateKey, base);
        } catch (InvalidKeyException impossible) {
            throw new IllegalStateException("the JDK refused the base point", impossible);
        }
    }

    @Override
    public byte[] agree(byte[] privateKey, byte[] publicKey) throws InvalidKeyException {
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey)));
            agreement.doPhase(
                    keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, coordinate(publicKey))), true);
            return agreement.generateSecret();
        } catch (InvalidKeyException smallOrder) {
            throw smallOrder;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the JDK has no X25519", missing);
        }
    }

    /** Little-endian without the top bit (RFC 7748, section 5). */
    private static BigInteger coordinate(byte[] publicKey) {
        byte[] reversed = LittleEndian.reversed(publicKey);
        reversed[0] &= 0x7f;
        return new BigInteger(1, reversed);
    }
}
