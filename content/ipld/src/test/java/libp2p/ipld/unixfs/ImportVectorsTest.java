package libp2p.ipld.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.testing.Json;
import libp2p.ipld.MemoryBlocks;
import libp2p.multiformats.HashFunction;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files and trees get the CIDs that Kubo 0.43.1 gives them, and read back as they were. */
class ImportVectorsTest {
    @TempDir
    private Path folders;

    @TestFactory
    List<DynamicTest> filesGetTheCidsOfKubo() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> vectors = Json.object(Json.resource("/vectors/unixfs-more/import-files.json"));
        for (Map<String, Object> row : Json.objects(vectors.get("files"))) {
            String name = row.get("options") + ", " + row.get("size") + " bytes"
                    + (row.containsKey("content") ? ", " + row.get("content") : "");
            tests.add(DynamicTest.dynamicTest(name, () -> {
                int size = Math.toIntExact((Long) row.get("size"));
                byte[] content = row.containsKey("content")
                        ? repeated(pattern(row), size)
                        : content((String) row.get("seed"), size);
                if (row.containsKey("sha256")) {
                    assertThat(HashFunction.SHA2_256.digest(content))
                            .isEqualTo(HexFormat.of().parseHex((String) row.get("sha256")));
                }
                MemoryBlocks blocks = new MemoryBlocks();
                List<String> flags = flags(row);
                Imported imported = new FileImporter(options(flags), blocks)
                        .add(new ByteArrayInputStream(content), metadata(flags));
                assertThat(imported.cid()).hasToString((String) row.get("cid"));
                assertThat(imported.cumulativeSize()).isEqualTo(row.get("cumulativeSize"));
                assertThat(imported.fileSize()).isEqualTo(size);
                try (InputStream in = new UnixFsReader(blocks).open(imported.cid())) {
                    assertThat(in.readAllBytes()).isEqualTo(content);
                }
                if (size > 2) {
                    try (InputStream in = new UnixFsReader(blocks).open(imported.cid(), size / 3, size / 2)) {
                        assertThat(in.readAllBytes())
                                .isEqualTo(Arrays.copyOfRange(content, size / 3, size / 3 + size / 2));
                    }
                }
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> treesGetTheCidsOfKubo() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> vectors = Json.object(Json.resource("/vectors/unixfs-more/import-trees.json"));
        for (Map<String, Object> row : Json.objects(vectors.get("trees"))) {
            tests.add(DynamicTest.dynamicTest(row.get("name") + ", " + row.get("options"), () -> tree(row)));
        }
        return tests;
    }

    private void tree(Map<String, Object> row) throws IOException {
        Path folder = Files.createTempDirectory(folders, "tree");
        MemoryBlocks blocks = new MemoryBlocks();
        String named = (String) row.get("options");
        ImportOptions options = row.containsKey("kuboFlags")
                ? options(flags(row))
                : options(List.of()).withCidVersion(1);
        if (named.startsWith("unixfs-v1-2025") && !named.contains("estimation links")) {
            options = options.withShards(
                    ImportOptions.DirectorySizing.BLOCK,
                    options.shardAbove(),
                    options.directoryLinks(),
                    options.fanout());
        }
        if (!row.containsKey("kuboFlags")) {
            options = ImportOptions.V1_2025;
        }
        Imported imported = row.containsKey("tree")
                ? fromDisk(folder, options, blocks, Json.objects(row.get("tree")), named.contains("dereference"))
                : generated(options, blocks, row);
        assertThat(imported.cid()).hasToString((String) row.get("cid"));
        assertThat(imported.cumulativeSize()).isEqualTo(row.get("cumulativeSize"));
        if (row.containsKey("tree")) {
            Path copy = folder.resolve("copy");
            new TreeExporter(blocks, bytes -> {}).export(imported.cid(), copy);
            MemoryBlocks again = new MemoryBlocks();
            Imported second =
                    new TreeImporter(options, again, true, false, false, (path, what) -> {}).add(copy, "copy");
            assertThat(second).isEqualTo(imported);
        } else {
            UnixFsReader reader = new UnixFsReader(blocks);
            for (UnixFsReader.Entry entry : reader.list(imported.cid())) {
                assertThat(reader.find(imported.cid(), entry.name())).isEqualTo(entry);
            }
            assertThat(reader.find(imported.cid(), "absent")).isNull();
        }
    }

    private static Imported fromDisk(
            Path folder,
            ImportOptions options,
            MemoryBlocks blocks,
            List<Map<String, Object>> tree,
            boolean dereferenced)
            throws IOException {
        Path root = Files.createDirectory(folder.resolve("tree"));
        for (Map<String, Object> entry : tree) {
            Path path = root.resolve((String) entry.get("path"));
            Files.createDirectories(path.getParent());
            switch ((String) entry.get("kind")) {
                case "dir" -> Files.createDirectories(path);
                case "symlink" -> {
                    Path target = Path.of((String) entry.get("target"));
                    if (dereferenced) {
                        Files.copy(root.resolve(target), path);
                    } else {
                        Files.createSymbolicLink(path, target);
                    }
                }
                default ->
                    Files.write(path, content((String) entry.get("seed"), Math.toIntExact((Long) entry.get("size"))));
            }
        }
        return new TreeImporter(options, blocks, true, false, false, (path, what) -> {}).add(root, "tree");
    }

    private static Imported generated(ImportOptions options, MemoryBlocks blocks, Map<String, Object> row)
            throws IOException {
        DirectoryImporter directory = new DirectoryImporter(options, blocks, Metadata.NONE);
        FileImporter files = new FileImporter(options, blocks);
        if (row.containsKey("flat")) {
            Map<String, Object> flat = Json.object(row.get("flat"));
            Imported file = files.add(new ByteArrayInputStream(
                    content((String) flat.get("contentSeed"), Math.toIntExact((Long) flat.get("contentSize")))));
            int length = Math.toIntExact((Long) flat.get("nameLength"));
            for (int i = 0; i < (Long) flat.get("count"); i++) {
                directory.add(String.format("%06d", i) + "x".repeat(length - 6), file);
            }
            if (flat.get("extraNameLength") != null) {
                directory.add("y".repeat(Math.toIntExact((Long) flat.get("extraNameLength"))), file);
            }
        } else {
            long count = (Long) Json.object(row.get("rule")).get("count");
            for (int k = 0; k < count; k++) {
                byte[] content = content("shared-h" + k % 7, k % 7);
                directory.add("n" + k + ".txt", files.add(new ByteArrayInputStream(content)));
            }
        }
        return directory.finish();
    }

    private static List<String> flags(Map<String, Object> row) {
        return ((List<?>) row.get("kuboFlags")).stream().map(String::valueOf).toList();
    }

    /** The behaviour of Kubo with flags: it starts from the profile of 2015, with raw leaves for CIDs of version 1. */
    private static ImportOptions options(List<String> flags) {
        ImportOptions options = ImportOptions.V0_2015;
        int links = 0;
        int fanout = 256;
        if (flags.contains("--cid-version=1")) {
            options = options.withCidVersion(1).withRawLeaves(true);
        }
        for (String flag : flags) {
            String value = flag.substring(flag.indexOf('=') + 1);
            switch (flag.split("=")[0]) {
                case "--chunker" -> options = options.withChunker(value);
                case "--max-file-links" -> options = options.withFileLinks(Integer.parseInt(value));
                case "--raw-leaves" -> options = options.withRawLeaves(Boolean.parseBoolean(value));
                case "--trickle" -> options = options.withTrickle(true);
                case "--inline" -> options = options.withInline(32);
                case "--inline-limit" -> options = options.withInline(Integer.parseInt(value));
                case "--max-directory-links" -> links = Integer.parseInt(value);
                case "--max-hamt-fanout" -> fanout = Integer.parseInt(value);
                case "--hash" ->
                    options = options.withHash(
                            switch (value) {
                                case "blake2b-256" -> HashFunction.BLAKE2B_256;
                                case "blake2b-160" -> HashFunction.BLAKE2B_160;
                                case "blake3" -> HashFunction.BLAKE3;
                                case "keccak-256" -> HashFunction.KECCAK_256;
                                case "sha2-512" -> HashFunction.SHA2_512;
                                default -> HashFunction.SHA3_512;
                            });
                default -> {}
            }
        }
        return options.withShards(options.sizing(), options.shardAbove(), links, fanout);
    }

    private static Metadata metadata(List<String> flags) {
        Metadata metadata = Metadata.NONE;
        long seconds = 0;
        int nanos = 0;
        for (String flag : flags) {
            String value = flag.substring(flag.indexOf('=') + 1);
            switch (flag.split("=")[0]) {
                case "--mode" -> metadata = metadata.withMode(Long.parseLong(value));
                case "--mtime" -> seconds = Long.parseLong(value);
                case "--mtime-nsecs" -> nanos = Integer.parseInt(value);
                default -> {}
            }
        }
        return seconds == 0 ? metadata : metadata.withTime(seconds, nanos);
    }

    /** The pattern of a content; of a text its first line. */
    private static byte[] pattern(Map<String, Object> row) {
        byte[] shown = HexFormat.of().parseHex((String) row.get("hex"));
        int line = new String(shown, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
        return row.get("content").equals("text") ? Arrays.copyOf(shown, line) : shown;
    }

    private static byte[] repeated(byte[] pattern, int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = pattern[i % pattern.length];
        }
        return content;
    }

    /** SHA-256 of the seed and a counter, one after the other. */
    static byte[] content(String seed, int size) {
        byte[] text = seed.getBytes(StandardCharsets.UTF_8);
        byte[] content = new byte[size];
        for (int at = 0; at < size; at += 32) {
            byte[] input = ByteBuffer.allocate(text.length + 8)
                    .put(text)
                    .putLong(at / 32)
                    .array();
            byte[] digest = HashFunction.SHA2_256.digest(input);
            System.arraycopy(digest, 0, content, at, Math.min(32, size - at));
        }
        return content;
    }
}
