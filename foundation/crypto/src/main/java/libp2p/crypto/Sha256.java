package libp2p.crypto;

import java.nio.ByteBuffer;
import java.util.Objects;
import libp2p.crypto.engine.Sha256Engine;

/** SHA-256 (FIPS 180-4). Thread-safe; a {@link Hasher} is for one thread at a time. */
public final class Sha256 {
    /** Length of a hash in bytes. */
    public static final int LENGTH = 32;
    /** Length of an input block in bytes. */
    static final int BLOCK_LENGTH = 64;

    private final Sha256Engine engine;

    Sha256(Sha256Engine engine) {
        this.engine = engine;
    }

    /** The hash of the concatenation of {@code parts}. */
    public byte[] hash(byte[]... parts) {
        Hasher hasher = newHasher();
        for (byte[] part : parts) {
            hasher.update(part);
        }
        return hasher.finish();
    }

    /** An empty running hash. */
    public Hasher newHasher() {
        return new Hasher(engine.newDigest());
    }

    /** A running hash. Holds no native memory and need not be closed. */
    public static final class Hasher {
        private final Sha256Engine.Digest digest;

        private Hasher(Sha256Engine.Digest digest) {
            this.digest = digest;
        }

        /** Takes all of {@code bytes}. */
        public Hasher update(byte[] bytes) {
            digest.update(bytes, 0, bytes.length);
            return this;
        }

        /** Takes one byte. */
        public Hasher update(byte value) {
            return update(new byte[] {value});
        }

        /** Takes {@code bytes[offset, offset + length)}. */
        public Hasher update(byte[] bytes, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            digest.update(bytes, offset, length);
            return this;
        }

        /** Takes the remaining bytes of {@code buffer}, which has none left afterwards. */
        public Hasher update(ByteBuffer buffer) {
            byte[] chunk = new byte[Math.min(buffer.remaining(), 8192)];
            while (buffer.hasRemaining()) {
                int length = Math.min(buffer.remaining(), chunk.length);
                buffer.get(chunk, 0, length);
                digest.update(chunk, 0, length);
            }
            return this;
        }

        /** The hash of all that was taken; the hasher starts over. */
        public byte[] finish() {
            byte[] hash = new byte[LENGTH];
            digest.finish(hash, 0);
            return hash;
        }
    }
}
