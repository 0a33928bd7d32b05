package libp2p.ipld.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The codec fixtures of IPLD: one value in each codec, and every codec makes the same bytes of the values of the
 * others.
 */
class CodecFixturesTest {
    private static final Map<String, Codec> CODECS =
            Map.of("dag-cbor", new DagCbor(), "dag-json", new DagJson(), "dag-pb", new DagPb());

    @TestFactory
    List<DynamicTest> everyCodecMakesTheBytesOfTheFixture() throws IOException, URISyntaxException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String set : List.of("ipld-codecs", "ipld-codecs-unicode")) {
            Path root = Path.of(CodecFixturesTest.class
                    .getResource("/vectors/" + set + "/fixtures")
                    .toURI());
            try (Stream<Path> folders = Files.list(root)) {
                for (Path folder : folders.sorted().toList()) {
                    tests.add(DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
                }
            }
        }
        assertThat(tests.size()).isGreaterThan(50);
        return tests;
    }

    private static void check(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> inside = Files.list(folder)) {
            files = inside.sorted().toList();
        }
        for (Path from : files) {
            byte[] block = Files.readAllBytes(from);
            Codec codec = codec(from);
            Cid cid = Cid.parse(from.getFileName().toString().split("\\.")[0]);
            assertThat(Block.verified(cid, block).cid()).isEqualTo(cid);
            Node value = codec.decode(block);
            for (Path to : files) {
                assertThat(codec(to).encode(value))
                        .as("%s as %s", from.getFileName(), to.getFileName())
                        .isEqualTo(Files.readAllBytes(to));
            }
        }
    }

    private static Codec codec(Path file) {
        String name = file.getFileName().toString();
        return CODECS.get(name.substring(name.lastIndexOf('.') + 1));
    }

    @TestFactory
    List<DynamicTest> malformedFixturesAreRefused() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String path : List.of("dag-cbor/decode/duplicate-keys", "dag-pb/decode/edges")) {
            Codec codec = CODECS.get(path.substring(0, path.indexOf('/')));
            for (Map<String, Object> row :
                    Json.objects(Json.resource("/vectors/ipld-codecs/negative/" + path + ".json"))) {
                byte[] block = HexFormat.of().parseHex((String) row.get("hex"));
                tests.add(DynamicTest.dynamicTest(
                        (String) row.get("name"),
                        () -> assertThatThrownBy(() -> codec.decode(block))
                                .isInstanceOf(IllegalArgumentException.class)));
            }
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> valuesThatAreNoDagPbAreNotWritten() {
        List<DynamicTest> tests = new ArrayList<>();
        Node rows = new DagJson()
                .decode(Json.bytes("/vectors/ipld-codecs/negative/dag-pb/encode/basic-datamodel-kinds.json"));
        for (Node row : ((Node.Sequence) rows).items()) {
            Node value = row.get("dag-json");
            tests.add(DynamicTest.dynamicTest(
                    ((Node.Text) row.get("name")).value(),
                    () -> assertThatThrownBy(() -> new DagPb().encode(value))
                            .isInstanceOf(IllegalArgumentException.class)));
        }
        return tests;
    }
}
