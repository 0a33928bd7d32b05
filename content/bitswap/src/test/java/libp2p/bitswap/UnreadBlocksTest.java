package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.Test;

class UnreadBlocksTest {
    private static final int OVERHEAD = 256;

    private final UnreadBlocks.Budget budget = new UnreadBlocks.Budget(2 * (100 + OVERHEAD));
    private final UnreadBlocks session = new UnreadBlocks(budget);
    private final UnreadBlocks other = new UnreadBlocks(budget);

    private static Block block(int number) {
        byte[] data = new byte[100];
        data[0] = (byte) number;
        return Block.of(Multicodec.RAW, data);
    }

    @Test
    void givesABlockOnceAndItsBytesBack() {
        session.add(block(1));
        session.add(block(1));
        assertThat(budget.free()).isEqualTo(100 + OVERHEAD);

        assertThat(session.take(block(1).cid().hash())).isEqualTo(block(1).data());
        assertThat(session.take(block(1).cid().hash())).isNull();
        assertThat(budget.free()).isEqualTo(2 * (100 + OVERHEAD));
    }

    @Test
    void allSessionsShareTheRoomAndTheFirstBlocksStay() {
        session.add(block(1));
        other.add(block(2));
        session.add(block(3));

        assertThat(session.take(block(3).cid().hash())).isNull();
        assertThat(session.take(block(1).cid().hash())).isNotNull();
        assertThat(other.take(block(2).cid().hash())).isNotNull();
    }

    @Test
    void aSessionThatEndsLeavesItsRoomToOthers() {
        session.add(block(1));
        session.add(block(2));
        session.clear();

        assertThat(budget.free()).isEqualTo(2 * (100 + OVERHEAD));
        assertThat(session.take(block(1).cid().hash())).isNull();
    }
}
