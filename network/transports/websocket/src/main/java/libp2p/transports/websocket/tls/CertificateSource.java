package libp2p.transports.websocket.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import libp2p.core.environment.Environment;

/** Source of a listener's certificate. Thread-safe. */
@FunctionalInterface
public interface CertificateSource {
    /**
     * The certificate for a new connection; may block for a moment.
     *
     * @throws IOException if there is no usable certificate
     */
    SSLContext current(Environment environment) throws IOException;

    /**
     * A chain and a private key in PEM (PKCS #8, or the older forms for RSA and EC keys), not encrypted. The files are
     * looked at again when connections come in, at most once a second, and a new certificate is used once both fit
     * together.
     *
     * @param chain the server's certificate first
     */
    static CertificateSource pem(Path chain, Path key) {
        return new ReloadingCertificate(List.of(chain, key), files -> PemFiles.read(files.get(0), files.get(1)));
    }

    /**
     * The only key entry of a key store (PKCS #12 or JKS), looked at again as with {@link #pem}.
     *
     * @param password of the store and of the key; copied
     */
    static CertificateSource keyStore(Path file, char[] password) {
        char[] copy = password.clone();
        return new ReloadingCertificate(List.of(file), files -> KeyStoreFile.read(files.getFirst(), copy));
    }

    /**
     * A new certificate that is signed by its own key alone; dialers must be told to accept it.
     *
     * @param names domain names and IP addresses it is for
     */
    static CertificateSource selfSigned(Environment environment, String... names) {
        SSLContext context = SelfSigned.create(environment, List.of(names)).context();
        return ignored -> context;
    }
}
