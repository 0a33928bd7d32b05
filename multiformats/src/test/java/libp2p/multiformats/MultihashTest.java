package libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultihashTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    @Test
    void keepsUnknownCodesAndDigestsUpToTheLimit() {
        var random = new Random(5);
        for (int length = 0; length <= Limits.DIGEST_BYTES; length++) {
            var digest = new byte[length];
            random.nextBytes(digest);
            long code = random.nextLong() >>> 1 + random.nextInt(63);
            Multihash hash = Multihash.of(code, digest);
            assertThat(hash.code()).isEqualTo(code);
            assertThat(hash.digest()).isEqualTo(digest);
            assertThat(hash.digestLength()).isEqualTo(length);
            assertThat(hash.size()).isEqualTo(hash.toBytes().length).isLessThanOrEqualTo(Limits.MULTIHASH_BYTES);
            assertThat(Multihash.fromBytes(hash.toBytes())).isEqualTo(hash).hasSameHashCodeAs(hash);
            assertThat(Multihash.fromBase58(hash.toBase58())).isEqualTo(hash);
            ByteBuffer buffer = ByteBuffer.allocate(hash.size() + 1);
            hash.writeTo(buffer);
            buffer.put((byte) 9).flip();
            assertThat(Multihash.decode(buffer)).isEqualTo(hash);
            assertThat(buffer.remaining()).isEqualTo(1);
        }
    }

    @Test
    void refusesDigestsOverTheLimitBeforeReadingThem() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multihash.of(0, new byte[Limits.DIGEST_BYTES + 1]))
                .withMessage("multihash: a digest of 129 bytes is longer than the limit of 128");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Multihash.fromBytes(HEX.parseHex("12ffffffffffffffff7f")))
                .withMessageContaining("longer than the limit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "12", "1220", "122000", "1201", "12010203", "920020", "12a000", "ffffffffffffffffffff20"})
    void refusesMalformedBytes(String hex) {
        byte[] bytes = HEX.parseHex(hex);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multihash.fromBytes(bytes));
    }

    @Test
    void leavesABufferAloneThatHoldsLessThanAWholeMultihash() {
        ByteBuffer buffer = ByteBuffer.wrap(HEX.parseHex("12200102"));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multihash.decode(buffer));
        assertThat(buffer.position()).isZero();
    }

    @Test
    void refusesTextThatIsNotBase58OrNotAMultihash() {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multihash.fromBase58("Qm0"));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multihash.fromBase58("Qmaaaa"));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Multihash.fromBase58(""));
    }

    @Test
    void recognisesItsDataWhenTheDigestIsWholeOrCut() {
        assertThat(Multihash.sha256(HELLO).matches(HELLO)).isTrue();
        assertThat(HashFunction.SHA2_256.hash(HELLO, 20).matches(HELLO)).isTrue();
        assertThat(HashFunction.SHA2_256.hash(HELLO, 20).matches(new byte[0])).isFalse();
        assertThat(Multihash.identity(HELLO).matches(HELLO)).isTrue();
    }

    @Test
    void anEmptyOrTooLongDigestMatchesNothing() {
        assertThat(Multihash.of(Multicodec.SHA2_256, new byte[0]).matches(HELLO))
                .isFalse();
        byte[] longer = java.util.Arrays.copyOf(Multihash.sha256(HELLO).digest(), 33);
        assertThat(Multihash.of(Multicodec.SHA2_256, longer).matches(HELLO)).isFalse();
        assertThat(Multihash.identity(new byte[0]).matches(HELLO)).isFalse();
        assertThat(Multihash.identity(new byte[] {'h'}).matches(HELLO)).isFalse();
        assertThat(Multihash.identity(new byte[0]).matches(new byte[0])).isTrue();
    }

    @Test
    void saysThatItCannotCheckFunctionsOutsideThisModule() {
        Multihash blake = Multihash.of(Multicodec.BLAKE2B_256, new byte[32]);
        assertThat(Multihash.fromBytes(blake.toBytes())).isEqualTo(blake);
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> blake.matches(HELLO));
    }

    @Test
    void hashesWithEveryFunction() {
        assertThat(HashFunction.DBL_SHA2_256.hash(HELLO))
                .hasToString("56209595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
        for (HashFunction function : HashFunction.values()) {
            Multihash hash = function.hash(HELLO);
            assertThat(hash.code()).isEqualTo(function.code());
            assertThat(hash.matches(HELLO)).isTrue();
        }
    }

    @Test
    void cutsOnlyWhatCanBeCut() {
        assertThatIllegalArgumentException().isThrownBy(() -> HashFunction.SHA2_256.hash(HELLO, 33));
        assertThatIllegalArgumentException().isThrownBy(() -> HashFunction.SHA2_256.hash(HELLO, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> HashFunction.IDENTITY.hash(HELLO, 4));
        assertThat(HashFunction.IDENTITY.hash(HELLO, 5)).isEqualTo(Multihash.identity(HELLO));
    }

    @Test
    void cannotBeChangedThroughItsArrays() {
        byte[] digest = {1, 2, 3};
        Multihash hash = Multihash.of(0x99, digest);
        byte[] encoded = hash.toBytes();
        digest[0] = 9;
        hash.digest()[0] = 9;
        hash.toBytes()[0] = 9;
        assertThat(hash.toBytes()).isEqualTo(encoded);
    }

    @Test
    void isOrderedByItsBytesAsUnsigned() {
        Multihash low = Multihash.of(1, new byte[] {1});
        Multihash high = Multihash.of(1, new byte[] {(byte) 0x80});
        assertThat(low).isLessThan(high);
        assertThat(low.compareTo(Multihash.of(1, new byte[] {1}))).isZero();
    }

    @Test
    void survivesMutatedBytes() {
        mutate(new Random(6), 20_000);
    }

    @Test
    @Tag("long")
    void survivesManyMutatedBytes() {
        mutate(new Random(8), 10_000_000);
    }

    private static void mutate(Random random, int rounds) {
        byte[] valid = Multihash.sha256(HELLO).toBytes();
        for (int i = 0; i < rounds; i++) {
            byte[] bytes = Mutations.mutate(valid, random);
            try {
                assertThat(Multihash.fromBytes(bytes).toBytes()).isEqualTo(bytes);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
