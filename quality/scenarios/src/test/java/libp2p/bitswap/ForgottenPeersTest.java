package libp2p.bitswap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Records of peers that were named as providers and cannot be reached, and of peers that left while they were answered. */
class ForgottenPeersTest {
    private static final int NAMED = 100;
    private static final Block BLOCK =
            Block.of(Multicodec.RAW, "a block that is nowhere".getBytes(StandardCharsets.UTF_8));

    private static TestNode node(World world, String name, MemoryBlockStore store) throws java.io.IOException {
        return world.node(name, builder -> builder.with(Bitswap.over(store)));
    }

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static Bitswap bitswap(TestNode node) {
        return node.host().find(Bitswap.class).orElseThrow();
    }

    @Test
    void providersThatAreNotThereAreForgottenWithTheSession() {
        World.underSeeds(1, world -> {
            Bitswap bitswap = bitswap(node(world, "asking", store()));
            try (BitswapSession session = bitswap.session(Duration.ofSeconds(20))) {
                session.prefetch(List.of(BLOCK.cid()));
                for (int i = 0; i < NAMED; i++) {
                    PeerId id = PeerId.fromBytes(
                            Multihash.sha256(new byte[] {(byte) i}).toBytes());
                    session.add(PeerAddress.of(id, List.of(Multiaddr.parse("/ip4/10.9.9.9/tcp/4001"))));
                }
                world.sleep(Duration.ofMinutes(5));
            }
            world.sleep(Duration.ofMinutes(1));
            assertThat(bitswap.known()).isZero();
        });
    }

    @Test
    void aPeerThatLeavesWhileItIsAnsweredIsForgottenAfterwards() {
        World.underSeeds(3, world -> {
            MemoryBlockStore store = store();
            Block large = Block.of(Multicodec.RAW, new byte[1 << 20]);
            store.putAll(List.of(large));
            TestNode server = node(world, "server", store);
            TestNode stranger = world.node("stranger");
            stranger.host().handle("/ipfs/bitswap/1.2.0", stream -> world.sleep(Duration.ofMinutes(10)));
            Connection connection = stranger.connect(server);
            try (Stream stream = stranger.host().open(server.id(), "/ipfs/bitswap/1.2.0")) {
                Delimited.write(
                        stream.output(),
                        new ProtobufWriter()
                                .message(
                                        1,
                                        list -> list.message(
                                                1,
                                                entry -> entry.bytes(
                                                        1, large.cid().toBytes())))
                                .toByteArray());
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(bitswap(server).known()).isEqualTo(1);
            connection.close(ErrorCode.NONE, "");
            world.sleep(Duration.ofMinutes(5));
            assertThat(bitswap(server).known()).isZero();
            world.sleep(Duration.ofMinutes(6));
        });
    }
}
