package libp2p.security.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import libp2p.core.identity.Identity;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;

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

    KeyPair keys() {
        return keys;
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
        byte[] flag = critical ? DerWriter.element(1, new byte[] {-1}) : new byte[0];
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
        boolean parameters = signatureName.endsWith("RSA");
        byte[] identifier = DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, algorithm),
                parameters ? DerWriter.element(DerReader.NULL) : new byte[0]);
        byte[] list = extensions.toByteArray();
        byte[] signed = DerWriter.sequence(
                DerWriter.element(0xa0, DerWriter.integer(BigInteger.valueOf(version))),
                DerWriter.integer(BigInteger.TEN),
                identifier,
                name(),
                DerWriter.sequence(time(notBefore), time(notAfter)),
                name(),
                keys.getPublic().getEncoded(),
                uniqueId,
                list.length == 0 ? list : DerWriter.element(0xa3, DerWriter.sequence(list)));
        Signature signature = Signature.getInstance(signatureName);
        signature.initSign(signer.getPrivate());
        signature.update(signed);
        return DerWriter.sequence(signed, identifier, DerWriter.bits(signature.sign()));
    }

    private static byte[] name() {
        byte[] organization = DerWriter.sequence(
                DerWriter.element(DerReader.OBJECT_IDENTIFIER, Oid.ORGANIZATION),
                DerWriter.element(0x0c, new byte[] {'x'}));
        return DerWriter.sequence(DerWriter.element(0x31, organization));
    }

    private static byte[] time(String text) {
        return DerWriter.element(text.length() == 15 ? 0x18 : 0x17, text.getBytes(StandardCharsets.US_ASCII));
    }
}
