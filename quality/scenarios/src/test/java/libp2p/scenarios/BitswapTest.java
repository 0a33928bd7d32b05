package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Bitswap between whole hosts: peers that share, are silent, disappear or send wrong bytes. */
class BitswapTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static TestNode node(World world, String name, MemoryBlockStore store) throws IOException {
        return world.node(name, builder -> builder.with(Bitswap.over(store)));
    }

    private static Bitswap bitswap(TestNode node) {
        return node.host().find(Bitswap.class).orElseThrow();
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static Cid add(MemoryBlockStore store, byte[] content) throws IOException {
        ImportOptions options = ImportOptions.V1_2025.withChunker("size-4096").withFileLinks(8);
        return new FileImporter(options, store)
                .add(new ByteArrayInputStream(content))
                .cid();
    }

    private static byte[] read(BitswapSession session, Cid cid) throws IOException {
        try (InputStream in = new UnixFsReader(session).open(cid)) {
            return in.readAllBytes();
        }
    }

    @Test
    void threeProvidersShareAFileAndHardlyAnyBlockComesTwice() {
        World.underSeeds(5, world -> {
            byte[] content = content(400_000);
            MemoryBlockStore own = store();
            TestNode asking = node(world, "asking", own);
            Cid cid = null;
            for (String name : new String[] {"one", "two", "three"}) {
                MemoryBlockStore theirs = store();
                cid = add(theirs, content);
                asking.connect(node(world, name, theirs));
            }
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                assertThat(read(session, cid)).isEqualTo(content);
                assertThat(session.blocks()).isGreaterThan(100);
                assertThat(session.duplicates()).isLessThanOrEqualTo(session.blocks() / 20);
                session.flush();
            }
            assertThat(own.usage().blocks()).isGreaterThan(100);
        });
    }

    @Test
    void aHostGivesAwayNoMoreThanItsRateAndGoesOnAskingMeanwhile() {
        World.underSeeds(3, world -> {
            byte[] content = content(800_000);
            long rate = 100_000;
            MemoryBlockStore theirs = store();
            var limits = BitswapLimits.DEFAULT.withSendRate(rate);
            TestNode slow = world.node("slow", builder -> builder.with(Bitswap.over(theirs, limits)));
            Cid cid = add(theirs, content);
            MemoryBlockStore own = store();
            TestNode asking = node(world, "asking", own);
            Cid other = add(own, content(100_000));
            asking.connect(slow);
            long begun = asking.environment().nanoTime();
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                assertThat(read(session, cid)).isEqualTo(content);
                session.flush();
            }
            Duration taken = Duration.ofNanos(asking.environment().nanoTime() - begun);
            assertThat(taken).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(12));
            begun = slow.environment().nanoTime();
            try (BitswapSession session = bitswap(slow).session(PATIENCE)) {
                assertThat(read(session, other)).hasSize(100_000);
            }
            taken = Duration.ofNanos(slow.environment().nanoTime() - begun);
            assertThat(taken).as("its own wants").isLessThan(Duration.ofSeconds(2));
        });
    }

    @Test
    void aBlockThatTheDiskDoesNotGiveCostsThePeerNoneOfTheOthers() {
        World.underSeeds(3, world -> {
            MemoryBlockStore theirs = store();
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                blocks.add(Block.of(Multicodec.RAW, content(2000 + i)));
            }
            theirs.putAll(blocks);
            Cid unreadable = blocks.get(7).cid();
            BlockStore failing = (BlockStore) Proxy.newProxyInstance(
                    BlockStore.class.getClassLoader(),
                    new Class<?>[] {BlockStore.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("find") && unreadable.equals(arguments[0])) {
                            throw new IOException("Input/output error");
                        }
                        return method.invoke(theirs, arguments);
                    });
            TestNode provider = world.node("provider", builder -> builder.with(Bitswap.over(failing)));
            TestNode asking = node(world, "asking", store());
            asking.connect(provider);
            try (BitswapSession session = bitswap(asking).session(Duration.ofSeconds(20))) {
                session.prefetch(blocks.stream().map(Block::cid).toList());
                for (Block block : blocks) {
                    if (!block.cid().equals(unreadable)) {
                        assertThat(session.get(block.cid())).isEqualTo(block.data());
                    }
                }
                assertThatThrownBy(() -> session.get(unreadable)).isInstanceOf(BlockNotFoundException.class);
            }
        });
    }

    @Test
    void blocksThatComeAheadOfTheirReaderAreNotReadFromTheStore() {
        World.underSeeds(5, world -> {
            MemoryBlockStore theirs = store();
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                blocks.add(Block.of(Multicodec.RAW, content(2000 + i)));
            }
            theirs.putAll(blocks);
            MemoryBlockStore own = store();
            AtomicInteger reads = new AtomicInteger();
            BlockStore counting = (BlockStore) Proxy.newProxyInstance(
                    BlockStore.class.getClassLoader(),
                    new Class<?>[] {BlockStore.class},
                    (proxy, method, arguments) -> {
                        reads.addAndGet(method.getName().equals("find") ? 1 : 0);
                        return method.invoke(own, arguments);
                    });
            TestNode asking = world.node("asking", builder -> builder.with(Bitswap.over(counting)));
            asking.connect(node(world, "provider", theirs));
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                session.prefetch(blocks.stream().map(Block::cid).toList());
                world.simulation().await("all blocks", () -> session.blocks() == blocks.size());
                session.flush();
                for (Block block : blocks) {
                    assertThat(session.get(block.cid())).isEqualTo(block.data());
                }
                assertThat(reads).hasValue(0);
                assertThat(session.get(blocks.getFirst().cid()))
                        .isEqualTo(blocks.getFirst().data());
                assertThat(reads).hasValue(1);
            }
        });
    }

    @Test
    void aProviderThatIsNamedIsConnectedToAndAsked() {
        World.underSeeds(5, world -> {
            byte[] content = content(50_000);
            MemoryBlockStore theirs = store();
            Cid cid = add(theirs, content);
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", store());
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                session.add(provider.address());
                assertThat(read(session, cid)).isEqualTo(content);
            }
        });
    }

    @Test
    void aBlockThatComesLaterIsSentToWhoWaitsForIt() {
        World.underSeeds(5, world -> {
            MemoryBlockStore theirs = store();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", store());
            asking.connect(provider);
            Block block = Block.of(Multicodec.RAW, content(1000));
            world.spawn("writer", () -> {
                world.sleep(Duration.ofSeconds(10));
                theirs.put(block);
                bitswap(provider).stored(List.of(block.cid().hash()));
            });
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                assertThat(session.get(block.cid())).isEqualTo(block.data());
            }
        });
    }

    /** The peer that serves holds its answers back when it is closed, and has no timer for them any more. */
    @Test
    void aSessionGoesOnWithAPeerThatCameAfterManyThatLeft() {
        int places = 8;
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            byte[] content = content(100_000);
            Cid cid = new FileImporter(ImportOptions.V1_2025.withChunker("size-4096"), theirs)
                    .add(new ByteArrayInputStream(content))
                    .cid();
            TestNode slow = world.node(
                    "slow", builder -> builder.with(Bitswap.over(theirs, BitswapLimits.DEFAULT.withSendRate(5_000))));
            TestNode asking = world.node(
                    "asking",
                    builder -> builder.with(Bitswap.over(store())).limit("bitswap.session-peers", "" + places));
            asking.connect(slow);
            try (BitswapSession session = bitswap(asking).session(PATIENCE);
                    InputStream in = new UnixFsReader(session).open(cid)) {
                SimulatedTask reader = world.spawn(
                        "reader", () -> assertThat(in.readAllBytes()).isEqualTo(content));
                for (int i = 0; i < places; i++) {
                    TestNode stranger = world.node("stranger-" + i);
                    stranger.host().handle("/ipfs/bitswap/1.2.0", stream -> {});
                    stranger.connect(asking);
                    world.sleep(Duration.ofSeconds(1));
                    stranger.host().close();
                }
                TestNode honest = node(world, "honest", theirs);
                honest.connect(asking);
                world.sleep(Duration.ofSeconds(1));
                slow.host().close();
                reader.join();
            }
        });
    }

    /** Else they send it too when they get it, and keep a place for the want. */
    @Test
    void thePeersThatStillWaitForABlockToComeAreToldThatItHasCome() {
        World.underSeeds(5, world -> {
            MemoryBlockStore theirs = store();
            TestNode provider = node(world, "provider", theirs);
            TestNode without = node(world, "without", store());
            TestNode asking = node(world, "asking", store());
            asking.connect(provider);
            asking.connect(without);
            Block block = Block.of(Multicodec.RAW, content(1000));
            world.spawn("writer", () -> {
                world.sleep(Duration.ofSeconds(5));
                assertThat(bitswap(without).wantsOf(asking.id())).isEqualTo(1);
                theirs.put(block);
                bitswap(provider).stored(List.of(block.cid().hash()));
            });
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                assertThat(session.get(block.cid())).isEqualTo(block.data());
                world.sleep(Duration.ofSeconds(1));
                assertThat(bitswap(without).wantsOf(asking.id())).isZero();
                assertThat(bitswap(provider).wantsOf(asking.id())).isZero();
            }
        });
    }

    @Test
    void aBlockThatNoPeerHasIsNotWaitedForForEverAndTheErrorSaysWhoWasAsked() {
        World.underSeeds(5, world -> {
            TestNode asking = node(world, "asking", store());
            asking.connect(node(world, "other", store()));
            Cid cid = Block.of(Multicodec.RAW, content(10)).cid();
            try (BitswapSession session = bitswap(asking).session(Duration.ofSeconds(20))) {
                assertThatThrownBy(() -> session.get(cid))
                        .isInstanceOf(BlockNotFoundException.class)
                        .hasMessageContaining("of 1 peers 1 were asked");
            }
        });
    }

    @Test
    void aPeerThatPromisesAndNeverSendsIsPassedOver() {
        World.underSeeds(5, world -> {
            byte[] content = content(50_000);
            MemoryBlockStore theirs = store();
            Cid cid = add(theirs, content);
            TestNode honest = node(world, "honest", theirs);
            TestNode asking = node(world, "asking", store());
            TestNode silent = world.node("silent");
            silent.host().handle("/ipfs/bitswap/1.2.0", stream -> {
                byte[] wants = Delimited.readOrEnd("wants", stream.input(), 1 << 20);
                if (wants != null) { // it has whatever is asked for
                    answer(silent, asking, new ProtobufWriter().message(4, have -> have.bytes(1, cid.toBytes())));
                }
                stream.input().readAllBytes();
            });
            asking.connect(silent);
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                session.add(silent.address());
                world.sleep(Duration.ofSeconds(1));
                session.add(honest.address());
                assertThat(read(session, cid)).isEqualTo(content);
            }
        });
    }

    @Test
    void aPeerThatSendsWrongBytesIsCutOffAndRememberedAndNobodySeesThem() {
        World.underSeeds(5, world -> {
            byte[] content = content(3000);
            MemoryBlockStore theirs = store();
            MemoryBlockStore own = store();
            Cid cid = add(theirs, content);
            TestNode honest = node(world, "honest", theirs);
            TestNode asking = node(world, "asking", own);
            TestNode liar = world.node("liar");
            byte[] prefix = Arrays.copyOf(cid.toBytes(), 4);
            liar.host().handle("/ipfs/bitswap/1.2.0", stream -> {
                byte[] wants = Delimited.readOrEnd("wants", stream.input(), 1 << 20);
                if (wants != null) {
                    byte[] wrong = content(2999);
                    answer(
                            liar,
                            asking,
                            new ProtobufWriter()
                                    .message(3, block -> block.bytes(1, prefix).bytes(2, wrong)));
                }
            });
            try (BitswapSession session = bitswap(asking).session(PATIENCE)) {
                session.add(liar.address());
                world.spawn("later", () -> {
                    world.sleep(Duration.ofSeconds(3));
                    session.add(honest.address());
                });
                assertThat(read(session, cid)).isEqualTo(content);
                session.flush();
            }
            assertThat(bitswap(asking).isBanned(liar.id())).isTrue();
            assertThat(asking.connections(liar)).isEmpty();
            assertThat(own.usage().blocks()).isEqualTo(1);
        });
    }

    private static void answer(TestNode from, TestNode to, ProtobufWriter message) throws IOException {
        try (Stream back = from.host().open(to.id(), "/ipfs/bitswap/1.2.0")) {
            Delimited.write(back.output(), message.toByteArray());
            back.closeWrite();
        }
    }
}
