package libp2p.ipld.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.MemoryBlocks;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** Selectors and DAGs that strangers make to cost much, and conditions, which no vector has. */
class SelectorBoundsTest {
    private static final DagCbor CBOR = new DagCbor();
    private final MemoryBlocks blocks = new MemoryBlocks();

    private Cid put(Node node) {
        Block block = Block.of(Multicodec.DAG_CBOR, CBOR.encode(node));
        blocks.put(block);
        return block.cid();
    }

    private static Node.Mapping map(Object... entries) {
        SequencedMap<String, Node> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Node) entries[i + 1]);
        }
        return new Node.Mapping(map);
    }

    private SelectorWalk walk(Budget budget) {
        return new SelectorWalk((path, cid) -> blocks.blocks.get(cid), budget);
    }

    private List<String> matched(Cid root, String selector) throws IOException {
        List<String> matched = new ArrayList<>();
        walk(Budget.STRANGER).walk(root, Selector.ofJson(selector), visit -> {
            if (visit.matched()) {
                matched.add(visit.path().toString());
            }
        });
        return matched;
    }

    /** A DAG of 2⁴⁰ ways to one leaf. */
    private Cid dagOfManyWays() {
        Cid below = put(Node.of("leaf"));
        for (int i = 0; i < 40; i++) {
            below = put(Node.list(new Node.Link(below), new Node.Link(below)));
        }
        return below;
    }

    @Test
    void aDagOfTooManyWaysEndsWithItsBudget() {
        Cid root = dagOfManyWays();
        assertThatThrownBy(() -> walk(new Budget(1000, 1 << 20, 100, 1 << 20)).walk(root, Selectors.ALL, visit -> {}))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("more than 1000 blocks");
        assertThatThrownBy(() -> walk(new Budget(1000, 200, 100, 1 << 20)).walk(root, Selectors.ALL, visit -> {}))
                .hasMessageContaining("more than 200 bytes");
        assertThatThrownBy(() -> walk(new Budget(1000, 1 << 20, 20, 1 << 20)).walk(root, Selectors.ALL, visit -> {}))
                .hasMessageContaining("deeper than 20 links");
        assertThatThrownBy(() -> walk(new Budget(1000, 1 << 20, 100, 50)).walk(root, Selectors.ALL, visit -> {}))
                .hasMessageContaining("more than 50 values");
    }

    @Test
    void aWalkThatFollowsLinksOnceIsThroughSuchADagAtOnce() throws IOException {
        SelectorWalk walk = new SelectorWalk((path, cid) -> blocks.blocks.get(cid), Budget.STRANGER, true);
        walk.walk(dagOfManyWays(), Selectors.ALL, visit -> {});
        assertThat(walk.blocks()).isEqualTo(41);
    }

    @Test
    void aChainOfLinksDeeperThanAnyStackIsWalked() throws IOException {
        Cid below = put(Node.of("end"));
        for (int i = 0; i < 50_000; i++) {
            below = put(Node.list(new Node.Link(below)));
        }
        SelectorWalk walk = walk(Budget.OWN);
        walk.walk(below, Selectors.ALL, visit -> {});
        assertThat(walk.blocks()).isEqualTo(50_001);
    }

    @Test
    void aChainOfLargeBlocksIsNotHeldInMemory() {
        Cid below = put(Node.of("end"));
        for (int i = 0; i < 64; i++) {
            below = put(Node.list(new Node.Link(below), new Node.Bytes(new byte[1_900_000]), Node.of(i)));
        }
        Cid root = below;
        assertThatThrownBy(() -> walk(Budget.OWN).walk(root, Selectors.ALL, visit -> {}))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("bytes of blocks are open");
    }

    /** Each byte of them is a value, of which each is an object or a few. */
    @Test
    void aChainOfBlocksOfManyValuesIsNotHeldInMemory() {
        Cid below = put(Node.of("end"));
        long bytes = 0;
        for (int i = 0; i < 64; i++) {
            List<Node> values = new ArrayList<>(Collections.nCopies(20_000, Node.of(i % 20)));
            values.set(0, new Node.Link(below));
            below = put(new Node.Sequence(values));
            bytes += blocks.blocks.get(below).length;
        }
        Cid root = below;
        assertThat(bytes).isLessThan(IpldLimits.WALK_OPEN_BYTES / 40);
        assertThatThrownBy(() -> walk(Budget.OWN).walk(root, Selectors.ALL, visit -> {}))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("bytes of blocks are open");
    }

    /** A hundred kilobytes of maps inside each other, to each of which hundreds of clauses apply. */
    @Test
    void clausesThatApplyToManyValuesAtOnceAreNotHeldInMemory() {
        Cid below = put(Node.of("end"));
        for (int i = 0; i < 200; i++) {
            Node node = new Node.Link(below);
            for (int level = 0; level < 200; level++) {
                node = map("a", node);
            }
            below = put(node);
        }
        Cid root = below;
        String edges = "{\"|\":[" + String.join(",", Collections.nCopies(300, "{\"a\":{\">\":{\".\":{}}}}"))
                + ",{\"a\":{\">\":{\"@\":{}}}}]}";
        Selector selector = Selector.ofJson("{\"R\":{\"l\":{\"none\":{}},\":>\":" + edges + "}}");
        assertThatThrownBy(() -> walk(Budget.OWN).walk(root, selector, visit -> {}))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("bytes of blocks are open");
    }

    @Test
    void aRecursionThatDoublesItselfAtEachLevelIsEnded() {
        Node deep = map("x", Node.of(1));
        for (int i = 0; i < 60; i++) {
            deep = map("x", deep);
        }
        Cid root = put(deep);
        String edge = "{\"a\":{\">\":{\"@\":{}}}}";
        String bomb = "{\"R\":{\"l\":{\"none\":{}},\":>\":{\"|\":[" + edge + "," + edge + "]}}}";
        assertThatThrownBy(() -> matched(root, bomb))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("clauses apply to one value");
    }

    @Test
    void aRangeOfTheWholeOfTheNumbersCostsNoMoreThanTheListHasItems() throws IOException {
        Cid root = put(Node.list(Node.of(1), Node.of(2), Node.of(3)));
        assertThat(matched(root, "{\"r\":{\"^\":-9223372036854775808,\"$\":9223372036854775807,\">\":{\".\":{}}}}"))
                .containsExactly("0", "1", "2");
        assertThat(matched(root, "{\"i\":{\"i\":9223372036854775807,\">\":{\".\":{}}}}"))
                .isEmpty();
    }

    @Test
    void wideUnionsOverWideMapsAreBoundedByWhatTheyTry() {
        SequencedMap<String, Node> wide = new LinkedHashMap<>();
        for (int i = 0; i < 5000; i++) {
            wide.put("k" + i, Node.of(i));
        }
        Cid root = put(new Node.Mapping(wide));
        String fields = "{\"a\":{\">\":{\"f\":{\"f>\":{\"none\":{\".\":{}}}}}}}";
        String selector = "{\"|\":[" + String.join(",", Collections.nCopies(1000, fields)) + "]}";
        assertThatThrownBy(() -> walk(new Budget(1, 1 << 20, 1, 10_000)).walk(root, Selector.ofJson(selector), v -> {}))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("clauses were tried");
    }

    @Test
    void aWalkThroughOneLargeBlockTellsItsLoaderSoThatItCanEndIt() throws IOException {
        Node[] items = new Node[100_000];
        Arrays.fill(items, Node.of(1));
        Cid root = put(Node.list(items));
        int[] told = {0};
        SelectorWalk walk = new SelectorWalk(
                new SelectorWalk.Loader() {
                    @Override
                    public byte[] load(Path path, Cid cid) {
                        return blocks.blocks.get(cid);
                    }

                    @Override
                    public void walking() throws IOException {
                        if (++told[0] == 5) {
                            throw new IOException("ended");
                        }
                    }
                },
                Budget.STRANGER);
        assertThatThrownBy(() -> walk.walk(root, Selectors.ALL, visit -> {})).hasMessage("ended");
        assertThat(walk.nodes()).isLessThan(50_000);
    }

    @Test
    void selectorsOfTooManyOrTooDeepClausesOrBytesAreRefused() {
        String many =
                "{\"|\":[" + String.join(",", Collections.nCopies(IpldLimits.SELECTOR_CLAUSES, "{\".\":{}}")) + "]}";
        assertThatThrownBy(() -> Selector.ofJson(many))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more clauses than the limit");
        int depth = IpldLimits.SELECTOR_DEPTH + 1;
        String deep = "{\"a\":{\">\":".repeat(depth) + "{\".\":{}}" + "}}".repeat(depth);
        assertThatThrownBy(() -> Selector.ofJson(deep)).hasMessageContaining("inside each other");
        assertThatThrownBy(() -> Selector.ofJson(" ".repeat(IpldLimits.SELECTOR_BYTES) + "{\".\":{}}"))
                .hasMessageContaining("bytes, the limit is");
    }

    @Test
    void conditionsDecideWhatIsMatchedExploredAndStoppedAt() throws IOException {
        Cid leaf = put(Node.of("leaf"));
        Cid root = put(map("n", Node.of(5), "t", Node.of("text"), "m", map("x", Node.of(1)), "l", new Node.Link(leaf)));
        String all = "{\"a\":{\">\":{\".\":{\"onlyIf\":%s}}}}";
        assertThat(matched(root, all.formatted("{\"%\":\"map\"}"))).containsExactly("m");
        assertThat(matched(root, all.formatted("{\"=\":\"text\"}"))).containsExactly("t");
        assertThat(matched(root, all.formatted("{\"hasField\":\"x\"}"))).containsExactly("m");
        assertThat(matched(root, all.formatted("{\"greaterThan\":4.5}"))).containsExactly("n");
        assertThat(matched(root, all.formatted("{\"lessThan\":5}"))).isEmpty();
        assertThat(matched(root, all.formatted("{\"and\":[{\"%\":\"int\"},{\"lessThan\":6}]}")))
                .containsExactly("n");
        assertThat(matched(root, all.formatted("{\"or\":[{\"=\":\"leaf\"},{\"%\":\"int\"}]}")))
                .containsExactly("l", "n");
        assertThat(matched(root, "{\"&\":{\"&\":{\"hasField\":\"m\"},\">\":{\"a\":{\">\":{\".\":{}}}}}}"))
                .hasSize(4);
        assertThat(matched(root, "{\"&\":{\"&\":{\"hasField\":\"z\"},\">\":{\"a\":{\">\":{\".\":{}}}}}}"))
                .isEmpty();
        Selector stop = new Selector.ExploreRecursive(
                new Selector.ExploreUnion(
                        List.of(Selectors.MATCH, new Selector.ExploreAll(new Selector.ExploreRecursiveEdge()))),
                Selector.Limit.NONE,
                new Condition.IsLink(leaf));
        List<String> visited = new ArrayList<>();
        walk(Budget.STRANGER)
                .walk(
                        root,
                        Selector.of(stop.toNode()),
                        visit -> visited.add(visit.path().toString()));
        assertThat(visited).containsExactlyInAnyOrder("", "n", "t", "m", "m/x");
    }

    @Test
    void blocksThatAreAbsentAreLeftOutAndTheRestIsWalked() throws IOException {
        Cid here = put(Node.of("here"));
        Cid gone = Block.of(Multicodec.RAW, new byte[] {1}).cid();
        Cid root = put(Node.list(new Node.Link(gone), new Node.Link(here)));
        List<String> visited = new ArrayList<>();
        walk(Budget.STRANGER)
                .walk(root, Selectors.ALL, visit -> visited.add(visit.path().toString()));
        assertThat(visited).containsExactly("", "1");
        assertThatThrownBy(() -> walk(Budget.STRANGER).walk(gone, Selectors.ALL, visit -> {}))
                .isInstanceOf(BlockNotFoundException.class);
    }

    @Test
    void shardedDirectoriesAreWalkedByNameAndAsAWhole() throws IOException {
        DirectoryImporter directory = new DirectoryImporter(ImportOptions.V1_2025, blocks, Metadata.NONE);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Block file = Block.of(Multicodec.RAW, new byte[] {(byte) i, (byte) (i >> 8)});
            blocks.put(file);
            expected.add("file-" + i);
            directory.add("file-" + i, new Imported(file.cid(), true, 2, 2));
        }
        Cid root = directory.finish().cid();
        SelectorWalk byName = walk(Budget.STRANGER);
        byName.walk(root, Selector.unixFsPath(List.of("file-4711"), Selectors.MATCH), visit -> {
            if (visit.matched()) {
                assertThat(visit.view().toNode()).isEqualTo(new Node.Bytes(new byte[] {0x67, 0x12}));
            }
        });
        assertThat(byName.blocks()).isBetween(3L, 5L);
        SelectorWalk all = walk(Budget.STRANGER);
        List<String> names = new ArrayList<>();
        all.walk(root, Selector.ofJson("{\"~\":{\"as\":\"unixfs\",\">\":{\"a\":{\">\":{\".\":{}}}}}}"), visit -> {
            if (visit.matched()) {
                names.add(visit.path().toString());
            }
        });
        assertThat(names).hasSize(5000).containsAll(expected);
        SelectorWalk preload = walk(Budget.STRANGER);
        preload.walk(root, Selector.ofJson("{\"~\":{\"as\":\"unixfs-preload\",\">\":{\".\":{}}}}"), visit -> {});
        assertThat(preload.blocks()).isEqualTo(all.blocks() - 5000);
    }
}
