package libp2p.ipld.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.testing.Json;
import libp2p.ipld.Node;
import libp2p.multiformats.MalformedException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The cases of codecs-strict and of dasl-testing: what a strict reader takes, and what it refuses. */
class StrictCodecsTest {
    private static final HexFormat HEX = HexFormat.of();

    @TestFactory
    List<DynamicTest> strictReadersDecideAsTheSpecificationsDo() {
        Map<String, Object> cases = Json.object(Json.resource("/vectors/codecs-strict/cases.json"));
        List<DynamicTest> tests = new ArrayList<>();
        add(tests, cases, "dagCbor", new DagCbor());
        add(tests, cases, "dagJson", new DagJson());
        add(tests, cases, "dagPb", new DagPb());
        return tests;
    }

    private static void add(List<DynamicTest> tests, Map<String, Object> cases, String key, Codec codec) {
        for (Map<String, Object> row : Json.objects(cases.get(key))) {
            String text = (String) row.get("text");
            byte[] block = text == null ? HEX.parseHex((String) row.get("hex")) : text.getBytes(StandardCharsets.UTF_8);
            String spec = (String) row.get("spec");
            boolean accepted = spec.startsWith("accept");
            tests.add(DynamicTest.dynamicTest(key + " " + row.get("name"), () -> {
                if (accepted) {
                    byte[] canonical = codec.encode(codec.decode(block)); // links of DAG-PB are sorted
                    assertThat(codec.encode(codec.decode(canonical))).isEqualTo(canonical);
                } else if (spec.startsWith("contested")) {
                    roundTripOrRefuse(codec, block);
                } else {
                    assertThatThrownBy(() -> codec.decode(block)).isInstanceOf(MalformedException.class);
                }
            }));
        }
    }

    private static void roundTripOrRefuse(Codec codec, byte[] block) {
        Node node;
        try {
            node = codec.decode(block);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        assertThat(codec.decode(codec.encode(node))).isEqualTo(node);
    }

    @TestFactory
    List<DynamicTest> casesOfDaslThatBindDagCbor() {
        List<DynamicTest> tests = new ArrayList<>();
        DagCbor codec = new DagCbor();
        for (String file : List.of(
                "cid", "concat", "indefinite", "integer_range", "numeric_reduction", "short_form", "tags", "utf8")) {
            for (Map<String, Object> row : Json.objects(Json.resource("/vectors/dasl-testing/" + file + ".json"))) {
                List<?> tags = (List<?>) row.get("tags");
                if (!tags.contains("dag-cbor") && !tags.contains("basic")) {
                    continue;
                }
                byte[] block = HEX.parseHex((String) row.get("data"));
                String type = (String) row.get("type");
                tests.add(DynamicTest.dynamicTest(file + ": " + row.get("name"), () -> {
                    if (type.equals("roundtrip")) {
                        assertThat(codec.encode(codec.decode(block))).isEqualTo(block);
                    } else if (type.equals("invalid_in")) {
                        assertThatThrownBy(() -> codec.decode(block)).isInstanceOf(MalformedException.class);
                    }
                }));
            }
        }
        assertThat(tests.size()).isGreaterThan(30);
        return tests;
    }

    @Test
    void theLenientReaderTakesWhatOldWritersLeft() {
        DagCbor codec = new DagCbor();
        assertThat(codec.decodeLenient(HEX.parseHex("a2616201616102")).get("b")).isEqualTo(Node.of(1));
        assertThat(codec.decodeLenient(HEX.parseHex("fa3f800000"))).isEqualTo(new Node.Float(1));
        assertThat(codec.decodeLenient(HEX.parseHex("f93c00"))).isEqualTo(new Node.Float(1));
        assertThat(codec.decodeLenient(HEX.parseHex("f7"))).isEqualTo(new Node.Null());
    }

    @Test
    void nestingBeyondTheLimitIsRefusedInBothCodecsAndNotAStackOverflow() {
        byte[] cbor = new byte[100_000];
        java.util.Arrays.fill(cbor, (byte) 0x81);
        assertThatThrownBy(() -> new DagCbor().decode(cbor)).hasMessageContaining("nested");
        byte[] json = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> new DagJson().decode(json)).hasMessageContaining("nested");
    }

    @Test
    void aBlockOfManyTinyValuesIsRefusedByTheirNumber() {
        byte[] block = new byte[2 << 20];
        block[0] = (byte) 0x9a;
        int count = block.length - 5;
        for (int i = 0; i < 4; i++) {
            block[1 + i] = (byte) (count >>> 24 - 8 * i);
        }
        assertThatThrownBy(() -> new DagCbor().decode(block)).hasMessageContaining("more values");
    }
}
