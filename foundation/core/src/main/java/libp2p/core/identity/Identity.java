package libp2p.core.identity;

import java.io.IOException;
import java.nio.file.Path;
import libp2p.core.environment.Environment;
import libp2p.crypto.algorithm.RandomSource;

/**
 * The identity of a host: its private key with the peer id. Key files hold the private key message of the
 * specification, as those of go, rust and kubo do. The methods with a path block for the disk.
 *
 * @param key the private key
 * @param peerId the id of its public key
 */
public record Identity(PrivateKey key, PeerId peerId) {
    public Identity {
        if (!peerId.matches(key.publicKey())) {
            throw new IllegalArgumentException("the key of " + key.publicKey().peerId() + " is not that of " + peerId);
        }
    }

    /** The identity that a key stands for. */
    public static Identity of(PrivateKey key) {
        return new Identity(key, key.publicKey().peerId());
    }

    /** A fresh identity with an Ed25519 key. */
    public static Identity generate(Environment environment) {
        return generate(KeyType.ED25519, environment);
    }

    /** A fresh identity. */
    public static Identity generate(KeyType type, Environment environment) {
        return of(PrivateKey.generate(type, environment));
    }

    /** Reads the identity from a file; if there is none, makes one with an Ed25519 key and writes it there. */
    public static Identity loadOrCreate(Path file) throws IOException {
        return new KeyFile(file).loadOrCreate(() -> of(PrivateKey.generate(KeyType.ED25519, RandomSource.system())));
    }

    /**
     * Reads the identity from a file; if there is none, makes one and writes it there, readable by the owner only. The
     * file appears whole or not at all, and of several processes that do this at once all get the same identity.
     *
     * @throws MalformedKeyException if the file is not a key
     */
    public static Identity loadOrCreate(Path file, KeyType type, Environment environment) throws IOException {
        return new KeyFile(file).loadOrCreate(() -> generate(type, environment));
    }

    /**
     * Reads the identity from a file. Warns in the log if others may read it.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws MalformedKeyException if the file is not a key
     */
    public static Identity load(Path file) throws IOException {
        return new KeyFile(file).load();
    }

    /** Writes the identity to a file that only the owner can read, replacing what is there at once. */
    public void save(Path file) throws IOException {
        new KeyFile(file).replace(this);
    }

    /** The public half of the key. */
    public PublicKey publicKey() {
        return key.publicKey();
    }

    @Override
    public String toString() {
        return "Identity[" + key.type() + ", " + peerId + "]";
    }
}
