package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GivenBlocksTest {
    private final HalfWay store = new HalfWay();

    private static Block block(int i) {
        return Block.of(Multicodec.RAW, ("block " + i).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBlockThatAnotherTaskHasBegunIsStoredBeforeItIsAcknowledged() throws IOException {
        GivenBlocks given = new GivenBlocks(store, store);
        store.begin(List.of(block(1)));
        assertThat(store.has(block(1).cid())).isFalse();
        given.add(block(1).cid());
        given.settle();
        assertThat(store.has(block(1).cid())).isTrue();
    }

    @Test
    void aBlockWhoseWriterFailedIsNotAcknowledged() throws IOException {
        GivenBlocks given = new GivenBlocks(store, store);
        store.begin(List.of(block(1)));
        given.add(block(1).cid());
        store.begun.clear(); // as a full disk has it
        assertThatThrownBy(given::settle)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(block(1).cid().toString());
        given.settle();
    }

    @Test
    void aBlockWhoseWriterFailedIsGotAgain() throws IOException {
        GivenBlocks given = new GivenBlocks(store, cid -> block(1).data());
        store.begin(List.of(block(1)));
        given.add(block(1).cid());
        store.begun.clear();
        given.settle();
        assertThat(store.has(block(1).cid())).isTrue();
    }

    @Test
    void onlyBlocksThatAreNotDurableAreRemembered() throws IOException {
        GivenBlocks given = new GivenBlocks(store, store);
        for (int i = 0; i < 10_000; i++) {
            store.put(block(i));
            given.add(block(i).cid());
        }
        assertThat(given.remembered()).isLessThan(2_048);
        assertThat(store.asked).as("looks at the store").isLessThan(11);
    }

    @Test
    void manyBlocksThatAreNotDurableAreStoredAndForgotten() throws IOException {
        GivenBlocks given = new GivenBlocks(store, store);
        for (int i = 0; i < 200_000; i++) {
            store.begin(List.of(block(i)));
            given.add(block(i).cid());
        }
        assertThat(given.remembered()).isLessThan(150_000);
        given.settle();
        assertThat(given.remembered()).isZero();
        assertThat(store.usage().blocks()).isEqualTo(200_000);
    }

    @Test
    void aStoreWithoutAHalfWayIsNotAsked() throws IOException {
        MemoryBlockStore plain = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        GivenBlocks given = new GivenBlocks(plain, plain);
        given.add(block(1).cid());
        given.settle();
        assertThat(given.remembered()).isZero();
    }

    /** Gives what was begun, and has it only when its writer has waited. */
    private static final class HalfWay implements BlockStore {
        final BlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        final Map<Cid, Block> begun = new HashMap<>();
        int asked;

        @Override
        public boolean givesUnfinished() {
            return true;
        }

        @Override
        public Writing begin(List<Block> blocks) {
            blocks.forEach(block -> begun.put(block.cid(), block));
            List<Block> kept = new ArrayList<>(blocks);
            return () -> store.putAll(kept);
        }

        @Override
        public byte @Nullable [] find(Cid cid) throws IOException {
            Block half = begun.get(cid);
            return half == null ? store.find(cid) : half.data();
        }

        @Override
        public void putAll(List<Block> blocks) throws IOException {
            begin(blocks).await();
        }

        @Override
        public int size(Cid cid) throws IOException {
            return store.size(cid);
        }

        @Override
        public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
            return store.delete(hashes);
        }

        @Override
        public void forEach(Visitor visitor) throws IOException {
            store.forEach(visitor);
        }

        @Override
        public Usage usage() throws IOException {
            return store.usage();
        }

        @Override
        public Lease lease() {
            return store.lease();
        }

        @Override
        public void close() throws IOException {
            store.close();
        }

        @Override
        public List<Cid> missing(List<Cid> cids) throws IOException {
            asked++;
            return store.missing(cids);
        }
    }
}
