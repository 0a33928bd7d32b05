package libp2p.security.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import libp2p.core.identity.Identity;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;
import org.jspecify.annotations.Nullable;

/** Certificates with anything wrong that a test wants. */
final class TestCertificate {
    static final byte[] KEY_USAGE = {0x55, 0x1d, 0x0f};

    private final KeyPair keys;
    private final String signatureName;
    private final byte[] algorithm;
    private String notBefore = "20200101000000Z";
    private String notAfter = "20400101000000Z";
    private int version = 2;
    private byte[] uniqueId = {};
    private byte[] serial = DerWriter.integer(BigInteger.TEN);
    private byte[] name = someName();
    private byte @Nullable [] parameters;
    private @Nullable PSSParameterSpec pss;
    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();
    private KeyPair signer;

    private TestCertificate(KeyPair keys, String signatureName, byte[] algorithm) {
        this.keys = keys;
        this.signer = keys;
        this.signatureName = signatureName;
        this.algorithm = algorithm;
    }

    static KeyPair keys(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }

    static TestCertificate p256() throws GeneralSecurityException {
        return new TestCertificate(keys("EC", 256), "SHA256withECDSA", Oid.ECDSA_SHA256);
    }

    static TestCertificate p384() throws GeneralSecurityException {
        return new TestCertificate(keys("EC", 384), "SHA384withECDSA", Oid.ECDSA_SHA384);
    }

    static TestCertificate ed25519() throws GeneralSecurityException {
        return new TestCertificate(keys("Ed25519", 0), "Ed25519", Oid.ED25519);
    }

    static TestCertificate rsa(int bits) throws GeneralSecurityException {
        return new TestCertificate(keys("RSA", bits), "SHA256withRSA", Oid.RSA_SHA256);
    }

    static TestCertificate rsaWithSha1() throws GeneralSecurityException {
        byte[] sha1WithRsa = {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 5};
        return new TestCertificate(keys("RSA", 2048), "SHA1withRSA", sha1WithRsa);
    }

    /** ECDSA over any curve with any hash. */
    static TestCertificate ecdsa(int curve, int hash) throws GeneralSecurityException {
        byte[] oid = hash == 256 ? Oid.ECDSA_SHA256 : hash == 384 ? Oid.ECDSA_SHA384 : Oid.ECDSA_SHA512;
        return new TestCertificate(keys("EC", curve), "SHA" + hash + "withECDSA", oid);
    }

    /**
     * RSASSA-PSS with any hash, given by its bits, and any salt, given by its bytes; the certificate may say another.
     */
    static TestCertificate pss(int hash, int salt, int toldSalt) throws GeneralSecurityException {
        TestCertificate made = new TestCertificate(keys("RSA", 2048), "RSASSA-PSS", Oid.RSA_PSS);
        String name = hash == 160 ? "SHA-1" : "SHA-" + hash;
        made.pss = new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), salt, 1);
        byte[] sha1 = {0x2b, 0x0e, 3, 2, 0x1a};
        byte[] oid = hash == 160 ? sha1 : hash == 256 ? Oid.SHA256 : hash == 384 ? Oid.SHA384 : Oid.SHA512;
        byte[] hashAlgorithm = DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, oid), DerWriter.element(DerReader.NULL));
        byte[] mask = DerWriter.sequence(DerWriter.element(DerReader.OBJECT_IDENTIFIER, Oid.MGF1), hashAlgorithm);
        made.parameters = DerWriter.sequence(
                DerWriter.element(0xa0, hashAlgorithm),
                DerWriter.element(0xa1, mask),
                DerWriter.element(0xa2, DerWriter.integer(BigInteger.valueOf(toldSalt))));
        return made;
    }

    KeyPair keys() {
        return keys;
    }

    TestCertificate withoutNames() {
        name = DerWriter.sequence();
        return this;
    }

    /** @param element the whole INTEGER */
    TestCertificate serial(byte... element) {
        serial = element;
        return this;
    }

    TestCertificate validity(String from, String to) {
        notBefore = from;
        notAfter = to;
        return this;
    }

    TestCertificate version(int number) {
        version = number;
        return this;
    }

    TestCertificate uniqueId() {
        uniqueId = DerWriter.element(0x82, new byte[] {0, 1});
        return this;
    }

    TestCertificate signedBy(KeyPair other) {
        signer = other;
        return this;
    }

    TestCertificate extension(byte[] oid, boolean critical, byte[] value) {
        return extension(oid, critical ? DerWriter.element(1, new byte[] {-1}) : new byte[0], value);
    }

    /** @param flag a BOOLEAN, or nothing */
    TestCertificate extension(byte[] oid, byte[] flag, byte[] value) {
        extensions.writeBytes(DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, oid),
                flag,
                DerWriter.element(DerReader.OCTET_STRING, value)));
        return this;
    }

    /** With the extension of a host. */
    TestCertificate of(Identity identity) {
        byte[] signature = identity.key()
                .sign(CertificateVerifier.signedBytes(keys.getPublic().getEncoded()));
        return extension(
                Oid.LIBP2P,
                false,
                CertificateVerifier.signedKey(identity.publicKey().toProtobuf(), signature));
    }

    byte[] encoded() throws GeneralSecurityException {
        boolean withNull = signatureName.endsWith("RSA");
        byte[] identifier = DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, algorithm),
                parameters != null ? parameters : withNull ? DerWriter.element(DerReader.NULL) : new byte[0]);
        byte[] list = extensions.toByteArray();
        byte[] signed = DerWriter.sequence(
                DerWriter.element(0xa0, DerWriter.integer(BigInteger.valueOf(version))),
                serial,
                identifier,
                name,
                DerWriter.sequence(time(notBefore), time(notAfter)),
                name,
                keys.getPublic().getEncoded(),
                uniqueId,
                list.length == 0 ? list : DerWriter.element(0xa3, DerWriter.sequence(list)));
        Signature signature = Signature.getInstance(signatureName);
        if (pss != null) {
            signature.setParameter(pss);
        }
        signature.initSign(signer.getPrivate());
        signature.update(signed);
        return DerWriter.sequence(signed, identifier, DerWriter.bits(signature.sign()));
    }

    private static byte[] someName() {
        byte[] organization = DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, Oid.ORGANIZATION),
                DerWriter.element(0x0c, new byte[] {'x'}));
        return DerWriter.sequence(DerWriter.element(0x31, organization));
    }

    private static byte[] time(String text) {
        return DerWriter.element(text.length() == 15 ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }
}
