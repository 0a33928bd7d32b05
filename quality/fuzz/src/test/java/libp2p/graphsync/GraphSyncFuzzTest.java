package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import libp2p.ipld.Block;
import libp2p.multiformats.MalformedException;

/** Messages of GraphSync; what is read is written and read again as the same. */
class GraphSyncFuzzTest {
    @FuzzTest
    void message(byte[] data) {
        GraphSyncMessage message;
        try {
            message = MessageCodec.decode(data, GraphSyncLimits.DEFAULT);
        } catch (MalformedException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        for (Block block : message.blocks()) {
            assertThat(Block.matches(block.cid().hash(), block.data())).isTrue();
        }
        GraphSyncMessage again = MessageCodec.decode(MessageCodec.encode(message), GraphSyncLimits.DEFAULT);
        assertThat(again).isEqualTo(message);
    }
}
