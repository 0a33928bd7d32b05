package libp2p.ipld.unixfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import libp2p.core.failure.NetworkException;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.MemoryBlocks;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagJson;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that contradict themselves, and names that would lead out of a directory. */
class MalformedNodesTest {
    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> nodesAreReadOrRefusedAsTheSpecificationSays() {
        Node file = new DagJson().decode(Json.bytes("/vectors/unixfs-more/malformed.json"));
        MemoryBlocks leaves = new MemoryBlocks();
        for (Node leaf : ((Node.Sequence) file.get("leaves")).items()) {
            leaves.put(
                    Block.verified(Cid.parse(text(leaf, "cid")), HexFormat.of().parseHex(text(leaf, "hex"))));
        }
        leaves.put(Block.of(0x70, DagPb.write(List.of(), UnixFsNode.directory(Metadata.NONE))));
        List<DynamicTest> tests = new ArrayList<>();
        for (Node row : ((Node.Sequence) file.get("cases")).items()) {
            String spec = text(row, "spec");
            tests.add(DynamicTest.dynamicTest(text(row, "name"), () -> {
                MemoryBlocks blocks = new MemoryBlocks();
                blocks.blocks.putAll(leaves.blocks);
                Block block = Block.verified(
                        Cid.parse(text(row, "cid")), HexFormat.of().parseHex(text(row, "hex")));
                blocks.put(block);
                if (spec.startsWith("accept") && !spec.contains("or reject")) {
                    readAll(blocks, block.cid());
                } else if (spec.startsWith("reject") || spec.contains("names do not fit")) {
                    assertThatThrownBy(() -> readAll(blocks, block.cid())).isInstanceOf(ContentException.class);
                } else {
                    try {
                        readAll(blocks, block.cid());
                    } catch (NetworkException refused) {
                        assertThat(refused.getMessage()).isNotEmpty();
                    }
                }
            }));
        }
        return tests;
    }

    private static void readAll(MemoryBlocks blocks, Cid cid) throws IOException {
        UnixFsReader reader = new UnixFsReader(blocks);
        switch (reader.type(cid)) {
            case FILE -> {
                try (InputStream in = reader.open(cid)) {
                    assertThat(in.readAllBytes()).hasSize(Math.toIntExact(reader.size(cid)));
                }
            }
            case SYMLINK -> assertThat(reader.target(cid)).isNotEmpty();
            default -> reader.list(cid);
        }
    }

    private static String text(Node row, String key) {
        return ((Node.Text) row.get(key)).value();
    }

    @Test
    void namesThatLeadElsewhereAreNotWritten() throws IOException {
        for (String name : List.of("", ".", "..", "../up", "a/b", "/etc", "nul\0", "x".repeat(256))) {
            MemoryBlocks blocks = new MemoryBlocks();
            Block leaf = Block.of(0x55, new byte[] {1});
            blocks.put(leaf);
            Block root = Block.of(
                    0x70, DagPb.write(List.of(new PbLink(leaf.cid(), name, 1)), UnixFsNode.directory(Metadata.NONE)));
            blocks.put(root);
            Path target = folder.resolve("out" + name.length() + name.hashCode());
            assertThatThrownBy(() -> new TreeExporter(blocks, bytes -> {}).export(root.cid(), target))
                    .isInstanceOf(ContentException.class)
                    .hasMessageContaining("cannot be written");
            assertThat(target).isEmptyDirectory();
        }
    }

    @Test
    void nothingIsWrittenThroughASymbolicLink() throws IOException {
        MemoryBlocks blocks = new MemoryBlocks();
        Block leaf = Block.of(0x55, new byte[] {1});
        blocks.put(leaf);
        Imported link = DirectoryImporter.symlink(
                ImportOptions.V1_2025, blocks, folder.resolve("victim").toString(), Metadata.NONE);
        Block inner = Block.of(
                0x70, DagPb.write(List.of(new PbLink(leaf.cid(), "f", 1)), UnixFsNode.directory(Metadata.NONE)));
        blocks.put(inner);
        Block root = Block.of(
                0x70,
                DagPb.write(
                        List.of(new PbLink(link.cid(), "a", 1), new PbLink(inner.cid(), "a", 1)),
                        UnixFsNode.directory(Metadata.NONE)));
        blocks.put(root);
        java.nio.file.Files.createDirectory(folder.resolve("victim"));
        new TreeExporter(blocks, bytes -> {}).export(root.cid(), folder.resolve("out"));
        assertThat(folder.resolve("victim")).isEmptyDirectory();
        assertThat(java.nio.file.Files.isSymbolicLink(folder.resolve("out/a"))).isTrue();
    }

    @Test
    void namesThatWindowsTakesForSomethingElseAreKnown() {
        for (String name : List.of("a\\b", "C:", "CON", "con.txt", "lpt1", "x.", "y ", "a:b", "tab\t")) {
            assertThat(TreeExporter.isUnsafeOnWindows(name)).as(name).isTrue();
        }
        assertThat(TreeExporter.isUnsafeOnWindows("console.txt")).isFalse();
    }

    @TestFactory
    List<DynamicTest> namesHashIntoTheBucketsOfBoxo() {
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> file = Json.object(Json.resource("/vectors/unixfs-more/murmur3.json"));
        for (Map<String, Object> row : Json.objects(file.get("vectors"))) {
            byte[] name = HexFormat.of().parseHex((String) row.get("nameHex"));
            tests.add(DynamicTest.dynamicTest("murmur3 of " + row.get("nameHex"), () -> {
                long hash = Murmur3.hash(name);
                assertThat(HexFormat.of().toHexDigits(hash)).isEqualTo(row.get("digest"));
                for (int fanout : List.of(8, 16, 256, 1024)) {
                    List<?> buckets = (List<?>) row.get("fanout" + fanout);
                    for (int level = 0; level < buckets.size(); level++) {
                        assertThat(Hamt.prefix(Hamt.bucket(hash, level, fanout), fanout))
                                .isEqualTo(buckets.get(level));
                    }
                }
            }));
        }
        return tests;
    }
}
