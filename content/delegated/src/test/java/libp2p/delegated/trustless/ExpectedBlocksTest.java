package libp2p.delegated.trustless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

/** An archive is taken block by block, as the blocks before link to it. */
class ExpectedBlocksTest {
    private static final Block LEAF = leaf("leaf");
    private static final Block ROOT =
            Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(Node.list(new Node.Link(LEAF.cid()))));

    private static Block leaf(String text) {
        return Block.of(Multicodec.RAW, text.repeat(50).getBytes(StandardCharsets.UTF_8));
    }

    private final ExpectedBlocks expected = new ExpectedBlocks(ROOT.cid(), Budget.STRANGER);

    @Test
    void whatIsLinkedIsTakenOnceAndThenAllIsThere() throws Exception {
        assertThat(expected.accept(ROOT)).isTrue();
        assertThat(expected.isComplete()).isFalse();
        assertThat(expected.accept(LEAF)).isTrue();
        assertThat(expected.accept(LEAF)).isFalse();
        assertThat(expected.isComplete()).isTrue();
    }

    @Test
    void aBlockToWhichNothingLinksIsRefusedWhereverItStands() throws Exception {
        assertThatThrownBy(() -> expected.accept(LEAF)).isInstanceOf(WrongBytesException.class);
        expected.accept(ROOT);
        assertThatThrownBy(() -> expected.accept(leaf("stranger"))).isInstanceOf(WrongBytesException.class);
    }

    @Test
    void anArchiveThatRepeatsItsBlocksWithoutEndIsRefused() throws Exception {
        expected.accept(ROOT);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 2000; i++) {
                        expected.accept(ROOT);
                    }
                })
                .isInstanceOf(WrongBytesException.class);
    }

    @Test
    void anArchiveBeyondTheBudgetIsRefused() throws Exception {
        ExpectedBlocks few = new ExpectedBlocks(ROOT.cid(), new Budget(1, 1 << 20, 10, 100));
        few.accept(ROOT);
        assertThatThrownBy(() -> few.accept(LEAF)).isInstanceOf(ContentException.class);
    }
}
