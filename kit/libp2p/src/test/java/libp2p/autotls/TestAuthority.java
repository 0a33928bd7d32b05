package libp2p.autotls;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates for whom asks. */
final class TestAuthority {
    private static final X500Name NAME = new X500Name("CN=test authority");

    private final KeyPair keys = newKeys();
    private int serial;

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    KeyPair keys() {
        return keys;
    }

    /** A chain of one certificate and that of the authority. */
    List<X509Certificate> chain(String name, PublicKey key, Instant begin, Duration life) {
        return List.of(
                certificate(new X500Name("CN=host"), name, key, begin, life),
                certificate(NAME, "authority.test", keys.getPublic(), begin, life));
    }

    X509Certificate certificate(X500Name subject, String name, PublicKey key, Instant begin, Duration life) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    NAME, BigInteger.valueOf(++serial), Date.from(begin), Date.from(begin.plus(life)), subject, key);
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
