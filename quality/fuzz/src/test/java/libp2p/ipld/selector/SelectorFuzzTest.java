package libp2p.ipld.selector;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;

/**
 * Selectors of any bytes, walked through a small DAG: what is read is written as the same, and a walk ends within its
 * budget.
 */
class SelectorFuzzTest {
    private static final Map<Cid, byte[]> BLOCKS = new LinkedHashMap<>();
    private static final Cid ROOT;

    static {
        Cid leaf = put(Node.list(Node.of(1), Node.of("text")));
        LinkedHashMap<String, Node> map = new LinkedHashMap<>();
        map.put("a", new Node.Link(leaf));
        map.put("b", Node.list(new Node.Link(leaf), Node.list(Node.of(7))));
        ROOT = put(new Node.Mapping(map));
    }

    private static Cid put(Node node) {
        Block block = Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(node));
        BLOCKS.put(block.cid(), block.data());
        return block.cid();
    }

    @FuzzTest
    void selector(byte[] data) {
        Selector selector;
        try {
            selector = Selector.ofCbor(data);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        assertThat(Selector.of(selector.toNode())).isEqualTo(selector);
        SelectorWalk walk = new SelectorWalk((path, cid) -> BLOCKS.get(cid), new Budget(100, 1 << 20, 16, 1000));
        try {
            walk.walk(ROOT, selector, visit -> visit.view().bytes());
        } catch (IOException ended) {
            assertThat(ended.getMessage()).isNotEmpty();
        }
        assertThat(walk.blocks()).isLessThanOrEqualTo(101);
    }
}
