package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * A peer says that it has all blocks, is asked for them, sends none, and talks on about them (simulated time): words do
 * not keep a session waiting, an honest peer is asked after the silence that is borne.
 */
class PromisingPeerTest {
    private static final String PROTOCOL = "/ipfs/bitswap/1.2.0";
    private static final int BLOCKS = 100;

    private static void say(TestNode from, TestNode to, Cid cid, boolean has) throws IOException {
        try (Stream stream = from.host().open(to.id(), PROTOCOL)) {
            Delimited.write(
                    stream.output(),
                    new ProtobufWriter()
                            .message(4, word -> {
                                word.bytes(1, cid.toBytes());
                                if (!has) {
                                    word.uint64(2, 1);
                                }
                            })
                            .toByteArray());
            stream.closeWrite();
        }
    }

    @Test
    void wordsAboutOtherBlocksAreNoBlocks() {
        World.underSeeds(3, world -> {
            MemoryBlockStore theirs = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < BLOCKS; i++) {
                byte[] data = new byte[1000];
                new Random(i).nextBytes(data);
                blocks.add(Block.of(Multicodec.RAW, data));
            }
            theirs.putAll(blocks);
            List<Cid> cids = blocks.stream().map(Block::cid).toList();
            TestNode asking = world.node(
                    "asking", builder -> builder.with(Bitswap.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
            TestNode honest = world.node("honest", builder -> builder.with(Bitswap.over(theirs)));
            TestNode stranger = world.node("stranger");
            stranger.host().handle(PROTOCOL, stream -> stream.input().readAllBytes());
            stranger.connect(asking);
            Duration[] taken = new Duration[1];
            try (BitswapSession session =
                    asking.host().find(Bitswap.class).orElseThrow().session(Duration.ofMinutes(5))) {
                world.spawn("reader", () -> {
                    session.prefetch(cids);
                    taken[0] = world.timed(() -> session.get(cids.getFirst()));
                });
                world.sleep(Duration.ofSeconds(1));
                say(stranger, asking, cids.getLast(), true); // whose useful owner is asked for all
                world.sleep(Duration.ofSeconds(1));
                session.add(honest.address());
                for (int i = 1; i < BLOCKS && taken[0] == null; i++) {
                    world.sleep(Duration.ofSeconds(2));
                    say(stranger, asking, cids.get(BLOCKS - i), false);
                }
                assertThat(taken[0]).isNotNull().isLessThan(Duration.ofSeconds(15));
            }
        });
    }
}
