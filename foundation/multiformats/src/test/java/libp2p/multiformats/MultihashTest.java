package libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
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
        for (int length = 0; length <= MultiformatsLimits.DIGEST_BYTES; length++) {
            var digest = new byte[length];
            random.nextBytes(digest);
            long code = random.nextLong() >>> 1 + random.nextInt(63);
            Multihash hash = Multihash.of(code, digest);
            assertThat(hash.code()).isEqualTo(code);
            assertThat(hash.digest()).isEqualTo(digest);
            assertThat(hash.digestLength()).isEqualTo(length);
            assertThat(hash.size())
                    .isEqualTo(hash.toBytes().length)
                    .isLessThanOrEqualTo(MultiformatsLimits.MULTIHASH_BYTES);
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
                .isThrownBy(() -> Multihash.of(0, new byte[MultiformatsLimits.DIGEST_BYTES + 1]))
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
        Multihash blake = Multihash.of(0xb25c, new byte[28]);
        assertThat(Multihash.fromBytes(blake.toBytes())).isEqualTo(blake);
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> blake.matches(HELLO));
    }

    /** Digests by CPython's hashlib, at and around the length of a block. */
    @Test
    void hashesWithBlake2sOfEveryLength() {
        byte[] data = new byte[1000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 7);
        }
        assertThat(HashFunction.BLAKE2S_256.digest(Arrays.copyOf(data, 0)))
                .isEqualTo(HexFormat.of().parseHex("69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9"));
        assertThat(HashFunction.BLAKE2S_256.digest(Arrays.copyOf(data, 1)))
                .isEqualTo(HexFormat.of().parseHex("e34d74dbaf4ff4c6abd871cc220451d2ea2648846c7757fbaac82fe51ad64bea"));
        assertThat(HashFunction.BLAKE2S_256.digest(Arrays.copyOf(data, 63)))
                .isEqualTo(HexFormat.of().parseHex("8711b32e3542deae1acce6409fec6577d9ca7daf80e1dcb5534236beea38e6b3"));
        assertThat(HashFunction.BLAKE2S_256.digest(Arrays.copyOf(data, 64)))
                .isEqualTo(HexFormat.of().parseHex("b09537398e20f8cd56dca19d34b4b467633721bef880f40f2f707ebffd097551"));
        assertThat(HashFunction.BLAKE2S_256.digest(Arrays.copyOf(data, 65)))
                .isEqualTo(HexFormat.of().parseHex("8936ffcf32a157440820fc06674e4682f76fe78fa7184bfad264c2f6eff6a151"));
        assertThat(HashFunction.BLAKE2S_256.digest(Arrays.copyOf(data, 1000)))
                .isEqualTo(HexFormat.of().parseHex("864cc6649876b99e9f3f8519efaeb794ad1808c9af52b996583fb5a54c74a46d"));
    }

    /** Digests by CPython's hashlib, at and around the length of a block. */
    @Test
    void hashesWithBlake2bOfEveryLength() {
        byte[] data = new byte[1000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 7);
        }
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 0)))
                .isEqualTo(HexFormat.of().parseHex("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 0)))
                .isEqualTo(HexFormat.of().parseHex("3345524abf6bbe1809449224b5972c41790b6cf2"));
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 1)))
                .isEqualTo(HexFormat.of().parseHex("03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 1)))
                .isEqualTo(HexFormat.of().parseHex("082ad992fb76871c33a1b9993a082952feaca5e6"));
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 127)))
                .isEqualTo(HexFormat.of().parseHex("4ff62e7c4c43fe101a078479c48836be4907d9d498dcc577ca89d694b2c11f9b"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 127)))
                .isEqualTo(HexFormat.of().parseHex("b488b0bae10bd45e7a441fea5a47999c19dbb073"));
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 128)))
                .isEqualTo(HexFormat.of().parseHex("14696d2a98d9f8a280da8b132b1045b345e1033759c6b02fcc4ee885c8ae7c37"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 128)))
                .isEqualTo(HexFormat.of().parseHex("5cde3dcb89217d5815bca54d6c7365c5dd188ab9"));
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 129)))
                .isEqualTo(HexFormat.of().parseHex("3934215260b1039be9d9d2b073b059bcd50120c327a22af93eb4d98cf821c14c"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 129)))
                .isEqualTo(HexFormat.of().parseHex("fd00121d08f627a1ed72f13cbd825f971034be82"));
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 256)))
                .isEqualTo(HexFormat.of().parseHex("3d0cb2693dfbac42af5a6cc960953fea8714aa39c4bcd054ef61d6b5e98ade4a"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 256)))
                .isEqualTo(HexFormat.of().parseHex("420a7e23ba532070d8f5dd94c46c2485fe5e4144"));
        assertThat(HashFunction.BLAKE2B_256.digest(Arrays.copyOf(data, 1000)))
                .isEqualTo(HexFormat.of().parseHex("6ac4bea923678eb024090384d6e767b5870f849057dc19b172d8d9f2df30bf8e"));
        assertThat(HashFunction.BLAKE2B_160.digest(Arrays.copyOf(data, 1000)))
                .isEqualTo(HexFormat.of().parseHex("13a82596e78e613d88b56c371c1c314dfcaf698e"));
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
