package libp2p.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import libp2p.core.testing.Fuzz;
import libp2p.core.testing.Json;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
    private static final String INLINED = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    private static final String HASHED = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
    private static final String HASHED_CID = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";

    @Test
    void readsTheExamplesOfTheSpecification() {
        assertThat(PeerId.parse(HASHED_CID)).isEqualTo(PeerId.parse(HASHED)).hasToString(HASHED);
        assertThat(PeerId.parse(HASHED).toCidString()).isEqualTo(HASHED_CID);
        assertThat(PeerId.parse(INLINED)).hasToString(INLINED);
    }

    @Test
    void readsEveryTextInTheVectors() {
        for (var vector : Json.objects(Json.resource("/golden-go/keys.json"))) {
            PeerId id = PeerId.parse((String) vector.get("peerId"));
            assertThat(PeerId.parse((String) vector.get("cid"))).isEqualTo(id).hasSameHashCodeAs(id);
            assertThat(PeerId.fromBytes(id.toBytes())).isEqualTo(id);
        }
    }

    @ParameterizedTest
    @EnumSource(Multibase.class)
    void readsCidsInEveryBase(Multibase base) {
        PeerId id = PeerId.parse(INLINED);
        assertThat(PeerId.parse(id.toCid().toString(base))).isEqualTo(id);
    }

    @Test
    void givesTheKeyOutThatItInlines() throws IOException {
        var vectors = Json.objects(Json.resource("/golden-go/keys.json"));
        for (var vector : vectors) {
            PublicKey key = PublicKey.fromProtobuf(HexFormat.of().parseHex((String) vector.get("public")));
            PeerId id = PeerId.of(key);
            assertThat(id.matches(key)).isTrue();
            if (key.toProtobuf().length <= IdentityLimits.INLINED_KEY_BYTES) {
                assertThat(id.extractKey()).isEqualTo(key);
            } else {
                assertThat(id.extractKey()).isNull();
            }
        }
    }

    @Test
    void givesNoKeyOutIfWhatItInlinesIsNone() {
        PeerId id = PeerId.fromBytes(Multihash.identity(new byte[] {1, 2, 3}).toBytes());
        assertThat(id.extractKey()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "Qm",
                "x",
                "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5S0",
                "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
                "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqx",
                "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
                "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"
            })
    void refusesTextThatIsNoPeerId(String text) {
        assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesTextThatIsTooLong() {
        assertThatThrownBy(() -> PeerId.parse("1".repeat(IdentityLimits.PEER_ID_TEXT + 1)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void refusesCidsOfOtherCodecs() {
        Multihash hash = PeerId.parse(HASHED).toMultihash();
        assertThatThrownBy(() -> PeerId.parse(Cid.v1(Multicodec.DAG_PB, hash).toString()))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesHashesThatAreNoPeerIds() {
        List<Multihash> hashes = List.of(
                Multihash.identity(new byte[0]),
                Multihash.identity(new byte[43]),
                Multihash.of(Multicodec.SHA2_256, new byte[31]),
                Multihash.of(Multicodec.SHA2_512, new byte[64]),
                Multihash.of(Multicodec.SHA1, new byte[20]));
        for (Multihash hash : hashes) {
            assertThatThrownBy(() -> PeerId.fromBytes(hash.toBytes())).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void isOrderedByItsUnsignedBytes() {
        PeerId low = PeerId.fromBytes(Multihash.identity(new byte[] {1}).toBytes());
        PeerId high =
                PeerId.fromBytes(Multihash.identity(new byte[] {(byte) 0x80}).toBytes());
        PeerId hashed = PeerId.parse(HASHED);
        assertThat(new TreeSet<>(List.of(hashed, high, low))).containsExactly(low, high, hashed);
        assertThat(low).isEqualByComparingTo(PeerId.fromBytes(low.toBytes()));
    }

    @Test
    void hasAShortNameForLogs() {
        assertThat(PeerId.parse(INLINED).shortName()).isEqualTo("*AJU5SA");
    }

    @Test
    void cannotBeChangedFromOutside() {
        PeerId id = PeerId.parse(INLINED);
        id.toBytes()[5] ^= 1;
        assertThat(id).hasToString(INLINED);
    }

    @Test
    void onlyItsOwnExceptionComesOutOfHostileInput() {
        byte[] inlined = PeerId.parse(INLINED).toBytes();
        byte[] hashed = PeerId.parse(HASHED).toBytes();
        Fuzz.run(
                19,
                50_000,
                List.of(inlined, hashed),
                bytes -> PeerId.fromBytes(bytes).extractKey(),
                MalformedException.class);
        List<byte[]> texts = List.of(ascii(INLINED), ascii(HASHED), ascii(HASHED_CID));
        Fuzz.run(
                23,
                20_000,
                texts,
                bytes -> PeerId.parse(new String(bytes, StandardCharsets.ISO_8859_1)),
                MalformedException.class);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
