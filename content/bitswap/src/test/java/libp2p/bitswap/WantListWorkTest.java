package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The work that the want-lists of strangers make. Each of these took minutes when a step looked at all wants of a list,
 * and takes well below a second.
 */
@Timeout(20)
class WantListWorkTest {
    private static final int MOST = 1024;

    private static Cid cid(int number) {
        return Block.of(Multicodec.RAW, ByteBuffer.allocate(4).putInt(number).array())
                .cid();
    }

    private static List<BitswapMessage.Want> wants(int count, int first, boolean growing) {
        List<BitswapMessage.Want> wants = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            wants.add(new BitswapMessage.Want(cid(first + i), growing ? i : 0, false, true, false));
        }
        return wants;
    }

    @Test
    void wantsOfWhichEachIsMoreUrgentThanTheOneBefore() {
        List<BitswapMessage.Want> growing = wants(40_000, 0, true);
        WantList list = new WantList();
        for (int message = 0; message < 100; message++) {
            list.receive(true, growing, MOST);
        }
        assertThat(list.size()).isEqualTo(MOST);
        assertThat(list.dropped()).isEqualTo(100L * (40_000 - MOST));
        assertThat(list.poll()).isEqualTo(growing.getLast());
    }

    @Test
    void blocksThatComeWhileTwoHundredPeersWaitForOthers() {
        List<WantList> lists = new ArrayList<>();
        for (int peer = 0; peer < 200; peer++) {
            WantList list = new WantList();
            list.receive(false, wants(MOST, MOST * peer, false), MOST);
            for (BitswapMessage.Want want = list.poll(); want != null; want = list.poll()) {
                list.absent(want);
            }
            lists.add(list);
        }
        List<Multihash> others = new ArrayList<>();
        for (int i = 1; i <= 20_000; i++) {
            others.add(cid(-i).hash());
        }
        assertThat(lists).noneMatch(list -> list.arrived(others));
        assertThat(lists.get(7).arrived(List.of(cid(7 * MOST + 3).hash()))).isTrue();
        assertThat(lists.get(7).poll().cid()).isEqualTo(cid(7 * MOST + 3));
    }
}
