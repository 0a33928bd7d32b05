package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Sessions of one host, of which each hears only of what it wants. */
class SessionInterestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Block BLOCK =
            Block.of(Multicodec.RAW, "wanted by one session".getBytes(StandardCharsets.UTF_8));

    private static TestNode node(World world, String name, MemoryBlockStore store) throws IOException {
        return world.node(name, builder -> builder.with(Bitswap.over(store)));
    }

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static Bitswap bitswap(TestNode node) {
        return node.host().find(Bitswap.class).orElseThrow();
    }

    @Test
    void aSessionThatDoesNotWantABlockIsNotAskedWhenItComes() {
        World.underSeeds(5, world -> {
            MemoryBlockStore theirs = store();
            theirs.putAll(List.of(BLOCK));
            TestNode asking = node(world, "asking", store());
            asking.connect(node(world, "provider", theirs));
            Bitswap bitswap = bitswap(asking);
            try (BitswapSession other = bitswap.session(PATIENCE);
                    BitswapSession wanting = bitswap.session(PATIENCE)) {
                other.lock.lock(); // a thread that asks it waits, and the block does not come in time
                try {
                    assertThat(wanting.get(BLOCK.cid())).isEqualTo(BLOCK.data());
                } finally {
                    other.lock.unlock();
                }
                assertThat(bitswap.interests().isWanted(BLOCK.cid().hash())).isFalse();
            }
        });
    }

    @Test
    void sessionsThatWantTheSameBlockAllGetItAndOneThatIsClosedWantsNothing() {
        World.underSeeds(5, world -> {
            MemoryBlockStore theirs = store();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", store());
            asking.connect(provider);
            Bitswap bitswap = bitswap(asking);
            BitswapSession closed = bitswap.session(PATIENCE);
            closed.prefetch(List.of(BLOCK.cid()));
            assertThat(bitswap.interests().isWanted(BLOCK.cid().hash())).isTrue();
            closed.close();
            closed.prefetch(List.of(BLOCK.cid()));
            assertThat(bitswap.interests().isWanted(BLOCK.cid().hash())).isFalse();
            try (BitswapSession one = bitswap.session(PATIENCE);
                    BitswapSession two = bitswap.session(PATIENCE)) {
                one.prefetch(List.of(BLOCK.cid()));
                two.prefetch(List.of(BLOCK.cid()));
                theirs.putAll(List.of(BLOCK));
                bitswap(provider).stored(List.of(BLOCK.cid().hash()));
                assertThat(one.get(BLOCK.cid())).isEqualTo(BLOCK.data());
                assertThat(two.get(BLOCK.cid())).isEqualTo(BLOCK.data());
                assertThat(List.of(one.blocks(), two.blocks())).containsExactly(1L, 1L);
                assertThat(bitswap.interests().isWanted(BLOCK.cid().hash())).isFalse();
            }
        });
    }
}
