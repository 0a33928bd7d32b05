package libp2p.transports.websocket.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import libp2p.crypto.DerReader;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateSourceTest {
    private static final CertifiedKey FIRST = SelfSigned.create(SystemEnvironment.shared(), List.of("first.example"));
    private static final CertifiedKey SECOND = SelfSigned.create(SystemEnvironment.shared(), List.of("second.example"));

    @TempDir
    Path folder;

    private Path pem(String name, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return Files.write(folder.resolve(name), ("# a comment\n" + text).getBytes(StandardCharsets.US_ASCII));
    }

    private Path chain(CertifiedKey key) throws Exception {
        return pem("chain.pem", "CERTIFICATE", key.chain().getFirst().getEncoded());
    }

    private Path key(CertifiedKey key) throws IOException {
        return pem("key.pem", "PRIVATE KEY", key.key().getEncoded());
    }

    @Test
    void readsAChainAndItsKey() throws Exception {
        CertifiedKey read = PemFiles.read(chain(FIRST), key(FIRST));
        read.check();
        assertThat(read).isEqualTo(FIRST);
        X509Certificate certificate = read.chain().getFirst();
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.<Object>of(2, "first.example"));
    }

    @Test
    void readsKeysInTheOlderForms() throws Exception {
        for (String algorithm : List.of("RSA", "EC")) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
            PrivateKey made = generator.generateKeyPair().getPrivate();
            DerReader outer = new DerReader(made.getEncoded()).enter(DerReader.SEQUENCE);
            outer.content(DerReader.INTEGER);
            outer.whole(DerReader.SEQUENCE);
            byte[] inner = outer.content(DerReader.OCTET_STRING);
            if (algorithm.equals("RSA")) {
                Path file = pem("key.pem", "RSA PRIVATE KEY", inner);
                assertThat(PemFiles.read(chain(FIRST), file).key()).isEqualTo(made);
            } else {
                Path file = pem("key.pem", "EC PRIVATE KEY", inner); // the JDK leaves the curve out here
                assertThatThrownBy(() -> PemFiles.read(chain(FIRST), file))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("malformed private key");
            }
        }
    }

    @Test
    void whatIsWrongWithAFileIsSaidWithoutTheKey() throws Exception {
        Path chain = chain(FIRST);
        Path encrypted = pem("key.pem", "ENCRYPTED PRIVATE KEY", new byte[20]);
        assertThatThrownBy(() -> PemFiles.read(chain, encrypted)).hasMessageContaining("is encrypted");
        Path nonsense = pem("key.pem", "PRIVATE KEY", new byte[20]);
        assertThatThrownBy(() -> PemFiles.read(chain, nonsense)).hasMessageContaining("malformed private key");
        Path none = Files.writeString(folder.resolve("none.pem"), "nothing");
        assertThatThrownBy(() -> PemFiles.read(chain, none)).hasMessageContaining("no private key");
        CertificateSource strange = CertificateSource.pem(chain, key(SECOND));
        assertThatThrownBy(() -> strange.current(SystemEnvironment.shared()))
                .hasMessageContaining("the certificate is not for the private key");
        Path large = Files.write(folder.resolve("large.pem"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> PemFiles.read(chain, large)).hasMessageContaining("longer than");
        CertificateSource missing = CertificateSource.pem(folder.resolve("absent"), none);
        assertThatThrownBy(() -> missing.current(SystemEnvironment.shared())).isInstanceOf(IOException.class);
    }

    @Test
    void aRenewedCertificateIsTakenOnceItFitsItsKey() throws Exception {
        Path chain = chain(FIRST);
        Path key = key(FIRST);
        Simulation.run(1, simulation -> {
            SimulatedEnvironment environment = simulation.host("listener");
            CertificateSource source = CertificateSource.pem(chain, key);
            SSLContext before = source.current(environment);
            simulation.sleep(Duration.ofSeconds(2));
            assertThat(source.current(environment)).as("nothing has changed").isSameAs(before);
            chain(SECOND);
            simulation.sleep(Duration.ofSeconds(2));
            assertThat(source.current(environment))
                    .as("the key is still the old one")
                    .isSameAs(before);
            key(SECOND);
            assertThat(source.current(environment)).as("looked at a moment ago").isSameAs(before);
            simulation.sleep(Duration.ofSeconds(2));
            SSLContext after = source.current(environment);
            assertThat(after).isNotSameAs(before);
            Files.delete(chain);
            simulation.sleep(Duration.ofSeconds(2));
            assertThat(source.current(environment)).as("better than none").isSameAs(after);
        });
    }

    @Test
    void readsTheOnlyKeyOfAKeyStore() throws Exception {
        char[] password = "secret".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("one", FIRST.key(), password, FIRST.chain().toArray(X509Certificate[]::new));
        Path file = folder.resolve("store.p12");
        save(store, file, password);
        assertThat(KeyStoreFile.read(file, password)).isEqualTo(FIRST);
        assertThatThrownBy(() -> KeyStoreFile.read(file, "wrong".toCharArray())).isInstanceOf(IOException.class);
        store.setKeyEntry("two", SECOND.key(), password, SECOND.chain().toArray(X509Certificate[]::new));
        save(store, file, password);
        assertThatThrownBy(() -> KeyStoreFile.read(file, password)).hasMessageContaining("2 private keys");
    }

    private static void save(KeyStore store, Path file, char[] password) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, password);
        }
    }
}
