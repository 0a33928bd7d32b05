package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Peers that ask for too much, say it too slowly, or ask for what is no block (simulated time). */
class HostileBitswapTest {
    private static final String PROTOCOL = "/ipfs/bitswap/1.2.0";
    private static final int KEPT = BitswapLimits.DEFAULT.wantsPerPeer();
    private static final int FLOODERS = 40;
    /** Bytes that a want takes at least. */
    private static final int WANT = 256;

    private static TestNode node(World world, String name, MemoryBlockStore store) throws IOException {
        return world.node(name, builder -> builder.with(Bitswap.over(store)));
    }

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static Bitswap bitswap(TestNode node) {
        return node.host().find(Bitswap.class).orElseThrow();
    }

    private static byte[] wants(int from, int count) {
        return new ProtobufWriter()
                .message(1, list -> {
                    for (int i = from; i < from + count; i++) {
                        byte[] cid = Block.of(Multicodec.RAW, ("block " + i).getBytes(StandardCharsets.UTF_8))
                                .cid()
                                .toBytes();
                        list.message(1, entry -> entry.bytes(1, cid).int32(2, 1));
                    }
                })
                .toByteArray();
    }

    @Test
    void aFloodOfWantsIsKeptInPartAndFreedWithTheConnectionAndOthersAreServed() {
        World.underSeeds(2, world -> {
            MemoryBlockStore store = store();
            TestNode server = node(world, "server", store);
            TestNode flooder = world.node("flooder");
            TestNode honest = node(world, "honest", store());
            flooder.connect(server);
            honest.connect(server);
            try (Stream stream = flooder.host().open(server.id(), PROTOCOL)) {
                for (int i = 0; i < 20; i++) {
                    Delimited.write(stream.output(), wants(2000 * i, 2000));
                }
                byte[] content = new byte[50_000];
                new Random(1).nextBytes(content);
                Cid cid = new FileImporter(ImportOptions.V1_2025.withChunker("size-4096"), store)
                        .add(new ByteArrayInputStream(content))
                        .cid();
                try (BitswapSession session = bitswap(honest).session(Duration.ofSeconds(60));
                        InputStream in = new UnixFsReader(session).open(cid)) {
                    assertThat(in.readAllBytes()).isEqualTo(content);
                }
                world.sleep(Duration.ofSeconds(5));
                assertThat(bitswap(server).wantsOf(flooder.id())).isEqualTo(KEPT);
                stream.reset(ErrorCode.NONE);
            }
            for (Connection connection : flooder.connections(server)) {
                connection.close(ErrorCode.NONE, "the flood is over");
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(bitswap(server).wantsOf(flooder.id())).isZero();
        });
    }

    private static long charged(TestNode server) {
        return server.host().resourceManager().system().usage().memory();
    }

    @Test
    void theWantsOfManyPeersAreChargedToThemAndOthersAreServed() {
        World.underSeeds(2, world -> {
            MemoryBlockStore store = store();
            TestNode server = world.nodeOnASmallHeap("server", builder -> builder.with(Bitswap.over(store)));
            List<TestNode> flooders = new ArrayList<>();
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < FLOODERS; i++) {
                TestNode flooder = world.node("flooder-" + i);
                flooder.connect(server);
                Stream stream = flooder.host().open(server.id(), PROTOCOL);
                Delimited.write(stream.output(), wants(0, 0));
                flooders.add(flooder);
                streams.add(stream);
            }
            world.sleep(Duration.ofSeconds(5));
            long before = charged(server);
            for (int i = 0; i < FLOODERS; i++) {
                Delimited.write(streams.get(i).output(), wants(KEPT * i, KEPT));
            }
            world.sleep(Duration.ofSeconds(5));
            long kept = 0;
            for (TestNode flooder : flooders) {
                kept += bitswap(server).wantsOf(flooder.id());
            }
            assertThat(kept).as("wants that are kept").isGreaterThan(FLOODERS / 2 * KEPT);
            assertThat(charged(server) - before).as("memory of the wants").isGreaterThan(WANT * kept);
            byte[] content = new byte[50_000];
            new Random(1).nextBytes(content);
            Cid cid = new FileImporter(ImportOptions.V1_2025.withChunker("size-4096"), store)
                    .add(new ByteArrayInputStream(content))
                    .cid();
            TestNode honest = node(world, "honest", store());
            honest.connect(server);
            try (BitswapSession session = bitswap(honest).session(Duration.ofSeconds(60));
                    InputStream in = new UnixFsReader(session).open(cid)) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
            for (TestNode flooder : flooders) {
                for (Connection connection : flooder.connections(server)) {
                    connection.close(ErrorCode.NONE, "the flood is over");
                }
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(charged(server)).as("memory afterwards").isLessThan(1 << 20);
        });
    }

    @Test
    void aMessageThatDripsIsEndedAndItsStreamFreed() {
        World.underSeeds(2, world -> {
            TestNode server = node(world, "server", store());
            TestNode slow = world.node("slow");
            slow.connect(server);
            try (Stream stream = slow.host().open(server.id(), PROTOCOL)) {
                byte[] frame = Delimited.frame(wants(0, 1));
                assertThatThrownBy(() -> {
                            for (byte b : frame) {
                                stream.write(new byte[] {b});
                                world.sleep(Duration.ofSeconds(30));
                            }
                        })
                        .isInstanceOf(IOException.class);
                stream.reset(ErrorCode.NONE);
            }
            assertThat(bitswap(server).wantsOf(slow.id())).isZero();
            assertThat(slow.connections(server)).hasSize(1);
        });
    }

    @Test
    void identityHashesAndCidsBeyondTheLimitAreNotLookedUp() {
        World.underSeeds(2, world -> {
            TestNode server = node(world, "server", store());
            TestNode odd = world.node("odd");
            odd.connect(server);
            byte[] identity =
                    Cid.v1(Multicodec.RAW, Multihash.identity(new byte[100])).toBytes();
            byte[] tooLong = Arrays.copyOf(new byte[] {1, 0x55, 0, (byte) 0xac, 2}, 305); // 300 bytes of identity
            try (Stream stream = odd.host().open(server.id(), PROTOCOL)) {
                Delimited.write(
                        stream.output(),
                        new ProtobufWriter()
                                .message(
                                        1,
                                        list -> list.message(1, entry -> entry.bytes(1, identity))
                                                .message(1, entry -> entry.bytes(1, tooLong)))
                                .toByteArray());
                stream.closeWrite();
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(bitswap(server).wantsOf(odd.id())).isZero();
            assertThat(bitswap(server).statistics().blocksSent()).isZero();
        });
    }
}
