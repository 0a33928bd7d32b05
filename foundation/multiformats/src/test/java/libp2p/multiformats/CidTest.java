package libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String V0 = "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR";
    private static final String V1 = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

    @Test
    void readsAndWritesBothVersions() {
        Cid v0 = Cid.parse(V0);
        Cid v1 = Cid.parse(V1);
        assertThat(v0).hasToString(V0);
        assertThat(v1).hasToString(V1);
        assertThat(v0.version()).isZero();
        assertThat(v1.version()).isEqualTo(1);
        assertThat(v0.codec()).isEqualTo(v1.codec()).isEqualTo(Multicodec.DAG_PB);
        assertThat(v0.toV1()).isEqualTo(v1).isNotEqualTo(v0);
        assertThat(v1.toV0()).isEqualTo(v0);
        assertThat(v0.hash()).isEqualTo(v1.hash());
        assertThat(v0.size()).isEqualTo(34);
        assertThat(v1.size()).isEqualTo(36);
        assertThat(Cid.fromBytes(v0.toBytes())).isEqualTo(v0).hasSameHashCodeAs(v0);
        assertThat(Cid.fromBytes(v1.toBytes())).isEqualTo(v1).hasSameHashCodeAs(v1);
    }

    @ParameterizedTest
    @EnumSource
    void readsVersion1InEveryBase(Multibase base) {
        Cid cid = Cid.parse(V1);
        String text = cid.toString(base);
        assertThat(Cid.parse(text)).isEqualTo(cid);
        assertThat(text).hasSizeLessThanOrEqualTo(MultiformatsLimits.CID_TEXT);
    }

    @Test
    void theLongestCidFitsIntoTheLimitsInEveryBase() {
        Cid longest = Cid.v1(Long.MAX_VALUE, Multihash.of(Long.MAX_VALUE, new byte[MultiformatsLimits.DIGEST_BYTES]));
        assertThat(longest.size()).isEqualTo(MultiformatsLimits.CID_BYTES);
        for (Multibase base : Multibase.values()) {
            if (base != Multibase.PROQUINT) {
                assertThat(Cid.parse(longest.toString(base))).isEqualTo(longest);
            }
        }
    }

    @Test
    void writesVersion0InBase58Only() {
        Cid cid = Cid.parse(V0);
        assertThat(cid.toString(Multibase.BASE58BTC)).isEqualTo(V0);
        assertThatIllegalArgumentException().isThrownBy(() -> cid.toString(Multibase.BASE32));
    }

    @Test
    void refusesVersion0WithAMultibasePrefix() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Cid.parse("z" + V0))
                .withMessageContaining("must not have a multibase prefix");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(
                        () -> Cid.parse(Multibase.BASE32.encode(Cid.parse(V0).toBytes())));
    }

    @Test
    void allowsOnlyDagPbWithSha256InVersion0() {
        Multihash sha1 = HashFunction.SHA1.hash(new byte[0]);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Cid.v0(sha1));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Cid.v0(HashFunction.SHA2_256.hash(new byte[0], 20)));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() ->
                        Cid.v1(Multicodec.RAW, Multihash.sha256(new byte[0])).toV0())
                .withMessage("cid: version 0 needs dag-pb, not codec 0x55");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Cid.v1(Multicodec.DAG_PB, sha1).toV0());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Qm",
                "b",
                "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMn",
                "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMn0",
                "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR1",
                "/ipfs/QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR",
                "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzd",
                "bafy",
                "f00",
                "f01",
                "f0155",
                "f015512",
                "f01551220",
                "f02551201aa",
                "f03551201aa",
                "f0155120",
                "f01551201aabb",
                "f1220",
                "f800155"
            })
    void refusesMalformedText(String text) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Cid.parse(text));
    }

    @Test
    void refusesLongTextUnread() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Cid.parse("b".repeat(MultiformatsLimits.CID_TEXT + 1)))
                .withMessageContaining("longer than the limit");
    }

    @Test
    void readsFromABufferOnlyWhatBelongsToIt() {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        Cid.parse(V1).writeTo(buffer);
        Cid.parse(V0).writeTo(buffer);
        buffer.put((byte) 0x12).flip();
        assertThat(Cid.decode(buffer)).hasToString(V1);
        assertThat(Cid.decode(buffer)).hasToString(V0);
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Cid.decode(buffer));
        assertThat(buffer.remaining()).isEqualTo(1);
    }

    @Test
    void refusesBytesAfterTheEndOfAWholeArray() {
        byte[] bytes = HEX.parseHex(HEX.formatHex(Cid.parse(V1).toBytes()) + "00");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Cid.fromBytes(bytes))
                .withMessage("cid: 1 bytes after the end");
    }

    @Test
    void bothTextsOfTheSamePeerNameTheSameKey() {
        Map<String, Object> examples = Vectors.object(
                Vectors.object(Vectors.json("peer-id/spec_keys.json")).get("textExamples"));
        var sameKey = (java.util.List<?>) examples.get("sameKey");
        Cid cid = Cid.parse((String) sameKey.get(0));
        assertThat(cid.codec()).isEqualTo(Multicodec.LIBP2P_KEY);
        assertThat(cid.hash()).isEqualTo(Multihash.fromBase58((String) sameKey.get(1)));
        assertThat(Multihash.fromBase58((String) examples.get("ed25519")).code())
                .isEqualTo(Multicodec.IDENTITY);
    }

    @Test
    void isOrderedByItsBytes() {
        Cid v0 = Cid.parse(V0);
        Cid v1 = Cid.parse(V1);
        Cid other = Cid.v0(Multihash.sha256("other".getBytes(UTF_8)));
        assertThat(v1).isLessThan(v0);
        assertThat(v0.compareTo(other)).isEqualTo(-other.compareTo(v0)).isNotZero();
        assertThat(v0.compareTo(Cid.parse(V0))).isZero();
    }

    @Test
    void survivesMutatedTextAndBytes() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            Cid valid = Cid.parse(i % 2 == 0 ? V0 : V1);
            byte[] bytes = Mutations.mutate(valid.toBytes(), random);
            String text = Mutations.mutate(valid.toString(), random);
            try {
                assertThat(Cid.fromBytes(bytes).toBytes()).isEqualTo(bytes);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
            try {
                Cid cid = Cid.parse(text);
                assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
