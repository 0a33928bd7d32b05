package libp2p.transports.websocket.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.crypto.Crypto;
import libp2p.crypto.DerReader;
import libp2p.crypto.DerWriter;
import libp2p.crypto.SignatureScheme;
import libp2p.crypto.Signer;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Protocol;
import org.jspecify.annotations.Nullable;

/** Makes certificates (RFC 5280) for a new P-256 key, signed by itself. */
final class SelfSigned {
    private static final Duration BEFORE = Duration.ofDays(1);
    private static final Duration AFTER = Duration.ofDays(3650);
    private static final int SERIAL_BYTES = 16;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int SET = 0x31;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final byte[] EC_PUBLIC_KEY = oid("2a8648ce3d0201");
    private static final byte[] P256 = oid("2a8648ce3d030107");
    private static final byte[] ECDSA_SHA256 = oid("2a8648ce3d040302");
    private static final byte[] COMMON_NAME = oid("550403");
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid("551d11");

    private SelfSigned() {}

    static CertifiedKey create(Environment environment, List<String> names) {
        SignatureScheme p256 = Crypto.standard().ecdsaP256();
        byte[] secret = p256.generatePrivateKey(environment::secureRandom);
        byte[] serial = new byte[SERIAL_BYTES];
        environment.secureRandom(serial);
        try (Signer signer = p256.signer(secret)) {
            byte[] body = body(signer.publicKey(), new BigInteger(1, serial), environment.wallClock(), names);
            byte[] certificate =
                    DerWriter.sequence(body, DerWriter.sequence(ECDSA_SHA256), DerWriter.bits(signer.sign(body)));
            byte[] key = DerWriter.sequence(
                    DerWriter.integer(BigInteger.ZERO),
                    DerWriter.sequence(EC_PUBLIC_KEY, P256),
                    DerWriter.element(DerReader.OCTET_STRING, secret));
            PrivateKey privateKey = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            X509Certificate parsed = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
            return new CertifiedKey(privateKey, List.of(parsed));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a fresh certificate is malformed", impossible);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] body(byte[] publicKey, BigInteger serial, Instant now, List<String> names) {
        byte[][] alternatives = names.stream().map(SelfSigned::alternativeName).toArray(byte[][]::new);
        byte[] extension = DerWriter.sequence(
                SUBJECT_ALTERNATIVE_NAME, DerWriter.element(DerReader.OCTET_STRING, DerWriter.sequence(alternatives)));
        byte[] body = DerWriter.sequence(
                DerWriter.element(VERSION, DerWriter.integer(BigInteger.TWO)),
                DerWriter.integer(serial),
                DerWriter.sequence(ECDSA_SHA256),
                name(),
                DerWriter.sequence(time(now.minus(BEFORE)), time(now.plus(AFTER))),
                name(),
                publicKey,
                DerWriter.element(EXTENSIONS, DerWriter.sequence(extension)));
        return body;
    }

    private static byte[] name() {
        byte[] text = DerWriter.element(UTF8_STRING, "libp2p".getBytes(StandardCharsets.US_ASCII));
        return DerWriter.sequence(DerWriter.element(SET, DerWriter.sequence(COMMON_NAME, text)));
    }

    private static byte[] alternativeName(String name) {
        byte[] ip = ip(name);
        return ip == null
                ? DerWriter.element(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII))
                : DerWriter.element(IP_ADDRESS, ip);
    }

    private static byte @Nullable [] ip(String name) {
        try {
            return Component.of(name.indexOf(':') < 0 ? Protocol.IP4 : Protocol.IP6, name)
                    .valueBytes();
        } catch (MalformedException domainName) {
            return null;
        }
    }

    private static byte[] time(Instant instant) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(instant);
        return DerWriter.element(GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] oid(String hex) {
        return DerWriter.element(DerReader.OBJECT_IDENTIFIER, HexFormat.of().parseHex(hex));
    }
}
