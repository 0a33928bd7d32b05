package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Strangers send a want-list, and end their connection at once (simulated time): nothing is kept of a peer that is not
 * connected, however its last message and its end meet.
 */
class LateMessagesTest {
    private static final String PROTOCOL = "/ipfs/bitswap/1.2.0";
    private static final int STRANGERS = 20;

    private static byte[] wants() {
        return new ProtobufWriter()
                .message(1, list -> {
                    for (int i = 0; i < 1024; i++) {
                        byte[] cid = Block.of(Multicodec.RAW, ("block " + i).getBytes(StandardCharsets.UTF_8))
                                .cid()
                                .toBytes();
                        list.message(1, entry -> entry.bytes(1, cid).int32(2, 1));
                    }
                })
                .message(
                        3,
                        block ->
                                block.bytes(1, new byte[] {1, 0x55, 0x12, 0x20}).bytes(2, new byte[10]))
                .toByteArray();
    }

    @Test
    void leaveNoWants() {
        World.underSeeds(2, world -> {
            world.withoutBeliefs();
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            BlockStore disk = (BlockStore) Proxy.newProxyInstance(
                    BlockStore.class.getClassLoader(),
                    new Class<?>[] {BlockStore.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("has")) {
                            world.sleep(Duration.ofMillis(20)); // as a disk takes
                        }
                        return method.invoke(store, arguments);
                    });
            TestNode server = world.node("server", builder -> builder.with(Bitswap.over(disk)));
            byte[] wants = wants();
            List<TestNode> strangers = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                TestNode stranger = world.node("stranger " + i);
                strangers.add(stranger);
                int millis = i;
                Connection connection = stranger.connect(server);
                world.sleep(Duration.ofMillis(100));
                try (Stream stream = stranger.host().open(server.id(), PROTOCOL)) {
                    Delimited.write(stream.output(), wants);
                    stream.closeWrite();
                    world.sleep(Duration.ofMillis(millis));
                    connection.close(ErrorCode.NONE, "");
                } catch (IOException ended) {
                    // as it may
                }
            }
            world.sleep(Duration.ofSeconds(30));
            Bitswap bitswap = server.host().find(Bitswap.class).orElseThrow();
            int left = strangers.stream()
                    .mapToInt(one -> bitswap.wantsOf(one.id()))
                    .sum();
            assertThat(left).isZero();
        });
    }
}
