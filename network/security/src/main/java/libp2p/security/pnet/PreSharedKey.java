package libp2p.security.pnet;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import libp2p.core.datastore.OwnerOnly;
import libp2p.core.environment.Environment;
import libp2p.multiformats.MalformedException;
import org.bouncycastle.crypto.StreamCipher;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * The 32 secret bytes that all peers of a private network share (libp2p specification, pnet). Immutable; two are equal
 * if the bytes are; {@code toString} shows the fingerprint only.
 */
public final class PreSharedKey {
    /** Length in bytes. */
    public static final int LENGTH = 32;

    private static final System.Logger LOG = System.getLogger(PreSharedKey.class.getName());

    private static final String CODEC = "/key/swarm/psk/1.0.0/";
    private static final int MAX_FILE = 1024;
    private static final byte[] FINGERPRINT_NONCE = "finprint".getBytes(StandardCharsets.US_ASCII);
    private static final int FINGERPRINT_LENGTH = 16;

    private final byte[] bytes;

    private PreSharedKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A key from its bytes, which are copied.
     *
     * @throws IllegalArgumentException if they are not 32
     */
    public static PreSharedKey of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a pre-shared key has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new PreSharedKey(bytes.clone());
    }

    /** A fresh key. */
    public static PreSharedKey generate(Environment environment) {
        byte[] bytes = new byte[LENGTH];
        environment.secureRandom(bytes);
        return new PreSharedKey(bytes);
    }

    /**
     * Reads a key file ({@code swarm.key}), and warns in the log if others may read it too; blocks for the disk.
     *
     * @throws MalformedException as {@link #parse}
     */
    public static PreSharedKey load(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            PreSharedKey key = parse(in.readNBytes(MAX_FILE + 1));
            if (OwnerOnly.mayOthersRead(file)) {
                LOG.log(
                        Level.WARNING,
                        "the key file of a private network, " + file
                                + ", can be read by others; chmod 600 keeps it from them");
            }
            return key;
        }
    }

    /**
     * Reads the content of a key file: a line {@code /key/swarm/psk/1.0.0/}, a line {@code /base16/}, {@code /base64/}
     * or {@code /bin/}, and the key in that form. White space may follow the first two forms, nothing the last.
     *
     * @throws MalformedException if it is anything else, or longer than 1,024 bytes; the message holds no secret
     */
    public static PreSharedKey parse(byte[] file) {
        if (file.length > MAX_FILE) {
            throw malformed("more than " + MAX_FILE + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(file);
        if (!CODEC.equals(line(in))) {
            throw malformed("the first line is not " + CODEC);
        }
        String form = line(in);
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        byte[] key;
        try {
            key = switch (form) {
                case "/base16/" -> HexFormat.of().parseHex(text(rest));
                case "/base64/" -> Base64.getDecoder().decode(text(rest));
                case "/bin/" -> rest;
                default -> throw malformed("the second line is not /base16/, /base64/ or /bin/");
            };
        } catch (IllegalArgumentException undecodable) {
            throw undecodable instanceof MalformedException known ? known : malformed("the key is not valid " + form);
        }
        if (key.length != LENGTH) {
            throw malformed("the key has " + key.length + " bytes, not " + LENGTH);
        }
        return new PreSharedKey(key);
    }

    private static MalformedException malformed(String what) {
        return new MalformedException("pre-shared key file: " + what);
    }

    private static String line(ByteBuffer in) {
        StringBuilder line = new StringBuilder();
        while (in.hasRemaining()) {
            char c = (char) (in.get() & 0xff);
            if (c == '\n') {
                break;
            }
            line.append(c);
        }
        return line.toString().stripTrailing();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII).stripTrailing();
    }

    /** The content of a key file, in base 16; a secret. */
    public String toFile() {
        return CODEC + "\n/base16/\n" + HexFormat.of().formatHex(bytes) + "\n";
    }

    /**
     * A name for the network that gives nothing of the key away: 32 hex digits, the same as other implementations show.
     */
    public String fingerprint() {
        byte[] stream = new byte[64];
        StreamCipher salsa20 = new Salsa20Engine();
        salsa20.init(true, new ParametersWithIV(new KeyParameter(bytes), FINGERPRINT_NONCE));
        salsa20.processBytes(stream, 0, stream.length, stream, 0);
        try {
            byte[] hash = MessageDigest.getInstance("SHAKE128-256").digest(stream);
            return HexFormat.of().formatHex(hash, 0, FINGERPRINT_LENGTH);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java has no SHAKE128", missing);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PreSharedKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "PreSharedKey[" + fingerprint() + "]";
    }
}
