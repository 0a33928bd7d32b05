package libp2p.autotls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.core.datastore.Folders;
import libp2p.core.datastore.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * The files of one ACME server: the key of the account, that of the certificate, the certificates, and before when no
 * other attempt is made. Each file is replaced whole, and its owner alone may read it. The key of the certificate stays
 * the same over renewals, so that a crash never leaves a certificate beside a key of another. Blocks for the disk; one
 * thread at a time.
 */
final class CertificateFolder {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (PRIVATE|PUBLIC) KEY-----([A-Za-z0-9+/=\\s]*+)-----END \\1 KEY-----");
    private static final String CURVE = "secp256r1";

    private final Path folder;

    CertificateFolder(Path folder) {
        this.folder = folder;
    }

    /** The key that stands for the account at the ACME server; made when there is none. */
    KeyPair accountKey() throws IOException {
        return loadOrCreate(folder.resolve("account-key.pem"));
    }

    /** The key of the certificate; made when there is none. */
    KeyPair certifiedKey() throws IOException {
        return loadOrCreate(keyFile());
    }

    /** The file of the certificate's key. */
    Path keyFile() {
        return folder.resolve("key.pem");
    }

    /** The file of the certificates. */
    Path chainFile() {
        return folder.resolve("chain.pem");
    }

    /** The certificates, that of the host first; empty if there are none. */
    List<X509Certificate> chain() throws IOException {
        byte[] bytes = read(chainFile());
        if (bytes == null) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate one :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                chain.add((X509Certificate) one);
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(chainFile() + " holds no certificates in PEM: " + e.getMessage(), e);
        }
    }

    /** Keeps certificates in place of those before. */
    void keep(List<X509Certificate> chain) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate one : chain) {
                text.append(block("CERTIFICATE", one.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate cannot be encoded", e);
        }
        write(chainFile(), text.toString());
    }

    /** Before when no attempt is made; the epoch if that was never said, or cannot be read. */
    Instant notBefore() throws IOException {
        byte[] bytes = read(folder.resolve("not-before"));
        try {
            return bytes == null ? Instant.EPOCH : Instant.parse(new String(bytes, StandardCharsets.US_ASCII).strip());
        } catch (DateTimeException malformed) {
            return Instant.EPOCH;
        }
    }

    /** Keeps before when no attempt is made. */
    void keepNotBefore(Instant value) throws IOException {
        write(folder.resolve("not-before"), value + "\n");
    }

    /** A key that any user of the machine could have put there would be that user's. */
    private KeyPair loadOrCreate(Path file) throws IOException {
        OwnerOnly.requireNotOpenToAll(folder);
        byte[] bytes = read(file);
        if (bytes == null) {
            KeyPair fresh = create();
            write(
                    file,
                    block("PRIVATE KEY", fresh.getPrivate().getEncoded())
                            + block("PUBLIC KEY", fresh.getPublic().getEncoded()));
            return fresh;
        }
        byte[] secret = null;
        byte[] known = null;
        Matcher blocks = BLOCK.matcher(new String(bytes, StandardCharsets.US_ASCII));
        while (blocks.find()) {
            byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
            if (blocks.group(1).equals("PRIVATE")) {
                secret = der;
            } else {
                known = der;
            }
        }
        if (secret == null || known == null) {
            throw new IOException(file + " does not hold a private and a public key in PEM");
        }
        try {
            KeyFactory keys = KeyFactory.getInstance("EC");
            return new KeyPair(
                    keys.generatePublic(new X509EncodedKeySpec(known)),
                    keys.generatePrivate(new PKCS8EncodedKeySpec(secret)));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds a malformed key", e);
        }
    }

    /** A key of P-256, which every browser takes; by the JDK, as those that sign with it want its keys. */
    private static KeyPair create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    private static String block(String label, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }

    private static byte @Nullable [] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private void write(Path file, String text) throws IOException {
        OwnerOnly.folder(folder);
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary); // of a process that has crashed
        try {
            OwnerOnly.file(temporary);
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        Folders.force(folder);
    }
}
