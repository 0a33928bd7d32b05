package libp2p.transports.websocket.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerReader.DerException;
import libp2p.crypto.DerWriter;

/** Certificates and keys in PEM (RFC 7468), as certbot and openssl write them. */
final class PemFiles {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final byte[] RSA_OID = HexFormat.of().parseHex("2a864886f70d010101");
    private static final byte[] EC_OID = HexFormat.of().parseHex("2a8648ce3d0201");
    private static final int CURVE = 0xa0;

    private PemFiles() {}

    static CertifiedKey read(Path chain, Path key) throws IOException {
        return new CertifiedKey(key(key), chain(chain));
    }

    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private static List<X509Certificate> chain(Path file) throws IOException {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Certificate certificate : factory.generateCertificates(new ByteArrayInputStream(bytes(file)))) {
                chain.add((X509Certificate) certificate);
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no certificates in PEM: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        Matcher matcher = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IOException(file + " holds no private key in PEM");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (matcher.group(1)) {
                case "PRIVATE KEY" -> pkcs8(der);
                case "RSA PRIVATE KEY" -> pkcs8(wrap(der, oid(RSA_OID), DerWriter.element(DerReader.NULL)));
                case "EC PRIVATE KEY" -> pkcs8(wrap(der, oid(EC_OID), curve(der)));
                default -> throw new IOException(file + " is encrypted");
            };
        } catch (GeneralSecurityException | IllegalArgumentException | DerException e) {
            throw new IOException(file + " holds a malformed private key", e); // not the key itself in the message
        }
    }

    /** The key tells its type inside; each factory takes only its own. */
    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        GeneralSecurityException last = null;
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw last;
    }

    private static byte[] wrap(byte[] key, byte[]... algorithm) {
        return DerWriter.sequence(
                DerWriter.integer(BigInteger.ZERO),
                DerWriter.sequence(algorithm),
                DerWriter.element(DerReader.OCTET_STRING, key));
    }

    private static byte[] oid(byte[] content) {
        return DerWriter.element(DerReader.OBJECT_IDENTIFIER, content);
    }

    /** The curve inside an EC key of RFC 5915. */
    private static byte[] curve(byte[] der) throws DerException {
        DerReader key = new DerReader(der).enter(DerReader.SEQUENCE);
        key.content(DerReader.INTEGER);
        key.content(DerReader.OCTET_STRING);
        return key.enter(CURVE).whole(DerReader.OBJECT_IDENTIFIER);
    }
}
