package libp2p.crypto;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import libp2p.crypto.DerReader.DerException;
import libp2p.crypto.EcCurve.KeyForm;
import libp2p.crypto.algorithm.RandomSource;
import libp2p.crypto.engine.EcdsaEngine;

/**
 * ECDSA with SHA-256 over one curve. Signatures are strict DER; signing is deterministic (RFC 6979) and gives the lower
 * of the two possible values of s. Verification takes both over P-256, where peers send either; over secp256k1 it takes
 * the lower alone, as libsecp256k1 does, so that no stranger can make a second signature of one that he has seen.
 */
final class EcdsaScheme implements SignatureScheme {
    private final EcCurve curve;
    private final KeyForm form;
    private final Sha256 sha256;
    private final HmacSha256 hmac;
    private final EcdsaEngine engine;

    EcdsaScheme(EcCurve curve, KeyForm form, Sha256 sha256, EcdsaEngine engine) {
        this.curve = curve;
        this.form = form;
        this.sha256 = sha256;
        this.hmac = new HmacSha256(sha256);
        this.engine = engine;
    }

    @Override
    public byte[] generatePrivateKey(RandomSource random) {
        return form.encodePrivate(curve, curve.randomScalar(random));
    }

    @Override
    public Signer signer(byte[] privateKey) throws InvalidKeyException {
        byte[] scalar = curve.checkedScalar(form.decodePrivate(curve, privateKey));
        byte[] publicKey = form.encodePublic(curve, curve.publicPoint(scalar));
        return new SecretSigner(publicKey, message -> sign(scalar, message), scalar);
    }

    @Override
    public void checkPublicKey(byte[] publicKey) throws InvalidKeyException {
        form.decodePublic(curve, publicKey);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            byte[] rs = decodeSignature(signature);
            return engine.verify(form.decodePublic(curve, publicKey), sha256.hash(message), rs);
        } catch (InvalidKeyException | DerException malformed) {
            return false;
        }
    }

    private byte[] sign(byte[] scalar, byte[] message) {
        BigInteger[] rs = curve.sign(scalar, sha256.hash(message), hmac, engine);
        return DerWriter.sequence(DerWriter.integer(rs[0]), DerWriter.integer(rs[1]));
    }

    private byte[] decodeSignature(byte[] signature) throws DerException {
        DerReader outer = new DerReader(signature);
        DerReader sequence = outer.enter(DerReader.SEQUENCE);
        outer.expectEnd();
        BigInteger r = sequence.unsigned();
        BigInteger s = sequence.unsigned();
        sequence.expectEnd();
        if (!curve.isScalar(r) || !curve.isScalar(s)) {
            throw new DerException("ECDSA signature out of range");
        }
        if (curve == EcCurve.SECP256K1 && !curve.isLow(s)) {
            throw new DerException("secp256k1 signature with the higher value of s");
        }
        byte[] rs = new byte[64];
        EcCurve.writeFixed(r, rs, 0);
        EcCurve.writeFixed(s, rs, 32);
        return rs;
    }
}
