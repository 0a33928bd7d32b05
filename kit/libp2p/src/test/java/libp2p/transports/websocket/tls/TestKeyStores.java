package libp2p.transports.websocket.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import libp2p.system.SystemEnvironment;

/** A key with a certificate that is its own authority, as a key store for the listener and as the trust of a dialer. */
public record TestKeyStores(CertifiedKey key) {
    /** @param name domain name or address that it is for */
    public static TestKeyStores create(String name) {
        return new TestKeyStores(SelfSigned.create(SystemEnvironment.shared(), List.of(name)));
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Writes it, over another one too. */
    public void save(Path file, char[] password) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("listener", key.key(), password, key.chain().toArray(X509Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
    }

    /** Of a dialer that trusts this certificate and no other. */
    public TlsTrust trust() throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("listener", key.chain().getFirst());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return TlsTrust.of(context);
    }
}
