package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.Test;

class WantListTest {
    private static Cid cid(int number) {
        return Block.of(0x55, ByteBuffer.allocate(4).putInt(number).array()).cid();
    }

    private static BitswapMessage.Want want(int number, int priority) {
        return new BitswapMessage.Want(cid(number), priority, false, true, true);
    }

    private static List<Cid> polled(WantList list) {
        List<Cid> all = new ArrayList<>();
        for (BitswapMessage.Want want = list.poll(); want != null; want = list.poll()) {
            all.add(want.cid());
        }
        return all;
    }

    @Test
    void theBestPriorityComesFirstAndEqualOnesInTheirOrder() {
        WantList list = new WantList();
        list.receive(false, List.of(want(1, 5), want(2, 9), want(3, 5)), 10);
        assertThat(polled(list)).containsExactly(cid(2), cid(1), cid(3));
    }

    @Test
    void aCancelRemovesAndAFullListReplaces() {
        WantList list = new WantList();
        list.receive(false, List.of(want(1, 5), want(2, 9)), 10);
        list.receive(false, List.of(new BitswapMessage.Want(cid(2), 0, true, true, false)), 10);
        assertThat(polled(list)).containsExactly(cid(1));
        list.receive(true, List.of(want(3, 1)), 10);
        assertThat(list.size()).isEqualTo(1);
        assertThat(polled(list)).containsExactly(cid(3));
    }

    @Test
    void ofTooManyThoseThatWaitGoFirstAndThenThoseOfLeastPriority() {
        WantList list = new WantList();
        list.receive(false, List.of(want(1, 9), want(2, 2), want(3, 5)), 3);
        BitswapMessage.Want first = list.poll();
        list.absent(first);
        list.receive(false, List.of(want(4, 1)), 3);
        assertThat(list.size()).isEqualTo(3);
        list.receive(false, List.of(want(5, 7)), 3);
        assertThat(polled(list)).containsExactly(cid(5), cid(3), cid(2));
        assertThat(list.dropped()).isEqualTo(2);
    }

    @Test
    void whatWaitsIsLookedUpAgainWhenItsBlockComes() {
        WantList list = new WantList();
        list.receive(false, List.of(want(1, 9)), 3);
        list.absent(list.poll());
        assertThat(list.arrived(List.of(cid(2).hash()))).isFalse();
        assertThat(list.arrived(List.of(cid(1).hash()))).isTrue();
        assertThat(polled(list)).containsExactly(cid(1));
    }

    @Test
    void aWantForTheBlockIsNotMadeWeakerByOneForItsPresence() {
        WantList list = new WantList();
        list.receive(false, List.of(want(1, 5)), 3);
        list.receive(false, List.of(new BitswapMessage.Want(cid(1), 5, false, false, false)), 3);
        BitswapMessage.Want polled = list.poll();
        assertThat(polled.block()).isTrue();
        assertThat(polled.sendDontHave()).isTrue();
    }
}
