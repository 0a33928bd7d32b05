package libp2p.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A self-signed certificate for this machine's loopback addresses, made anew for every run, for our wss listeners: a
 * peer that trusts certificates only by name is given it beforehand.
 *
 * @param certificate the file with the certificate in PEM
 * @param key the file with its private key in PEM
 */
record Certificate(Path certificate, Path key) {
    private static final String PASSWORD = "password of a file that lives for seconds";
    private static final String ALIAS = "interop";
    private static final int KEYTOOL_SECONDS = 60;

    /** Writes the files into the folder, with the keytool of this JDK. */
    static Certificate create(Path folder) throws IOException, InterruptedException {
        Path store = folder.resolve("certificate.p12");
        Files.deleteIfExists(store);
        Certificate files = new Certificate(folder.resolve("certificate.pem"), folder.resolve("certificate.key.pem"));
        makeStore(store, folder.resolve("keytool.log"));
        try {
            KeyStore opened = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Key key = opened.getKey(ALIAS, PASSWORD.toCharArray());
            write(
                    files.certificate(),
                    "CERTIFICATE",
                    opened.getCertificate(ALIAS).getEncoded());
            write(files.key(), "PRIVATE KEY", key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException("reading " + store, e);
        }
        Files.delete(store);
        return files;
    }

    private static void makeStore(Path store, Path log) throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = List.of(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1,ip:::1",
                "-validity",
                "2",
                "-startdate",
                "-1d",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("keytool made no certificate, see " + log);
        }
    }

    private static void write(Path file, String type, byte[] content) throws IOException {
        String encoded = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                file,
                "-----BEGIN " + type + "-----\n" + encoded + "\n-----END " + type + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
