package libp2p.blocks.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.Pins;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Blocks move up when they are read often, and down when they are not. */
class TieredBlockStoreTest {
    private static Block block(int number) {
        byte[] data = new byte[100];
        new Random(number).nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    private static byte[] data(ArcCache cache, int number) {
        return cache.get(block(number).cid().hash());
    }

    private static void put(ArcCache cache, int number) {
        cache.put(block(number).cid().hash(), block(number).data());
    }

    @Test
    void blocksReadAgainOutliveAScan() {
        ArcCache cache = new ArcCache(1000, 1024);
        for (int i = 0; i < 4; i++) {
            put(cache, i);
            assertThat(data(cache, i)).isNotNull(); // now read twice
        }
        for (int i = 100; i < 200; i++) {
            put(cache, i);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(data(cache, i)).as("block " + i).isNotNull();
        }
        assertThat(cache.stats().bytes()).isLessThanOrEqualTo(1000);
    }

    @Test
    void aReadOfADroppedBlockShiftsTheBorder() {
        ArcCache cache = new ArcCache(1000, 1024);
        put(cache, 0);
        data(cache, 0);
        for (int i = 1; i <= 10; i++) {
            put(cache, i);
        }
        assertThat(cache.has(block(1).cid().hash())).isFalse();
        long before = cache.stats().target();
        put(cache, 1); // its ghost is known
        assertThat(cache.stats().ghostHits()).isEqualTo(1);
        assertThat(cache.stats().target()).isGreaterThan(before);
        long grown = cache.stats().target();
        for (int i = 20; i < 40; i++) { // fills both halves, so that blocks read again are dropped too
            put(cache, i);
            data(cache, i);
        }
        Multihash dropped = block(20).cid().hash();
        assertThat(cache.has(dropped)).isFalse();
        cache.put(dropped, block(20).data());
        assertThat(cache.stats().target()).isLessThan(grown + 1);
        assertThat(cache.stats().ghostHits()).isEqualTo(2);
    }

    @Test
    void quotaAndGhostsHoldWhateverComes() {
        ArcCache cache = new ArcCache(1000, 16);
        Random random = new Random(3);
        for (int i = 0; i < 5000; i++) {
            int number = random.nextInt(60);
            if (data(cache, number) == null) {
                put(cache, number);
            }
            if (i % 7 == 0) {
                cache.remove(block(random.nextInt(60)).cid().hash());
            }
            ArcCache.Stats stats = cache.stats();
            assertThat(stats.bytes()).isEqualTo(100 * stats.blocks()).isLessThanOrEqualTo(1000);
            assertThat(stats.target()).isBetween(0L, 1000L);
        }
        cache.put(block(1).cid().hash(), new byte[2000]);
        assertThat(cache.stats().bytes()).isLessThanOrEqualTo(1000);
    }

    private final MemoryBlockStore disk = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final MemoryBlockStore home = new MemoryBlockStore(BlockStoreLimits.DEFAULT);

    private TieredBlockStore tiers(TierOptions options) {
        return new TieredBlockStore(SystemEnvironment.shared(), disk, home, options);
    }

    /** Another node that shares the home store removes a block that this one has on its disk. */
    @Test
    void aBlockThatOnlyACacheHasIsMissingAndAPinBringsItHome() throws IOException {
        TieredBlockStore store = tiers(TierOptions.DEFAULT);
        Block block = block(1);
        store.put(block);
        for (int read = 1; read <= 3; read++) {
            store.get(block.cid());
        }
        assertThat(disk.has(block.cid())).isTrue();
        home.delete(List.of(block.cid().hash()));
        assertThat(store.missing(List.of(block.cid()))).containsExactly(block.cid());
        new Pins(new MemoryDatastore(), store).add(block.cid(), Pins.Kind.DIRECT, store);
        assertThat(home.find(block.cid())).isEqualTo(block.data());
    }

    @Test
    void theThirdReadMovesABlockUp() throws IOException {
        TieredBlockStore store = tiers(TierOptions.DEFAULT);
        Block block = block(1);
        store.put(block);
        for (int read = 1; read <= 3; read++) {
            assertThat(store.stats().promotions()).as("before read " + read).isZero();
            assertThat(store.get(block.cid())).isEqualTo(block.data());
        }
        assertThat(store.stats().promotions()).isEqualTo(1);
        assertThat(disk.has(block.cid())).isTrue();
        home.delete(List.of(block.cid().hash()));
        assertThat(store.get(block.cid())).isEqualTo(block.data());
        assertThat(store.stats().memoryHits()).isEqualTo(1);
        store.delete(List.of(block.cid().hash()));
        assertThat(store.find(block.cid())).isNull();
    }

    @Test
    void theDiskHoldsNoMoreThanItsQuota() throws IOException {
        TieredBlockStore store = tiers(TierOptions.DEFAULT.withBytes(0, 1000));
        List<Cid> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            store.put(block(i));
            all.add(block(i).cid());
        }
        for (Cid cid : all) {
            for (int read = 0; read < 3; read++) {
                store.get(cid);
            }
            assertThat(disk.usage().bytes()).isLessThanOrEqualTo(1000);
        }
        assertThat(disk.has(all.getLast())).isTrue();
        assertThat(store.stats().demotions()).isPositive();
        assertThat(home.usage().blocks()).isEqualTo(50);
    }

    @Test
    void whatIsNotReadForLongIsDropped() throws IOException {
        TierOptions never =
                new TierOptions(1 << 20, 1 << 20, 1 << 20, 1, Duration.ZERO, 1024, Duration.ofHours(1), 100);
        TieredBlockStore store = tiers(never);
        store.put(block(1));
        store.get(block(1).cid());
        assertThat(disk.has(block(1).cid())).isTrue();
        store.demote();
        assertThat(disk.has(block(1).cid())).isFalse();
        assertThat(store.stats().memory().blocks()).isZero();
        assertThat(store.get(block(1).cid())).isEqualTo(block(1).data());
    }

    @Test
    void peersAreTheLastTierAndWhatTheyGaveStays() throws IOException {
        Block block = block(7);
        int[] asked = {0};
        TieredBlockStore store = new TieredBlockStore(
                SystemEnvironment.shared(),
                null,
                home,
                cid -> {
                    asked[0]++;
                    return block.data();
                },
                TierOptions.DEFAULT);
        assertThat(store.get(block.cid())).isEqualTo(block.data());
        assertThat(store.get(block.cid())).isEqualTo(block.data());
        assertThat(asked[0]).isEqualTo(1);
    }
}
