package libp2p.security.tls;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerReader.DerException;

/**
 * The parts of an X.509 certificate, version 3 (RFC 5280, section 4.1), as its bytes say.
 *
 * @param signed the bytes that the signature is over
 * @param signatureAlgorithm the whole AlgorithmIdentifier
 * @param subjectPublicKeyInfo the whole element
 * @param uniqueIds whether one of the deprecated unique ids is there
 */
record Certificate(
        byte[] signed,
        byte[] signatureAlgorithm,
        byte[] signature,
        Instant notBefore,
        Instant notAfter,
        byte[] subjectPublicKeyInfo,
        boolean uniqueIds,
        List<Extension> extensions) {
    private static final int BOOLEAN = 0x01;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int VERSION = 0xa0;
    private static final int ISSUER_UNIQUE_ID = 0x81;
    private static final int SUBJECT_UNIQUE_ID = 0x82;
    private static final int EXTENSIONS = 0xa3;
    private static final int MAX_EXTENSIONS = 32;
    private static final int FIRST_CENTURY_YEAR = 50;

    /** @param oid content of the object identifier */
    record Extension(byte[] oid, boolean critical, byte[] value) {
        boolean is(byte[] other) {
            return Arrays.equals(oid, other);
        }
    }

    static Certificate parse(byte[] der) throws DerException {
        DerReader outer = new DerReader(der);
        DerReader certificate = outer.enter(DerReader.SEQUENCE);
        outer.expectEnd();
        byte[] signed = certificate.whole(DerReader.SEQUENCE);
        byte[] algorithm = certificate.whole(DerReader.SEQUENCE);
        byte[] signature = certificate.bits();
        certificate.expectEnd();

        DerReader body = new DerReader(signed).enter(DerReader.SEQUENCE);
        DerReader version = body.enter(VERSION);
        version.expect(DerReader.INTEGER, new byte[] {2});
        version.expectEnd();
        body.unsigned(); // serial number
        if (!Arrays.equals(body.whole(DerReader.SEQUENCE), algorithm)) {
            throw new DerException("the two signature algorithms differ");
        }
        body.content(DerReader.SEQUENCE); // issuer
        DerReader validity = body.enter(DerReader.SEQUENCE);
        Instant notBefore = time(validity);
        Instant notAfter = time(validity);
        validity.expectEnd();
        body.content(DerReader.SEQUENCE); // subject
        byte[] key = body.whole(DerReader.SEQUENCE);
        boolean uniqueIds = skip(body, ISSUER_UNIQUE_ID) | skip(body, SUBJECT_UNIQUE_ID);
        List<Extension> extensions = body.hasNext(EXTENSIONS) ? extensions(body.enter(EXTENSIONS)) : List.of();
        body.expectEnd();
        return new Certificate(signed, algorithm, signature, notBefore, notAfter, key, uniqueIds, extensions);
    }

    private static boolean skip(DerReader in, int tag) throws DerException {
        if (!in.hasNext(tag)) {
            return false;
        }
        in.content(tag);
        return true;
    }

    private static List<Extension> extensions(DerReader tagged) throws DerException {
        DerReader list = tagged.enter(DerReader.SEQUENCE);
        tagged.expectEnd();
        List<Extension> extensions = new ArrayList<>();
        while (list.tag() >= 0) {
            DerReader extension = list.enter(DerReader.SEQUENCE);
            byte[] oid = extension.content(DerReader.OBJECT_IDENTIFIER);
            boolean critical = extension.hasNext(BOOLEAN) && isTrue(extension.content(BOOLEAN));
            byte[] value = extension.content(DerReader.OCTET_STRING);
            extension.expectEnd();
            if (extensions.size() == MAX_EXTENSIONS) {
                throw new DerException("more than " + MAX_EXTENSIONS + " extensions");
            }
            if (extensions.stream().anyMatch(earlier -> earlier.is(oid))) {
                throw new DerException("an extension is there twice");
            }
            extensions.add(new Extension(oid, critical, value));
        }
        return List.copyOf(extensions);
    }

    private static boolean isTrue(byte[] content) throws DerException {
        if (content.length != 1) {
            throw new DerException("a BOOLEAN of " + content.length + " bytes");
        }
        if (content[0] != 0 && content[0] != -1) {
            throw new DerException("a BOOLEAN that is neither true nor false");
        }
        return content[0] != 0;
    }

    private static Instant time(DerReader in) throws DerException {
        boolean general = in.hasNext(GENERALIZED_TIME);
        String text = new String(in.content(general ? GENERALIZED_TIME : UTC_TIME), StandardCharsets.ISO_8859_1);
        if (!text.matches(general ? "\\d{14}Z" : "\\d{12}Z")) {
            throw new DerException("a time that is none");
        }
        int year = Integer.parseInt(text.substring(0, general ? 4 : 2));
        if (!general) {
            year += year < FIRST_CENTURY_YEAR ? 2000 : 1900;
        }
        int at = general ? 4 : 2;
        try {
            return LocalDateTime.of(
                            year,
                            twoDigits(text, at),
                            twoDigits(text, at + 2),
                            twoDigits(text, at + 4),
                            twoDigits(text, at + 6),
                            twoDigits(text, at + 8))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException outOfRange) {
            throw new DerException("a time that is none");
        }
    }

    private static int twoDigits(String text, int at) {
        return Integer.parseInt(text.substring(at, at + 2));
    }
}
