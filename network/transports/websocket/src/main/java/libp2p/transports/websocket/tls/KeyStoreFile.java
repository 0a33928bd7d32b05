package libp2p.transports.websocket.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A key store of the JDK with one key. */
final class KeyStoreFile {
    private KeyStoreFile() {}

    static CertifiedKey read(Path file, char[] password) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12"); // the JDK's implementation also reads JKS
            store.load(new ByteArrayInputStream(PemFiles.bytes(file)), password);
            List<String> keys = Collections.list(store.aliases()).stream()
                    .filter(alias -> isKey(store, alias))
                    .toList();
            if (keys.size() != 1) {
                throw new IOException(file + " holds " + keys.size() + " private keys, not one");
            }
            String alias = keys.getFirst();
            Certificate[] chain = store.getCertificateChain(alias);
            return new CertifiedKey(
                    (PrivateKey) store.getKey(alias, password),
                    Arrays.stream(chain).map(X509Certificate.class::cast).toList());
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static boolean isKey(KeyStore store, String alias) {
        try {
            return store.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key store was loaded before", e);
        }
    }
}
