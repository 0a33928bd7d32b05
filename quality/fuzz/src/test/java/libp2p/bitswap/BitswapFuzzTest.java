package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import libp2p.ipld.Block;

/** Messages of Bitswap; what is read is written and read again as the same. */
class BitswapFuzzTest {
    @FuzzTest
    void message(byte[] data) {
        BitswapMessage message;
        try {
            message = BitswapMessage.decode(data, BitswapLimits.DEFAULT);
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            return;
        }
        for (Block block : message.blocks()) {
            assertThat(Block.matches(block.cid().hash(), block.data())).isTrue();
        }
        WantList list = new WantList();
        list.receive(message.full(), message.wants(), 16);
        assertThat(list.size()).isLessThanOrEqualTo(16);
        try {
            BitswapMessage again =
                    BitswapMessage.decode(message.encode(BitswapMessage.Version.PRESENCES), BitswapLimits.DEFAULT);
            assertThat(again.wants()).isEqualTo(message.wants());
            assertThat(again.blocks()).isEqualTo(message.blocks());
        } catch (IOException longer) { // absent fields are written out
            assertThat(longer).hasMessageContaining("more");
        }
    }
}
