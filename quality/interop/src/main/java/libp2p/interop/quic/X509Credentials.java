package libp2p.interop.quic;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import libp2p.security.tls13.Credentials;

/**
 * Plain TLS as the web has it: the server shows a certificate, the client shows none and takes that one certificate
 * alone.
 *
 * @param certificate in DER
 * @param key of the certificate, on P-256
 */
record X509Credentials(byte[] certificate, PrivateKey key) implements Credentials {
    private static final byte[] NONE = {};

    /** Reads a certificate and its key, both in PEM. */
    static X509Credentials read(Path certificate, Path key) throws IOException {
        try (InputStream in = Files.newInputStream(certificate)) {
            byte[] der = CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getEncoded();
            String pem =
                    Files.readString(key).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
            PrivateKey secret = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            return new X509Credentials(der, secret);
        } catch (GeneralSecurityException e) {
            throw new IOException("reading " + certificate, e);
        }
    }

    /** The credentials of a client, which shows nothing, and its judgement. */
    Credentials ofClient() {
        return new Credentials() {
            @Override
            public byte[] certificate() {
                return NONE;
            }

            @Override
            public byte[] sign(byte[] content) {
                throw new IllegalStateException("a client without a certificate signs nothing");
            }

            @Override
            public byte[] verify(List<byte[]> chain) throws IOException {
                if (!Arrays.equals(chain.getFirst(), X509Credentials.this.certificate)) {
                    throw new IOException("the server shows another certificate than the one that is trusted");
                }
                return X509Credentials.this.verify(chain);
            }

            @Override
            public boolean mutual() {
                return false;
            }
        };
    }

    @Override
    public byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing with the key of the certificate", e);
        }
    }

    @Override
    public byte[] verify(List<byte[]> chain) throws IOException {
        try {
            X509Certificate first = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new java.io.ByteArrayInputStream(chain.getFirst()));
            return first.getPublicKey().getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate that cannot be read", e);
        }
    }

    @Override
    public boolean mutual() {
        return false;
    }
}
