package libp2p.security.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;
import libp2p.crypto.Signer;

/** Writes self-signed certificates of a key on P-256 (RFC 5280, section 4.1). */
final class CertificateWriter {
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    private CertificateWriter() {}

    /**
     * The certificate in DER.
     *
     * @param signer the key of the certificate
     * @param extension the one extension, in DER
     */
    static byte[] write(Signer signer, BigInteger serial, Instant notBefore, Instant notAfter, byte[] extension) {
        byte[] signed = DerWriter.sequence(
                DerWriter.element(VERSION, DerWriter.integer(BigInteger.TWO)),
                DerWriter.integer(serial),
                signatureAlgorithm(),
                name(),
                DerWriter.sequence(time(notBefore), time(notAfter)),
                name(),
                signer.publicKey(),
                DerWriter.element(EXTENSIONS, DerWriter.sequence(extension)));
        return DerWriter.sequence(signed, signatureAlgorithm(), DerWriter.bits(signer.sign(signed)));
    }

    /** Of issuer and subject; some readers of certificates take no empty one. */
    private static byte[] name() {
        byte[] organization = DerWriter.sequence(oid(Oid.ORGANIZATION), ascii(UTF8_STRING, "libp2p"));
        return DerWriter.sequence(DerWriter.element(SET, organization));
    }

    private static byte[] signatureAlgorithm() {
        return DerWriter.sequence(oid(Oid.ECDSA_SHA256));
    }

    /** Up to 2049 in the short form, as section 4.1.2.5 wants it. */
    private static byte[] time(Instant instant) {
        boolean general = instant.atOffset(ZoneOffset.UTC).getYear() >= FIRST_GENERALIZED_YEAR;
        DateTimeFormatter format = DateTimeFormatter.ofPattern(general ? "uuuuMMddHHmmss'Z'" : "uuMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC);
        return ascii(general ? GENERALIZED_TIME : UTC_TIME, format.format(instant));
    }

    static byte[] oid(byte[] content) {
        return DerWriter.element(DerReader.OBJECT_IDENTIFIER, content);
    }

    private static byte[] ascii(int tag, String text) {
        return DerWriter.element(tag, text.getBytes(StandardCharsets.US_ASCII));
    }
}
