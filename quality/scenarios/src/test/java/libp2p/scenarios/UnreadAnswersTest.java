package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Strangers ask for large blocks and read no answer (simulated time): what a host has read for them is charged to them.
 */
class UnreadAnswersTest {
    private static final String PROTOCOL = "/ipfs/bitswap/1.2.0";
    private static final int STRANGERS = 40;
    private static final int BLOCK = 1 << 20;

    @Test
    void blocksThatWaitForTheirReadersAreCharged() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] data = new byte[BLOCK];
                new Random(i).nextBytes(data);
                blocks.add(Block.of(Multicodec.RAW, data));
            }
            store.putAll(blocks);
            List<WeakReference<byte[]>> read = new ArrayList<>();
            BlockStore disk = (BlockStore) Proxy.newProxyInstance(
                    BlockStore.class.getClassLoader(),
                    new Class<?>[] {BlockStore.class},
                    (proxy, method, arguments) -> {
                        Object found = method.invoke(store, arguments);
                        if (method.getName().equals("find") && found != null) { // from a disk each reader has its own
                            found = ((byte[]) found).clone();
                            read.add(new WeakReference<>((byte[]) found));
                        }
                        return found;
                    });
            TestNode victim = world.nodeOnASmallHeap("victim", builder -> builder.with(Bitswap.over(disk)));
            for (int i = 0; i < STRANGERS; i++) {
                TestNode stranger = world.node("stranger " + i);
                stranger.host().handle(PROTOCOL, stream -> world.sleep(Duration.ofMinutes(1)));
                stranger.connect(victim);
                Stream stream = stranger.host().open(victim.address(), PROTOCOL);
                Delimited.write(
                        stream.output(),
                        new ProtobufWriter()
                                .message(
                                        1,
                                        list -> blocks.forEach(block -> list.message(
                                                1,
                                                entry -> entry.bytes(
                                                        1, block.cid().toBytes()))))
                                .toByteArray());
                stream.close();
            }
            world.sleep(Duration.ofSeconds(4));
            System.gc();
            long held = read.stream()
                    .map(WeakReference::get)
                    .filter(Objects::nonNull)
                    .mapToLong(data -> data.length)
                    .sum();
            assertThat(held)
                    .as("blocks that wait for their readers")
                    .isPositive()
                    .isLessThanOrEqualTo(victim.host()
                            .resourceManager()
                            .usage()
                            .get("system")
                            .memory());
            TestNode honest = world.node(
                    "honest", builder -> builder.with(Bitswap.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
            honest.connect(victim);
            try (BitswapSession session =
                    honest.host().find(Bitswap.class).orElseThrow().session(Duration.ofMinutes(1))) {
                session.add(victim.address());
                for (Block block : blocks) {
                    assertThat(session.get(block.cid())).isEqualTo(block.data());
                }
            }
            assertThat(read).as("blocks that were read").hasSizeLessThan(10 * STRANGERS);
            world.sleep(Duration.ofMinutes(3));
        });
    }
}
