package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Strangers that open streams and say nothing hold most of the memory, and less than calls for relief. */
class BlocksAmongSilentStreamsTest {
    private static final String PROTOCOL = "/ipfs/bitswap/1.2.0";
    private static final ResourceLimits SMALL = TestNode.LIMITS.withinHeap(32 << 20);

    private static long used(TestNode bob) {
        return bob.host().resourceManager().system().usage().memory();
    }

    @Test
    void aPeerGetsABlock() {
        World.underSeeds(2, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            Block block = Block.of(Multicodec.RAW, new byte[100_000]);
            store.put(block);
            TestNode bob = world.node("bob", SMALL, builder -> builder.with(Bitswap.over(store)));
            long most = SMALL.of(ScopeKind.SYSTEM).memory();
            List<Stream> silent = new ArrayList<>();
            for (int i = 0; used(bob) < most / 100 * 79; i++) {
                TestNode stranger = world.node("stranger " + i);
                for (int j = 0; j < 4 && used(bob) < most / 100 * 79; j++) {
                    Stream stream = stranger.open(bob, PROTOCOL);
                    stream.write(new byte[] {1}); // of a message of one byte, which does not come
                    world.sleep(Duration.ofMillis(500));
                    silent.add(stream);
                }
            }
            TestNode carol = world.node(
                    "carol", builder -> builder.with(Bitswap.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
            carol.connect(bob);
            try (BitswapSession session =
                    carol.host().find(Bitswap.class).orElseThrow().session(Duration.ofSeconds(20))) {
                assertThat(session.get(block.cid())).isEqualTo(block.data());
            }
            assertThat(used(bob)).as("held by the strangers").isBetween(most / 4 * 3, most / 8 * 7);
            silent.forEach(Stream::close);
        });
    }
}
