package libp2p.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.Properties;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadEngine;
import libp2p.crypto.engine.Sha256Engine;
import libp2p.crypto.engine.X25519Engine;

/**
 * The tests that an engine passes before it is used: one known answer each, and one wrong input that it must refuse.
 */
final class KnownAnswers {
    private static final Properties VALUES = load();

    private KnownAnswers() {}

    static boolean aead(AeadEngine engine, AeadAlgorithm... algorithms) throws GeneralSecurityException {
        for (AeadAlgorithm algorithm : algorithms) {
            String name = algorithm.name().toLowerCase(java.util.Locale.ROOT);
            if (!seals(new Aead(algorithm, engine), name, false) || !seals(new Aead(algorithm, engine), name, true)) {
                return false;
            }
        }
        return true;
    }

    private static boolean seals(Aead aead, String name, boolean direct) throws AEADBadTagException {
        byte[] nonce = value(name + ".nonce");
        byte[] aad = value(name + ".aad");
        byte[] plaintext = value(name + ".plaintext");
        byte[] sealed = value(name + ".sealed");
        int length = sealed.length;
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
        try (AeadSealer sealer = aead.sealer(value(name + ".key"));
                AeadOpener opener = aead.opener(value(name + ".key"))) {
            buffer.put(0, plaintext);
            sealer.seal(nonce, aad, buffer, 0, plaintext.length);
            if (!Arrays.equals(content(buffer, length), sealed)) {
                return false;
            }
            opener.open(nonce, aad, buffer, 0, length);
            if (!Arrays.equals(content(buffer, plaintext.length), plaintext)) {
                return false;
            }
            buffer.put(0, sealed);
            buffer.put(length - 1, (byte) (buffer.get(length - 1) ^ 1));
            return refuses(opener, nonce, aad, buffer);
        }
    }

    private static boolean refuses(AeadOpener opener, byte[] nonce, byte[] aad, ByteBuffer forged) {
        try {
            opener.open(nonce, aad, forged, 0, forged.limit());
            return false;
        } catch (AEADBadTagException expected) {
            return true;
        }
    }

    static boolean x25519(X25519Engine engine) throws InvalidKeyException {
        byte[] secret = engine.agree(value("x25519.private"), value("x25519.peer"));
        return Arrays.equals(secret, value("x25519.secret"));
    }

    static boolean x25519Public(X25519Engine engine) {
        return Arrays.equals(engine.publicKey(value("x25519.private")), value("x25519.public"));
    }

    static boolean signatures(SignatureScheme scheme, String name) throws InvalidKeyException {
        byte[] message = value(name + ".message");
        byte[] signature = value(name + ".signature");
        byte[] publicKey = value(name + ".public");
        try (Signer signer = scheme.signer(value(name + ".private"))) {
            if (!Arrays.equals(signer.publicKey(), publicKey) || !Arrays.equals(signer.sign(message), signature)) {
                return false;
            }
        }
        byte[] other = message.clone();
        other[0] ^= 1;
        return scheme.verify(publicKey, message, signature) && !scheme.verify(publicKey, other, signature);
    }

    static boolean sha256(Sha256Engine engine) {
        Sha256 sha256 = new Sha256(engine);
        byte[] message = value("sha256.message");
        byte[] start = Arrays.copyOf(message, 5);
        byte[] rest = Arrays.copyOfRange(message, 5, message.length);
        return Arrays.equals(sha256.hash(start, rest), value("sha256.hash"));
    }

    private static byte[] content(ByteBuffer buffer, int length) {
        byte[] content = new byte[length];
        buffer.get(0, content);
        return content;
    }

    static byte[] value(String name) {
        String text = VALUES.getProperty(name);
        if (text == null) {
            throw new IllegalStateException("no known answer '" + name + "'");
        }
        return Hex.decode(text);
    }

    private static Properties load() {
        Properties values = new Properties();
        try (InputStream in = KnownAnswers.class.getResourceAsStream("known-answers.properties")) {
            if (in == null) {
                throw new IllegalStateException("known-answers.properties is missing");
            }
            values.load(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return values;
    }
}
