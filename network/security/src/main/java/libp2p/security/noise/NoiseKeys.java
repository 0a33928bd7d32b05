package libp2p.security.noise;

import java.nio.charset.StandardCharsets;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.crypto.Crypto;
import libp2p.crypto.X25519;

/**
 * The static Noise key of a host with the signature of its identity over it. Both are made once and used for every
 * handshake: the signature is the dearest step of one. Immutable and thread-safe; the key lives as long as the object
 * and is never written anywhere.
 */
public final class NoiseKeys {
    private static final byte[] CONTEXT = "noise-libp2p-static-key:".getBytes(StandardCharsets.UTF_8);

    private final Identity identity;
    private final byte[] staticPrivate;
    private final byte[] staticPublic;
    private final byte[] identityKey;
    private final byte[] signature;

    NoiseKeys(Identity identity, byte[] staticPrivate) {
        this.identity = identity;
        this.staticPrivate = staticPrivate;
        staticPublic = Crypto.standard().x25519().publicKey(staticPrivate);
        identityKey = identity.publicKey().toProtobuf();
        signature = identity.key().sign(signedBytes(staticPublic));
    }

    /** Makes a static key and signs it, which takes some tenths of a millisecond, with RSA some milliseconds. */
    public static NoiseKeys create(Identity identity, Environment environment) {
        byte[] staticPrivate = new byte[X25519.LENGTH];
        environment.secureRandom(staticPrivate);
        return new NoiseKeys(identity, staticPrivate);
    }

    /** The end that the keys belong to. */
    public Identity identity() {
        return identity;
    }

    byte[] staticPrivate() {
        return staticPrivate;
    }

    byte[] staticPublic() {
        return staticPublic;
    }

    byte[] payload(NoiseExtensions extensions) {
        return new HandshakePayload(identityKey, signature, extensions).encode();
    }

    /** The bytes that an identity key signs for a static key. */
    static byte[] signedBytes(byte[] staticPublic) {
        byte[] bytes = new byte[CONTEXT.length + staticPublic.length];
        System.arraycopy(CONTEXT, 0, bytes, 0, CONTEXT.length);
        System.arraycopy(staticPublic, 0, bytes, CONTEXT.length, staticPublic.length);
        return bytes;
    }
}
