package libp2p.crypto;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadEngine;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.Sha256Engine;
import libp2p.crypto.engine.X25519Engine;

/** The operation by which the engines of each primitive are compared: the one that a busy host does most. */
final class EngineProbes {
    private static final int RECORD = 16 << 10;

    private EngineProbes() {}

    /** An operation that can be repeated. */
    interface Operation extends AutoCloseable {
        void run() throws Exception;

        @Override
        default void close() {}
    }

    /** Prepares the operation of an implementation. */
    @FunctionalInterface
    interface Probe<E> {
        Operation prepare(E implementation) throws Exception;
    }

    /** Seals 16 KiB in a direct buffer, where records lie. */
    static Operation seal(AeadEngine engine, AeadAlgorithm algorithm) {
        AeadSealer sealer = new Aead(algorithm, engine).sealer(new byte[algorithm.keyLength()]);
        ByteBuffer buffer = ByteBuffer.allocateDirect(RECORD + AeadAlgorithm.TAG_LENGTH);
        return new Operation() {
            private long counter;

            @Override
            public void run() {
                sealer.seal(counter++, buffer, 0, RECORD);
            }

            @Override
            public void close() {
                sealer.close();
            }
        };
    }

    static Operation agree(X25519Engine engine) {
        byte[] privateKey = KnownAnswers.value("x25519.private");
        byte[] peer = KnownAnswers.value("x25519.peer");
        return () -> engine.agree(privateKey, peer);
    }

    static Operation publicKey(X25519Engine engine) {
        byte[] privateKey = KnownAnswers.value("x25519.private");
        return () -> engine.publicKey(privateKey);
    }

    static Operation sign(Ed25519Engine engine) {
        byte[] seed = KnownAnswers.value("ed25519.private");
        byte[] publicKey = KnownAnswers.value("ed25519.public");
        byte[] message = KnownAnswers.value("ed25519.message");
        return () -> engine.sign(seed, publicKey, message);
    }

    static Operation verify(SignatureScheme scheme, String name) throws InvalidKeyException {
        byte[] publicKey = KnownAnswers.value(name + ".public");
        byte[] message = KnownAnswers.value(name + ".message");
        byte[] signature = KnownAnswers.value(name + ".signature");
        scheme.checkPublicKey(publicKey);
        return () -> scheme.verify(publicKey, message, signature);
    }

    static Operation hash(Sha256Engine engine) {
        byte[] text = new byte[1 << 10];
        Sha256 sha256 = new Sha256(engine);
        return () -> sha256.hash(text);
    }
}
