package libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultihashVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Map<String, HashFunction> FUNCTIONS = Map.of(
            "sha1", HashFunction.SHA1,
            "sha2-256", HashFunction.SHA2_256,
            "sha2-512", HashFunction.SHA2_512,
            "sha3", HashFunction.SHA3_512);

    @Test
    void hashesAsTheSpecificationDoes() {
        for (String[] row : Vectors.rows("multihash/test_cases_even.csv")) {
            byte[] input = row[2].getBytes(UTF_8); // the table hashes the text of its third column
            Multihash expected = Multihash.fromBytes(HEX.parseHex(row[3]));
            HashFunction function = FUNCTIONS.get(row[0]);
            assertThat(function.hash(input, Integer.parseInt(row[1]) / 8)).isEqualTo(expected);
            assertThat(expected.matches(input)).isTrue();
            assertThat(expected.matches(new byte[0])).isFalse();
        }
    }

    @Test
    void peerIdsOfTheSpecificationAreMultihashesInBase58AndCids() {
        Map<String, Object> keys = Vectors.object(
                Vectors.object(Vectors.json("peer-id/spec_keys.json")).get("keys"));
        assertThat(keys).hasSize(4);
        for (Object value : keys.values()) {
            Map<String, Object> key = Vectors.object(value);
            byte[] publicKey = HEX.parseHex((String) key.get("public"));
            Multihash id = publicKey.length <= 42 ? Multihash.identity(publicKey) : Multihash.sha256(publicKey);
            assertThat(id.toBase58()).isEqualTo(key.get("peerIdBase58"));
            assertThat(Multihash.fromBase58((String) key.get("peerIdBase58"))).isEqualTo(id);
            Cid cid = Cid.v1(Multicodec.LIBP2P_KEY, id);
            assertThat(cid).hasToString((String) key.get("peerIdCidV1"));
            assertThat(Cid.parse((String) key.get("peerIdCidV1"))).isEqualTo(cid);
        }
    }
}
