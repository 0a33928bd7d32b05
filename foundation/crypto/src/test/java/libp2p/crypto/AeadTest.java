package libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import libp2p.crypto.algorithm.AeadAlgorithm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of every AEAD of every engine. */
class AeadTest {
    private static Primitive primitive(AeadAlgorithm algorithm) {
        return algorithm == AeadAlgorithm.CHACHA20_POLY1305 ? Primitive.CHACHA20_POLY1305 : Primitive.AES_GCM;
    }

    private static final byte[] NONE = {};

    private final Random random = new Random(7);

    /** One algorithm of one engine. */
    record Case(Engine engine, AeadAlgorithm algorithm) {
        Aead aead() {
            return Engines.only(engine, primitive(algorithm)).aead(algorithm);
        }
    }

    static Stream<Case> cases() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of(AeadAlgorithm.values()).map(algorithm -> new Case(engine, algorithm)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void opensWhatAnyOtherEngineSealed(Case sealing) throws Exception {
        Aead aead = sealing.aead();
        byte[] key = bytes(aead.algorithm().keyLength());
        List<AeadOpener> openers = new ArrayList<>();
        for (Engine engine : Engines.available(primitive(aead.algorithm()))) {
            openers.add(Engines.only(engine).aead(aead.algorithm()).opener(key));
        }
        int largest = sealing.engine() == Engine.BOUNCY_CASTLE ? 5000 : 70000;
        try (AeadSealer sealer = aead.sealer(key)) {
            for (int round = 0; round < 150; round++) {
                int length = round < 70 ? round : random.nextInt(largest);
                byte[] text = bytes(length);
                byte[] aad = bytes(random.nextInt(40));
                ByteBuffer buffer = buffer(length + 16 + 9, round);
                buffer.put(9, text);
                assertThat(sealer.seal(round, aad, buffer, 9, length)).isEqualTo(length + 16);
                byte[] sealed = content(buffer, 9, length + 16);
                for (AeadOpener opener : openers) {
                    buffer.put(9, sealed);
                    assertThat(opener.open(round, aad, buffer, 9, length + 16)).isEqualTo(length);
                    assertThat(content(buffer, 9, length)).isEqualTo(text);
                    assertThat(content(buffer, 0, 9)).isEqualTo(new byte[9]);
                }
            }
        }
        openers.forEach(AeadOpener::close);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesEveryFlippedBitAndLeavesNoPlaintext(Case testCase) throws Exception {
        Aead aead = testCase.aead();
        byte[] key = bytes(aead.algorithm().keyLength());
        byte[] aad = bytes(3);
        byte[] text = bytes(21);
        try (AeadSealer sealer = aead.sealer(key);
                AeadOpener opener = aead.opener(key)) {
            byte[] sealed = sealer.seal(5, aad, text);
            for (int bit = 0; bit < 8 * sealed.length; bit++) {
                ByteBuffer buffer = buffer(sealed.length, bit);
                buffer.put(0, sealed);
                buffer.put(bit / 8, (byte) (sealed[bit / 8] ^ 1 << bit % 8));
                assertThatThrownBy(() -> opener.open(5, aad, buffer, 0, sealed.length))
                        .isInstanceOf(AEADBadTagException.class);
                assertThat(content(buffer, 0, text.length)).isEqualTo(new byte[text.length]);
            }
            assertThatThrownBy(() -> opener.open(6, aad, sealed)).isInstanceOf(AEADBadTagException.class);
            assertThatThrownBy(() -> opener.open(5, NONE, sealed)).isInstanceOf(AEADBadTagException.class);
            assertThatThrownBy(() -> opener.open(5, aad, new byte[15])).isInstanceOf(AEADBadTagException.class);
            assertThat(opener.open(5, aad, sealed))
                    .as("still works after failures")
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void neverSealsTwiceUnderOneCounter(Case testCase) {
        Aead aead = testCase.aead();
        try (AeadSealer sealer = aead.sealer(new byte[aead.algorithm().keyLength()]);
                AeadOpener opener = aead.opener(new byte[aead.algorithm().keyLength()])) {
            sealer.seal(0, NONE, NONE);
            assertThatThrownBy(() -> sealer.seal(0, NONE, NONE)).hasMessageContaining("counter 0");
            sealer.seal(-2, NONE, NONE);
            assertThatThrownBy(() -> sealer.seal(-2, NONE, NONE)).hasMessageContaining("18446744073709551614");
            assertThatThrownBy(() -> sealer.seal(1, NONE, NONE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sealer.seal(-1, NONE, NONE)).hasMessageContaining("2^64-1");
            assertThatThrownBy(() -> opener.open(-1, NONE, new byte[16])).hasMessageContaining("2^64-1");
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void throwsAfterCloseAndMayBeClosedTwice(Case testCase) {
        Aead aead = testCase.aead();
        AeadSealer sealer = aead.sealer(new byte[aead.algorithm().keyLength()]);
        AeadOpener opener = aead.opener(new byte[aead.algorithm().keyLength()]);
        sealer.close();
        opener.close();
        assertThatCode(sealer::close).doesNotThrowAnyException();
        assertThatCode(opener::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> sealer.seal(0, NONE, NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> opener.open(0, NONE, new byte[16]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @ParameterizedTest
    @EnumSource
    void freesNativeMemoryOnlyAfterTheOperationThatCloseMeets(AeadAlgorithm algorithm) throws Exception {
        Aead aead = new Case(Engine.LIBCRYPTO, algorithm).aead();
        for (int round = 0; round < 200; round++) {
            AeadSealer sealer = aead.sealer(new byte[aead.algorithm().keyLength()]);
            ByteBuffer buffer = buffer(60000, round);
            Thread closer = Thread.ofVirtual().unstarted(sealer::close);
            long counter = 0;
            try {
                closer.start();
                while (true) {
                    sealer.seal(counter++, buffer, 0, 50000);
                }
            } catch (IllegalStateException closed) {
                assertThat(closed).hasMessageContaining("closed");
            }
            closer.join();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesRangesOutsideTheBufferAndReadOnlyBuffers(Case testCase) {
        Aead aead = testCase.aead();
        try (AeadSealer sealer = aead.sealer(new byte[aead.algorithm().keyLength()]);
                AeadOpener opener = aead.opener(new byte[aead.algorithm().keyLength()])) {
            for (int kind = 0; kind < 2; kind++) {
                ByteBuffer buffer = buffer(100, kind).limit(50);
                assertThatThrownBy(() -> sealer.seal(0, buffer, 0, 35)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> sealer.seal(0, buffer, -1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> sealer.seal(0, buffer, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> sealer.seal(0, buffer, 0, Integer.MAX_VALUE))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> opener.open(0, buffer, 35, 16)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> sealer.seal(0, buffer.asReadOnlyBuffer(), 0, 10))
                        .isInstanceOf(ReadOnlyBufferException.class);
            }
            assertThat(sealer.seal(0, buffer(100, 0).limit(50).position(40), 0, 34))
                    .isEqualTo(50);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void worksOnSlicesOfLargerBuffers(Case testCase) throws Exception {
        Aead aead = testCase.aead();
        byte[] key = bytes(aead.algorithm().keyLength());
        byte[] text = bytes(100);
        try (AeadSealer sealer = aead.sealer(key);
                AeadOpener opener = aead.opener(key)) {
            for (int kind = 0; kind < 2; kind++) {
                ByteBuffer outer = buffer(300, kind);
                ByteBuffer slice = outer.slice(50, 200);
                slice.put(10, text);
                sealer.seal(kind, slice, 10, text.length);
                assertThat(opener.open(kind, NONE, content(outer, 60, 116))).isEqualTo(text);
                assertThat(content(outer, 0, 60)).isEqualTo(new byte[60]);
                assertThat(content(outer, 176, 124)).isEqualTo(new byte[124]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesKeysAndNoncesOfTheWrongLength(Case testCase) {
        Aead aead = testCase.aead();
        int length = aead.algorithm().keyLength();
        assertThatThrownBy(() -> aead.sealer(new byte[length + 1])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> aead.opener(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        try (AeadSealer sealer = aead.sealer(new byte[length])) {
            assertThatThrownBy(() -> sealer.seal(new byte[13], NONE, ByteBuffer.allocate(40), 0, 10))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static ByteBuffer buffer(int length, int kind) {
        return kind % 2 == 0 ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    }

    private static byte[] content(ByteBuffer buffer, int offset, int length) {
        byte[] content = new byte[length];
        buffer.get(offset, content);
        return content;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
