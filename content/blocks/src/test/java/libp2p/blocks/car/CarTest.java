package libp2p.blocks.car;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Archives that go-car has written, and malformed ones with its verdict. */
class CarTest {
    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> archivesAreReadAsGoCarReadsThem() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> file = Json.object(Json.resource("/vectors/car-more/cases.json"));
        for (Map<String, Object> row : Json.objects(file.get("cases"))) {
            String name = (String) row.get("file");
            Map<String, Object> go = Json.object(row.get("go"));
            byte[] bytes = Json.bytes("/vectors/car-more/" + name);
            tests.add(DynamicTest.dynamicTest(name, () -> {
                List<String> blocks = new ArrayList<>();
                List<String> roots = new ArrayList<>();
                if (refused(go) || name.equals("v1-null-padding-allowed.car")) {
                    assertThatThrownBy(() -> read(bytes, roots, blocks)).isInstanceOf(ContentException.class);
                } else {
                    assertThat(read(bytes, roots, blocks)).isEqualTo(((Long) go.get("version")).intValue());
                }
                if (go.containsKey("blocks")) {
                    assertThat(roots).isEqualTo(go.get("roots"));
                    List<String> expected = Json.objects(go.get("blocks")).stream()
                            .map(block -> block.get("cid") + " " + block.get("size"))
                            .toList();
                    assertThat(blocks).isEqualTo(expected);
                }
            }));
        }
        assertThat(tests).hasSizeGreaterThan(25);
        return tests;
    }

    private static boolean refused(Map<String, Object> go) {
        return go.containsKey("goOpenError") || go.containsKey("goReadError");
    }

    private static int read(byte[] bytes, List<String> roots, List<String> blocks) throws IOException {
        CarReader reader = new CarReader(new ByteArrayInputStream(bytes));
        reader.roots().forEach(root -> roots.add(root.toString()));
        for (Block block = reader.next(); block != null; block = reader.next()) {
            blocks.add(block.cid() + " " + block.size());
        }
        return reader.version();
    }

    @Test
    void whatIsWrittenAgainIsTheSameArchive() throws IOException {
        byte[] bytes = Json.bytes("/vectors/car-more/v1-two-roots-dups.car");
        CarReader reader = new CarReader(new ByteArrayInputStream(bytes));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CarWriter writer = new CarWriter(out, reader.roots());
        for (Block block = reader.next(); block != null; block = reader.next()) {
            writer.put(block);
        }
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void anArchiveOfVersion2IsWrittenAsGoCarWritesIt() throws IOException {
        byte[] bytes = Json.bytes("/vectors/car-more/v2-multihash-index.car");
        Path file = folder.resolve("out.car");
        CarReader reader = new CarReader(new ByteArrayInputStream(bytes));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                CarV2Writer writer = new CarV2Writer(channel, reader.roots())) {
            for (Block block = reader.next(); block != null; block = reader.next()) {
                writer.put(block);
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void aGatewayThatCutsTheArchiveShortIsToldOf() throws IOException {
        byte[] bytes = Json.bytes("/vectors/car-more/v1-one-root.car");
        byte[] tail =
                "\n\n[Gateway Error: CAR stream truncated, response is incomplete]".getBytes(StandardCharsets.US_ASCII);
        byte[] cut = Arrays.copyOf(bytes, bytes.length + tail.length);
        System.arraycopy(tail, 0, cut, bytes.length, tail.length);
        CarReader reader = new CarReader(new ByteArrayInputStream(cut));
        assertThat(reader.next()).isNotNull();
        assertThatThrownBy(reader::next).isInstanceOf(ContentException.class);
    }
}
