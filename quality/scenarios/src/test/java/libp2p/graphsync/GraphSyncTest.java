package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.ErrorCode;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.ipld.Block;
import libp2p.ipld.Node.Text;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.Selectors;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** GraphSync between whole hosts (simulated time). */
class GraphSyncTest {
    private static final ImportOptions OPTIONS =
            ImportOptions.V1_2025.withChunker("size-4096").withFileLinks(8);

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static TestNode node(World world, String name, MemoryBlockStore store) throws IOException {
        return world.node(name, builder -> builder.with(GraphSync.over(store)));
    }

    private static GraphSync graphSync(TestNode node) {
        return node.host().find(GraphSync.class).orElseThrow();
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static Imported add(MemoryBlockStore store, byte[] content) throws IOException {
        return new FileImporter(OPTIONS, store).add(new ByteArrayInputStream(content));
    }

    private static byte[] read(MemoryBlockStore store, Cid cid) throws IOException {
        return new UnixFsReader(store).open(cid).readAllBytes();
    }

    private static Block leaf(int number) {
        return Block.of(Multicodec.RAW, new byte[] {1, (byte) number});
    }

    @Test
    void aFileIsFetchedBlockByBlockInTheOrderOfTheWalk() {
        World.underSeeds(2, world -> {
            byte[] content = content(400_000);
            MemoryBlockStore theirs = store();
            MemoryBlockStore own = store();
            Cid root = add(theirs, content).cid();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", own);
            List<String> visited = new ArrayList<>();
            try (GraphSyncRequest request = graphSync(asking).request(provider.address(), root, Selectors.ALL)) {
                GraphSyncRequest.Result result =
                        request.run(visit -> visited.add(visit.path().toString()));
                assertThat(result.isComplete()).isTrue();
                assertThat(result.received()).isEqualTo(theirs.usage().blocks());
                assertThat(result.blocks()).isEqualTo(result.received());
                assertThat(request.status()).isEqualTo(ResponseStatus.COMPLETED);
            }
            assertThat(visited).contains("Links/0/Hash", "Links/1/Hash/Links/0/Hash");
            assertThat(read(own, root)).isEqualTo(content);
            assertThat(graphSync(provider).served()).isZero();
        });
    }

    /** The rate is that of Bitswap, which counts what all protocols give away. */
    @Test
    void aHostGivesAwayNoMoreThanItsRate() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            MemoryBlockStore own = store();
            byte[] content = content(800_000);
            Cid root = add(theirs, content).cid();
            var bitswap = BitswapLimits.DEFAULT.withSendRate(100_000);
            GraphSyncLimits limits = GraphSyncLimits.DEFAULT;
            TestNode slow = world.node(
                    "slow",
                    builder -> builder.with(Bitswap.over(theirs, bitswap))
                            .with(GraphSync.over(theirs, limits, ServingPolicy.ALL)));
            TestNode asking = node(world, "asking", own);
            long begun = asking.environment().nanoTime();
            try (GraphSyncRequest request = graphSync(asking).request(slow.address(), root, Selectors.ALL)) {
                assertThat(request.run(visit -> {}).isComplete()).isTrue();
            }
            Duration taken = Duration.ofNanos(asking.environment().nanoTime() - begun);
            assertThat(read(own, root)).isEqualTo(content);
            assertThat(taken).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(12));
        });
    }

    @Test
    void aPathSendsNoMoreThanItReachesAndWhatIsHereIsNotSentAgain() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            MemoryBlockStore own = store();
            byte[] content = content(100_000);
            Imported file = add(theirs, content);
            Imported other = add(theirs, content(99_999));
            DirectoryImporter directory = new DirectoryImporter(OPTIONS, theirs, Metadata.NONE);
            directory.add("file", file);
            directory.add("other", other);
            Cid root = directory.finish().cid();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", own);
            Selector selector = Selector.unixFsPath(List.of("file"), Selectors.ALL);
            GraphSyncRequest.Result first = graphSync(asking)
                    .request(provider.address(), root, selector)
                    .run(visit -> {});
            assertThat(read(own, file.cid())).isEqualTo(content);
            assertThat(own.has(other.cid())).isFalse();
            GraphSyncRequest.Result all = graphSync(asking)
                    .request(provider.address(), root, Selectors.ALL)
                    .run(visit -> {});
            assertThat(all.received()).isEqualTo(theirs.usage().blocks() - first.received());
            GraphSyncRequest.Result again = graphSync(asking)
                    .request(provider.address(), root, Selectors.ALL)
                    .run(visit -> {});
            assertThat(again.received()).isZero();
        });
    }

    @Test
    void aBlockThatIsReachedTwiceIsSentOnceAndDirectoriesInShardsAreWalkedOnBothSides() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            DirectoryImporter directory = new DirectoryImporter(OPTIONS, theirs, Metadata.NONE);
            Imported one = add(theirs, content(9000));
            for (int i = 0; i < 600; i++) {
                directory.add(("long-name-".repeat(45) + i), one);
            }
            Cid root = directory.finish().cid();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", store());
            GraphSyncRequest.Result all = graphSync(asking)
                    .request(provider.address(), root, Selectors.ALL)
                    .run(visit -> {});
            assertThat(all.received()).isEqualTo(theirs.usage().blocks());
            assertThat(all.blocks()).isGreaterThan(1800);
            MemoryBlockStore own = store();
            TestNode other = node(world, "other", own);
            GraphSyncRequest.Result some = graphSync(other)
                    .request(
                            provider.address(),
                            root,
                            Selector.unixFsPath(
                                    List.of("long-name-".repeat(45) + 77),
                                    new Selector.InterpretAs("unixfs-preload", Selectors.MATCH)))
                    .run(visit -> {});
            assertThat(some.received()).isLessThan(10);
            assertThat(read(own, one.cid())).isEqualTo(content(9000));
        });
    }

    @Test
    void linksThatThePeerLacksAreCountedAndTheRestComes() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            byte[] content = content(50_000);
            Cid root = add(theirs, content).cid();
            Cid gone = libp2p.ipld.codec.DagPb.read(theirs.get(root))
                    .links()
                    .get(1)
                    .hash();
            theirs.delete(List.of(gone.hash()));
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", store());
            GraphSyncRequest request = graphSync(asking).request(provider.address(), root, Selectors.ALL);
            GraphSyncRequest.Result result = request.run(visit -> {});
            assertThat(result.missing()).isEqualTo(1);
            assertThat(result.received()).isPositive();
            assertThat(request.status()).isEqualTo(ResponseStatus.COMPLETED_PARTIAL);
            assertThatThrownBy(() -> graphSync(asking)
                            .request(provider.address(), leaf(1).cid(), Selectors.ALL)
                            .run(visit -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(leaf(1).cid().toString());
        });
    }

    @Test
    void aRequestIsPausedResumedAndCancelledAndWhatCameIsKept() {
        World.underSeeds(2, world -> {
            byte[] content = content(2_000_000);
            MemoryBlockStore theirs = store();
            MemoryBlockStore own = store();
            Cid root = add(theirs, content).cid();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", own);
            GraphSyncRequest request = graphSync(asking).request(provider.address(), root, Selectors.ALL);
            AtomicReference<Long> atPause = new AtomicReference<>();
            world.spawn("pauser", () -> {
                world.sleep(Duration.ofSeconds(5));
                atPause.set(own.usage().blocks());
                assertThat(graphSync(provider).served()).isZero();
                request.resume();
            });
            int[] blocks = {0};
            GraphSyncRequest.Result result = request.run(visit -> {
                if (visit.view().kind() == libp2p.ipld.Node.Kind.BYTES && ++blocks[0] == 50) {
                    request.pause();
                }
            });
            assertThat(atPause.get()).isBetween(40L, 80L);
            assertThat(result.isComplete()).isTrue();
            assertThat(read(own, root)).isEqualTo(content);
            assertThat(result.received()).isEqualTo(theirs.usage().blocks());

            MemoryBlockStore part = store();
            TestNode third = node(world, "third", part);
            GraphSyncRequest cancelled = graphSync(third).request(provider.address(), root, Selectors.ALL);
            int[] seen = {0};
            assertThatThrownBy(() -> cancelled.run(visit -> {
                        if (++seen[0] == 100) {
                            cancelled.close();
                        }
                    }))
                    .isInstanceOf(RequestEndedException.class)
                    .hasMessageContaining("cancelled");
            world.sleep(Duration.ofSeconds(1));
            assertThat(graphSync(provider).served()).isZero();
            long kept = part.usage().blocks();
            assertThat(kept).isPositive();
            GraphSyncRequest.Result rest = graphSync(third)
                    .request(provider.address(), root, Selectors.ALL)
                    .run(visit -> {});
            assertThat(rest.received()).isEqualTo(theirs.usage().blocks() - kept);
        });
    }

    /** Pauses after three blocks until the peer says "paid". */
    private static final ServingPolicy PAID = new ServingPolicy() {
        @Override
        public boolean accepts(IncomingRequest request) {
            request.tell("test/price", libp2p.ipld.Node.of(3));
            return !request.extensions().containsKey("test/refuse");
        }

        @Override
        public void walked(IncomingRequest request, Cid cid, long bytes) {
            if (request.blocks() == 3) {
                request.pause();
            }
        }

        @Override
        public void updated(IncomingRequest request, SequencedMap<String, libp2p.ipld.Node> extensions) {
            if (extensions.get("test/paid") instanceof Text) {
                request.resume();
            }
        }
    };

    @Test
    void aResponderPausesTellsAndGoesOnWhenThePeerSaysSo() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            Cid root = add(theirs, content(100_000)).cid();
            TestNode provider = world.node(
                    "provider", builder -> builder.with(GraphSync.over(theirs, GraphSyncLimits.DEFAULT, PAID)));
            TestNode asking = node(world, "asking", store());
            GraphSyncRequest request = graphSync(asking).request(provider.address(), root, Selectors.ALL);
            List<String> heard = new ArrayList<>();
            request.onExtension((name, value) -> heard.add(name));
            world.spawn("payer", () -> {
                world.sleep(Duration.ofMinutes(5)); // longer than an unpaused answer is waited for
                assertThat(request.status()).isEqualTo(ResponseStatus.PAUSED);
                request.update("test/paid", libp2p.ipld.Node.of("3"));
            });
            assertThat(request.run(visit -> {}).isComplete()).isTrue();
            assertThat(heard).containsExactly("test/price");
            RequestOptions refused = RequestOptions.DEFAULT.with("test/refuse", new libp2p.ipld.Node.Bool(true));
            assertThatThrownBy(() -> graphSync(node(world, "third", store()))
                            .request(provider.address(), root, Selectors.ALL, refused)
                            .run(visit -> {}))
                    .isInstanceOf(RequestFailedException.class)
                    .hasMessageContaining("rejected");
        });
    }

    @Test
    void requestsOfHigherPriorityAreServedFirstAndSeveralPeersTakeTurns() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            List<Long> order = new ArrayList<>();
            GraphSyncLimits one = HostileGraphSyncTest.limits(1, 1, 128);
            ServingPolicy noting = new ServingPolicy() {
                @Override
                public void walked(IncomingRequest request, Cid cid, long bytes) {
                    if (request.blocks() == 1) {
                        order.add(request.priority());
                        if (request.priority() == 100) {
                            HostileGraphSyncTest.pause(world, Duration.ofSeconds(5));
                        }
                    }
                }
            };
            Cid large = add(theirs, content(3_000_000)).cid();
            TestNode provider = world.node("provider", builder -> builder.with(GraphSync.over(theirs, one, noting)));
            TestNode asking = node(world, "asking", store());
            List<Cid> small = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                theirs.put(leaf(i));
                small.add(leaf(i).cid());
            }
            world.spawn(
                    "large",
                    () -> graphSync(asking)
                            .request(provider.address(), large, Selectors.ALL, RequestOptions.DEFAULT.withPriority(100))
                            .run(visit -> {}));
            world.sleep(Duration.ofMillis(500));
            for (int i = 0; i < 5; i++) {
                int priority = i;
                world.spawn(
                        "small " + i,
                        () -> graphSync(asking)
                                .request(
                                        provider.address(),
                                        small.get(priority),
                                        Selectors.ALL,
                                        RequestOptions.DEFAULT.withPriority(priority))
                                .run(visit -> {}));
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(order).containsExactly(100L, 4L, 3L, 2L, 1L, 0L);
        });
    }

    @Test
    void aPeerThatIsSilentIsNotWaitedForForEver() {
        World.underSeeds(2, world -> {
            TestNode silent = world.node("silent");
            silent.host()
                    .handle(GraphSyncMessage.PROTOCOL, stream -> stream.input().readAllBytes());
            TestNode asking = node(world, "asking", store());
            assertThatThrownBy(() -> graphSync(asking)
                            .request(silent.address(), leaf(1).cid(), Selectors.ALL)
                            .run(visit -> {}))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining(silent.id().toString());
        });
    }

    @Test
    void aPeerWhoseConnectionHasEndedIsNotDialedToHearThatTheRequestIsOver() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            Cid root = add(theirs, content(2_000_000)).cid();
            TestNode provider = node(world, "provider", theirs);
            TestNode asking = node(world, "asking", store());
            int[] seen = {0};
            assertThatThrownBy(() -> graphSync(asking)
                            .request(provider.address(), root, Selectors.ALL)
                            .run(visit -> {
                                if (++seen[0] == 50) {
                                    asking.connections(provider)
                                            .forEach(connection -> connection.close(ErrorCode.NONE, ""));
                                }
                            }))
                    .isInstanceOf(RequestEndedException.class);
            world.sleep(Duration.ofMinutes(1));
            assertThat(asking.connections(provider)).isEmpty();
            assertThat(graphSync(asking).senders()).isZero();
        });
    }

    @Test
    void aPeerThatCannotBeReachedIsForgotten() {
        World.underSeeds(2, world -> {
            TestNode asking = node(world, "asking", store());
            PeerId absent = PeerId.fromBytes(Multihash.sha256(new byte[] {1}).toBytes());
            PeerAddress address = PeerAddress.of(absent, List.of(Multiaddr.parse("/ip4/10.9.9.9/tcp/4001")));
            assertThatThrownBy(() -> graphSync(asking)
                            .request(address, leaf(1).cid(), Selectors.ALL)
                            .run(visit -> {}))
                    .isInstanceOf(IOException.class);
            world.sleep(Duration.ofMinutes(5));
            assertThat(graphSync(asking).senders()).isZero();
        });
    }
}
