package libp2p.ipld.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import libp2p.ipld.Block;
import libp2p.ipld.MemoryBlocks;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Selectors of strangers that have much done within one step of a walk over ordinary content. */
class SelectorWorkTest {
    private static final String NAMES = String.join(
            ",",
            IntStream.range(0, 3000)
                    .mapToObj(i -> "{\"hasField\":\"n" + i + "\"}")
                    .toList());
    private static final String FIELDS = String.join(
            ",",
            IntStream.range(0, 3000).mapToObj(i -> "\"n" + i + "\":{\".\":{}}").toList());
    private final MemoryBlocks blocks = new MemoryBlocks();
    private int told;
    private int most = Integer.MAX_VALUE;

    private Cid directory(int entries) throws IOException {
        DirectoryImporter directory = new DirectoryImporter(ImportOptions.V1_2025, blocks, Metadata.NONE);
        Block file = Block.of(Multicodec.RAW, new byte[] {1});
        blocks.put(file);
        for (int i = 0; i < entries; i++) {
            directory.add("file-" + i, new Imported(file.cid(), true, 1, 1));
        }
        return directory.finish().cid();
    }

    private void walk(Cid root, String selector) throws IOException {
        SelectorWalk.Loader loader = new SelectorWalk.Loader() {
            @Override
            public byte[] load(Path path, Cid cid) {
                return blocks.blocks.get(cid);
            }

            @Override
            public void walking() throws IOException {
                if (++told == most) {
                    throw new IOException("ended");
                }
            }
        };
        new SelectorWalk(loader, Budget.STRANGER).walk(root, Selector.ofJson(selector), visit -> {});
    }

    private static String unixfs(String next) {
        return "{\"~\":{\"as\":\"unixfs\",\">\":" + next + "}}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\".\":{\"onlyIf\":{\"or\":[NAMES]}}}",
                "{\"&\":{\"&\":{\"or\":[NAMES]},\">\":{\".\":{}}}}",
                "{\"f\":{\"f>\":{FIELDS}}}"
            })
    void aDirectoryInWhichManyNamesAreLookedUpTellsItsLoaderMeanwhile(String selector) throws IOException {
        Cid root = directory(20_000);
        walk(root, unixfs(selector.replace("NAMES", NAMES).replace("FIELDS", FIELDS)));
        assertThat(told).isGreaterThan(20);
    }

    @Test
    void conditionsCountAsTheyAreTried() throws IOException {
        Cid root = put(new Node.Sequence(Collections.nCopies(2000, Node.of(1))));
        String values = String.join(
                ",",
                IntStream.range(0, 3000).mapToObj(i -> "{\"=\":\"" + i + "\"}").toList());
        walk(root, "{\"a\":{\">\":{\".\":{\"onlyIf\":{\"or\":[" + values + "]}}}}}");
        assertThat(told).isGreaterThan(900);
    }

    @Test
    void aWalkEndsInTheMiddleOfAStep() throws IOException {
        Cid root = directory(20_000);
        most = 5;
        String all =
                unixfs("{\"&\":{\"&\":{\"or\":[" + NAMES + ",{\"%\":\"map\"}]},\">\":{\"a\":{\">\":{\".\":{}}}}}}");
        assertThatThrownBy(() -> walk(root, all)).hasMessage("ended");
    }

    @Test
    void partsOfATextAreThoseOfItsBytes() throws IOException {
        Cid root = put(Node.of("\u00e4bc"));
        List<Node> matched = new ArrayList<>();
        String parts = "{\".\":{\"subset\":{\"[\":4,\"]\":9}}},{\".\":{\"subset\":{\"[\":2,\"]\":4}}}";
        new SelectorWalk((path, cid) -> blocks.blocks.get(cid), Budget.STRANGER)
                .walk(
                        root,
                        Selector.ofJson("{\"|\":[" + parts + "]}"),
                        visit -> matched.add(visit.view().toNode()));
        assertThat(matched).containsExactly(Node.of("bc"));
    }

    private Cid put(Node node) {
        Block block = Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(node));
        blocks.put(block);
        return block.cid();
    }
}
