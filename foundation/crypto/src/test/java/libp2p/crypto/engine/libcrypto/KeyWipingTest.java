package libp2p.crypto.engine.libcrypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import libp2p.crypto.Crypto;
import libp2p.crypto.Engine;
import libp2p.crypto.EnginePreference;
import libp2p.crypto.Primitive;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadContext;
import org.junit.jupiter.api.Test;

/**
 * Secrets do not stay in native memory. The memory of malloc is searched for the secret, as another process with the
 * right to would; while the secret is in use it must be found, so that a search in the wrong place cannot pass.
 */
class KeyWipingTest {
    private static final Random RANDOM = new Random();

    /** Closes what it lends only after a look at it. */
    private static final class WatchedArena implements Arena {
        private final Arena lender = Arena.ofConfined();
        private byte[] atTheEnd = {1};
        private MemorySegment lent = MemorySegment.NULL;

        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            lent = lender.allocate(bytes, alignment);
            return lent;
        }

        @Override
        public MemorySegment.Scope scope() {
            return lender.scope();
        }

        @Override
        public void close() {
            atTheEnd = lent.toArray(ValueLayout.JAVA_BYTE);
            lender.close();
        }
    }

    @Test
    void argumentsAreWipedBeforeTheirMemoryIsGivenBack() {
        WatchedArena arena = new WatchedArena();
        try (Scratch scratch = new Scratch(arena, 64)) {
            assertThat(scratch.copy(new byte[] {1, 2, 3}).toArray(ValueLayout.JAVA_BYTE))
                    .containsExactly(1, 2, 3);
        }
        assertThat(arena.atTheEnd).hasSizeGreaterThanOrEqualTo(64).containsOnly(0);
    }

    @Test
    void theKeyOfAnAeadIsGoneWhenItIsFreed() throws Exception {
        requireLibcrypto();
        byte[] key = secret();
        AeadContext context = new LibcryptoAead().context(AeadAlgorithm.CHACHA20_POLY1305, key, true);
        context.seal(new byte[12], new byte[0], ByteBuffer.allocateDirect(116), 0, 100);
        assumeTrue(MallocMemory.holds(key), "the key was not found while in use: another malloc");
        context.free();
        assertThat(MallocMemory.holds(key)).isFalse();
    }

    @Test
    void thePrivateKeyOfAnAgreementIsGoneAfterIt() throws Exception {
        requireLibcrypto();
        byte[] key = secret();
        LibcryptoX25519 x25519 = new LibcryptoX25519();
        byte[] publicKey = x25519.publicKey(key);
        byte[] shared = x25519.agree(key, publicKey);
        assertThat(MallocMemory.holds(key)).isFalse();
        assertThat(MallocMemory.holds(shared)).isFalse();
    }

    @Test
    void theSeedOfASignatureIsGoneAfterIt() throws Exception {
        requireLibcrypto();
        byte[] seed = secret();
        LibcryptoEd25519 ed25519 = new LibcryptoEd25519();
        byte[] publicKey = ed25519.publicKey(seed);
        assertThat(ed25519.verify(publicKey, new byte[8], ed25519.sign(seed, publicKey, new byte[8])))
                .isTrue();
        assertThat(MallocMemory.holds(seed)).isFalse();
    }

    @Test
    void theSearchFindsWhatMallocHas() throws Exception {
        assumeTrue(MallocMemory.isReadable(), "no /proc/self/mem here");
        byte[] wanted = secret();
        assertThat(MallocMemory.holds(wanted)).isFalse();
        try (Arena arena = Arena.ofConfined()) {
            arena.allocateFrom(ValueLayout.JAVA_BYTE, wanted);
            assumeTrue(MallocMemory.holds(wanted), "another malloc");
        }
    }

    private static byte[] secret() {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return secret;
    }

    private static void requireLibcrypto() {
        boolean here = Crypto.of(EnginePreference.DEFAULT).report().stream()
                .anyMatch(report -> report.primitive() == Primitive.X25519 && report.engine() == Engine.LIBCRYPTO);
        assumeTrue(here && MallocMemory.isReadable(), "no libcrypto, or no /proc/self/mem");
    }
}
