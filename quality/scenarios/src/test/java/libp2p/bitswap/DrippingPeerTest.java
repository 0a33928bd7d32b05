package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * A peer that has all blocks, says so at once, and sends one that it owes whenever it would be taken for silent
 * (simulated time).
 */
class DrippingPeerTest {
    private static final String PROTOCOL = "/ipfs/bitswap/1.2.0";
    private static final int BLOCKS = 300;
    private static final Duration DRIP = Duration.ofMillis(4900);

    private final Map<Cid, Block> blocks = new LinkedHashMap<>();
    /** The blocks that the dripping peer owes; one thread at a time in the simulator. */
    private final List<Cid> owed = new ArrayList<>();

    private void hear(Stream stream, TestNode stranger, TestNode asking) throws IOException {
        MessageReader reader = new MessageReader(stream.input(), BitswapLimits.DEFAULT, null);
        while (reader.read()) {
            List<Cid> have = new ArrayList<>();
            for (BitswapMessage.Want want : reader.message().wants()) {
                if (want.cancel()) {
                    owed.remove(want.cid());
                } else if (want.block()) {
                    owed.add(want.cid());
                } else {
                    have.add(want.cid());
                }
            }
            if (!have.isEmpty()) {
                send(stranger, asking, new BitswapMessage(false, List.of(), List.of(), have, List.of(), 0));
            }
        }
    }

    private static void send(TestNode from, TestNode to, BitswapMessage message) throws IOException {
        try (Stream stream = from.host().open(to.id(), PROTOCOL)) {
            message.write(BitswapMessage.Version.PRESENCES, stream::write);
            stream.closeWrite();
        }
    }

    @Test
    void blocksThatItHoldsBackAreAskedOfAnother() {
        World.underSeeds(3, world -> {
            blocks.clear();
            owed.clear();
            MemoryBlockStore theirs = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            for (int i = 0; i < BLOCKS; i++) {
                byte[] data = new byte[10_000];
                new Random(i).nextBytes(data);
                Block block = Block.of(Multicodec.RAW, data);
                blocks.put(block.cid(), block);
                theirs.put(block);
            }
            List<Cid> cids = List.copyOf(blocks.keySet());
            TestNode asking = world.node(
                    "asking", builder -> builder.with(Bitswap.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
            TestNode honest = world.node("honest", builder -> builder.with(Bitswap.over(theirs)));
            TestNode stranger = world.node("stranger");
            stranger.host().handle(PROTOCOL, stream -> hear(stream, stranger, asking));
            stranger.connect(asking);
            honest.connect(asking);
            Duration[] taken = new Duration[1];
            try (BitswapSession session =
                    asking.host().find(Bitswap.class).orElseThrow().session(Duration.ofMinutes(60))) {
                world.spawn(
                        "reader",
                        () -> taken[0] = world.timed(() -> {
                            session.prefetch(cids);
                            for (Cid cid : cids) {
                                assertThat(session.get(cid))
                                        .isEqualTo(blocks.get(cid).data());
                            }
                        }));
                for (int i = 0; i < BLOCKS && taken[0] == null; i++) {
                    world.sleep(DRIP);
                    if (!owed.isEmpty()) {
                        Block block = blocks.get(owed.removeLast());
                        send(
                                stranger,
                                asking,
                                new BitswapMessage(false, List.of(), List.of(block), List.of(), List.of(), 0));
                    }
                }
                assertThat(taken[0]).isNotNull().isLessThan(Duration.ofSeconds(45));
            }
        });
    }
}
