package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

class AskedBlocksTest {
    private final AskedBlocks asked = new AskedBlocks();

    private static Multihash hash(int number) {
        return Multihash.of(
                Multicodec.SHA2_256, ByteBuffer.allocate(32).putInt(number).array());
    }

    private void ask(int number, boolean cancel) {
        Cid cid = Cid.v1(Multicodec.RAW, hash(number));
        asked.add(List.of(new BitswapMessage.Want(cid, 1, cancel, true, true)));
    }

    @Test
    void theBlocksThatWereAskedForLongestAgoAreForgotten() {
        for (int i = 0; i < AskedBlocks.MOST; i++) {
            ask(i, false);
        }
        ask(0, false);
        ask(-1, false);
        assertThat(asked.contains(hash(0))).as("asked for again").isTrue();
        assertThat(asked.contains(hash(1))).as("the oldest").isFalse();
        assertThat(asked.contains(hash(2))).isTrue();
    }

    @Test
    void aBlockThatIsWantedNoMoreWasAskedForStill() {
        ask(1, false);
        ask(1, true);
        ask(2, true);
        assertThat(asked.contains(hash(1))).isTrue();
        assertThat(asked.contains(hash(2))).isFalse();
    }
}
