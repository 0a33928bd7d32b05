package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.limits.LimitSet;
import libp2p.core.protobuf.Delimited;
import libp2p.core.testing.ContentBombs;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.selector.Selector;
import libp2p.ipld.selector.Selectors;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Peers that send what was not asked for, or ask for too much (simulated time). */
class HostileGraphSyncTest {
    private static final DagCbor CBOR = new DagCbor();

    static GraphSyncLimits limits(int serving, int servingPerPeer, int perPeer) {
        return LimitSet.DEFAULT
                .with("graphsync.serving", serving)
                .with("graphsync.serving-per-peer", servingPerPeer)
                .with("graphsync.requests-per-peer", perPeer)
                .with("graphsync.served-blocks", 5000)
                .with("graphsync.served-bytes", "64MiB")
                .with("graphsync.served-depth", 1024)
                .with("graphsync.served-nodes", 100_000)
                .get(GraphSyncLimits.class);
    }

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static libp2p.testkit.TestNode node(World world, String name, MemoryBlockStore store) throws IOException {
        return world.node(name, builder -> builder.with(GraphSync.over(store, limits(8, 2, 16), ServingPolicy.ALL)));
    }

    private static GraphSync graphSync(libp2p.testkit.TestNode node) {
        return node.host().find(GraphSync.class).orElseThrow();
    }

    private static Block cbor(Node node) {
        return Block.of(Multicodec.DAG_CBOR, CBOR.encode(node));
    }

    /** Answers the first request of a peer with what it is told to. */
    private interface Liar {
        void answer(UUID id, Answers answers) throws Exception;
    }

    private interface Answers {
        void send(ResponseStatus status, List<GraphSyncMessage.Metadatum> links, List<Block> blocks) throws IOException;
    }

    private static libp2p.testkit.TestNode liar(World world, libp2p.testkit.TestNode victim, Liar liar)
            throws IOException {
        libp2p.testkit.TestNode node = world.node("liar");
        node.host().handle(GraphSyncMessage.PROTOCOL, stream -> {
            byte[] frame = Delimited.readOrEnd("request", stream.input(), 1 << 20);
            if (frame == null) {
                return;
            }
            GraphSyncMessage.Request request = MessageCodec.decode(frame, GraphSyncLimits.DEFAULT)
                    .requests()
                    .getFirst();
            if (request.type() == GraphSyncMessage.Type.NEW) {
                try (Stream back = node.host().open(victim.id(), GraphSyncMessage.PROTOCOL)) {
                    liar.answer(
                            request.id(),
                            (status, links, blocks) -> Delimited.write(
                                    back.output(),
                                    MessageCodec.encode(GraphSyncMessage.of(
                                            new GraphSyncMessage.Response(
                                                    request.id(), status, links, new LinkedHashMap<>()),
                                            blocks))));
                    back.closeWrite();
                }
            }
        });
        return node;
    }

    static void pause(World world, Duration time) {
        try {
            world.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GraphSyncMessage.Metadatum present(Block block) {
        return new GraphSyncMessage.Metadatum(block.cid(), LinkAction.PRESENT);
    }

    @Test
    void wrongBytesHaveAnotherNameAndEndTheConnectionBeforeAnybodySeesThem() {
        World.underSeeds(2, world -> {
            MemoryBlockStore own = store();
            libp2p.testkit.TestNode asking = node(world, "asking", own);
            Block wanted = cbor(Node.of("wanted"));
            Block wrong = cbor(Node.of("wrong"));
            libp2p.testkit.TestNode liar = liar(
                    world,
                    asking,
                    (id, answers) -> answers.send(ResponseStatus.COMPLETED, List.of(present(wanted)), List.of(wrong)));
            List<String> seen = new ArrayList<>();
            assertThatThrownBy(() -> graphSync(asking)
                            .request(liar.address(), wanted.cid(), Selectors.ALL)
                            .run(visit -> seen.add(visit.path().toString())))
                    .isInstanceOf(ProtocolViolationException.class);
            assertThat(seen).isEmpty();
            assertThat(own.usage().blocks()).isZero();
            assertThat(graphSync(asking).isBanned(liar.id())).isTrue();
            world.sleep(Duration.ofSeconds(1));
            assertThat(asking.connections(liar)).isEmpty();
            assertThatThrownBy(() -> graphSync(asking)
                            .request(liar.address(), wanted.cid(), Selectors.ALL)
                            .run(visit -> {}))
                    .hasMessageContaining("left alone");
        });
    }

    @Test
    void aPeerThatWalksElsewhereOrKeepsBackWhatItPromisedIsTold() {
        World.underSeeds(2, world -> {
            Block inner = cbor(Node.of("inner"));
            Block other = cbor(Node.of("other"));
            Block root = cbor(Node.list(new Node.Link(inner.cid())));
            MemoryBlockStore own = store();
            libp2p.testkit.TestNode asking = node(world, "asking", own);
            libp2p.testkit.TestNode liar = liar(
                    world,
                    asking,
                    (id, answers) -> answers.send(
                            ResponseStatus.COMPLETED, List.of(present(root), present(other)), List.of(root, other)));
            assertThatThrownBy(() -> graphSync(asking)
                            .request(liar.address(), root.cid(), Selectors.ALL)
                            .run(visit -> {}))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("walked to " + other.cid());
            assertThat(own.has(other.cid())).isFalse();
        });
        World.underSeeds(2, world -> {
            Block root = cbor(Node.of("root"));
            libp2p.testkit.TestNode asking = node(world, "asking", store());
            libp2p.testkit.TestNode liar = liar(
                    world,
                    asking,
                    (id, answers) -> answers.send(ResponseStatus.COMPLETED, List.of(present(root)), List.of()));
            assertThatThrownBy(() -> graphSync(asking)
                            .request(liar.address(), root.cid(), Selectors.ALL)
                            .run(visit -> {}))
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining("said that it sent");
        });
    }

    @Test
    void anAnswerWithoutEndIsDroppedWhenTheWalkIsOver() {
        World.underSeeds(2, world -> {
            Block root = cbor(Node.of("root"));
            libp2p.testkit.TestNode asking = node(world, "asking", store());
            int[] sent = {0};
            libp2p.testkit.TestNode liar = liar(world, asking, (id, answers) -> {
                answers.send(ResponseStatus.PARTIAL, List.of(present(root)), List.of(root));
                for (int i = 0; i < 300; i++) {
                    Block more = Block.of(Multicodec.RAW, new byte[100_000 + i]);
                    answers.send(ResponseStatus.PARTIAL, List.of(present(more)), List.of(more));
                    sent[0]++;
                }
            });
            GraphSyncRequest.Result result = graphSync(asking)
                    .request(liar.address(), root.cid(), Selectors.ALL)
                    .run(visit -> {});
            assertThat(result.received()).isEqualTo(1);
            world.sleep(Duration.ofMinutes(1));
            assertThat(sent[0]).isEqualTo(300); // 30 MB, of which nothing was kept
        });
    }

    @Test
    void anAnswerThatRunsAheadOfTheWalkWaitsInTheNetwork() {
        World.underSeeds(2, world -> {
            List<Block> blocks = new ArrayList<>();
            List<Node> links = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                byte[] data = new byte[100_000];
                new Random(i).nextBytes(data);
                blocks.add(Block.of(Multicodec.RAW, data));
                links.add(new Node.Link(blocks.getLast().cid()));
            }
            Block root = cbor(new Node.Sequence(links));
            libp2p.testkit.TestNode asking = node(world, "asking", store());
            int[] sent = {0};
            libp2p.testkit.TestNode eager = liar(world, asking, (id, answers) -> {
                answers.send(ResponseStatus.PARTIAL, List.of(present(root)), List.of(root));
                for (Block block : blocks) {
                    answers.send(ResponseStatus.PARTIAL, List.of(present(block)), List.of(block));
                    sent[0]++;
                }
                answers.send(ResponseStatus.COMPLETED, List.of(), List.of());
            });
            int[] ahead = {0};
            int[] walked = {0};
            GraphSyncRequest.Result result = graphSync(asking)
                    .request(eager.address(), root.cid(), Selectors.ALL)
                    .run(visit -> {
                        if (++walked[0] == 3) {
                            pause(world, Duration.ofSeconds(30)); // the walk is slow
                            ahead[0] = sent[0];
                        }
                    });
            assertThat(result.received()).isEqualTo(401);
            assertThat(ahead[0]).isBetween(50, 300); // 8 MiB here, and the windows of the stream
        });
    }

    @Test
    void aFloodOfRequestsIsToldThatThereIsNoRoomAndAnHonestPeerIsServedBesideIt() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            Cid file = new FileImporter(ImportOptions.V1_2025.withChunker("size-4096"), theirs)
                    .add(new ByteArrayInputStream(new byte[2_000_000]))
                    .cid();
            byte[] content = new byte[500_000];
            new Random(1).nextBytes(content);
            Cid honestFile = new FileImporter(ImportOptions.V1_2025.withChunker("size-4096"), theirs)
                    .add(new ByteArrayInputStream(content))
                    .cid();
            libp2p.testkit.TestNode provider = node(world, "provider", theirs);
            libp2p.testkit.TestNode flooding = world.node("flooding");
            int[] busy = {0};
            flooding.host().handle(GraphSyncMessage.PROTOCOL, stream -> {
                while (true) {
                    byte[] frame = Delimited.readOrEnd("answer", stream.input(), 4 << 20);
                    if (frame == null) {
                        return;
                    }
                    for (GraphSyncMessage.Response response :
                            MessageCodec.decode(frame, GraphSyncLimits.DEFAULT).responses()) {
                        busy[0] += response.status().equals(ResponseStatus.BUSY) ? 1 : 0;
                    }
                }
            });
            flooding.connect(provider);
            world.spawn("flood", () -> {
                try (Stream stream = flooding.host().open(provider.id(), GraphSyncMessage.PROTOCOL)) {
                    for (int i = 0; i < 20; i++) {
                        List<GraphSyncMessage.Request> requests = new ArrayList<>();
                        for (int j = 0; j < 50; j++) {
                            requests.add(new GraphSyncMessage.Request(
                                    new UUID(i, j),
                                    GraphSyncMessage.Type.NEW,
                                    j,
                                    file,
                                    Selectors.ALL.toNode(),
                                    new LinkedHashMap<>()));
                        }
                        Delimited.write(
                                stream.output(),
                                MessageCodec.encode(new GraphSyncMessage(requests, List.of(), List.of())));
                    }
                    stream.closeWrite();
                }
            });
            MemoryBlockStore own = store();
            libp2p.testkit.TestNode asking = node(world, "asking", own);
            assertThat(graphSync(asking)
                            .request(provider.address(), honestFile, Selectors.ALL)
                            .run(visit -> {})
                            .isComplete())
                    .isTrue();
            assertThat(graphSync(provider).served()).isLessThanOrEqualTo(17);
            world.sleep(Duration.ofMinutes(5));
            assertThat(busy[0]).isGreaterThan(500);
            assertThat(graphSync(provider).served()).isZero();
        });
    }

    @Test
    void aRequestThatWasCancelledMayComeAgainAtOnceUnderItsId() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            byte[] content = new byte[1_000_000];
            new Random(5).nextBytes(content);
            Cid file = new FileImporter(ImportOptions.V1_2025.withChunker("size-4096"), theirs)
                    .add(new ByteArrayInputStream(content))
                    .cid();
            libp2p.testkit.TestNode provider = node(world, "provider", theirs);
            libp2p.testkit.TestNode asking = world.node("asking");
            List<ResponseStatus> heard = new ArrayList<>();
            asking.host().handle(GraphSyncMessage.PROTOCOL, stream -> {
                byte[] frame;
                while ((frame = Delimited.readOrEnd("answer", stream.input(), 4 << 20)) != null) {
                    MessageCodec.decode(frame, GraphSyncLimits.DEFAULT)
                            .responses()
                            .forEach(one -> heard.add(one.status()));
                }
            });
            asking.connect(provider);
            try (Stream stream = asking.host().open(provider.id(), GraphSyncMessage.PROTOCOL)) {
                for (GraphSyncMessage.Type type :
                        List.of(GraphSyncMessage.Type.NEW, GraphSyncMessage.Type.CANCEL, GraphSyncMessage.Type.NEW)) {
                    boolean ends = type == GraphSyncMessage.Type.CANCEL;
                    Delimited.write(
                            stream.output(),
                            MessageCodec.encode(GraphSyncMessage.of(new GraphSyncMessage.Request(
                                    new UUID(1, 2),
                                    type,
                                    0,
                                    ends ? null : file,
                                    ends ? null : Selectors.ALL.toNode(),
                                    new LinkedHashMap<>()))));
                }
                stream.closeWrite();
                world.sleep(Duration.ofMinutes(1));
            }
            assertThat(heard).contains(ResponseStatus.COMPLETED).doesNotContain(ResponseStatus.BUSY);
            assertThat(graphSync(provider).served()).isZero();
        });
    }

    @Test
    void aPeerThatAsksAndDoesNotReadHoldsUpNobody() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            byte[] content = new byte[8_000_000];
            new Random(2).nextBytes(content);
            Cid file = new FileImporter(ImportOptions.V1_2025, theirs)
                    .add(new ByteArrayInputStream(content))
                    .cid();
            libp2p.testkit.TestNode provider = node(world, "provider", theirs);
            libp2p.testkit.TestNode deaf = world.node("deaf");
            deaf.host().handle(GraphSyncMessage.PROTOCOL, stream -> world.sleep(Duration.ofMinutes(10)));
            deaf.connect(provider);
            try (Stream stream = deaf.host().open(provider.id(), GraphSyncMessage.PROTOCOL)) {
                for (int i = 0; i < 10; i++) {
                    Delimited.write(
                            stream.output(),
                            MessageCodec.encode(GraphSyncMessage.of(new GraphSyncMessage.Request(
                                    new UUID(7, i),
                                    GraphSyncMessage.Type.NEW,
                                    0,
                                    file,
                                    Selectors.ALL.toNode(),
                                    new LinkedHashMap<>()))));
                }
                stream.closeWrite();
                libp2p.testkit.TestNode asking = node(world, "asking", store());
                assertThat(graphSync(asking)
                                .request(provider.address(), file, Selectors.ALL)
                                .run(visit -> {})
                                .isComplete())
                        .isTrue();
                world.sleep(Duration.ofMinutes(30));
            }
            assertThat(graphSync(provider).served()).isZero();
        });
    }

    @Test
    void selectorsAndDagsThatAreBombsEndWithTheBudgetOfTheResponder() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            Block below = cbor(Node.of("leaf"));
            theirs.put(below);
            for (int i = 0; i < 40; i++) { // 2⁴⁰ ways to one leaf
                below = cbor(Node.list(new Node.Link(below.cid()), new Node.Link(below.cid())));
                theirs.put(below);
            }
            Cid root = below.cid();
            libp2p.testkit.TestNode provider = node(world, "provider", theirs);
            libp2p.testkit.TestNode asking = node(world, "asking", store());
            assertThatThrownBy(() -> graphSync(asking)
                            .request(provider.address(), root, Selectors.ALL)
                            .run(visit -> {}))
                    .isInstanceOf(RequestFailedException.class)
                    .hasMessageContaining("failed (32)");
            String edge = "{\"a\":{\">\":{\"@\":{}}}}";
            Selector doubling =
                    Selector.ofJson("{\"R\":{\"l\":{\"none\":{}},\":>\":{\"|\":[" + edge + "," + edge + "]}}}");
            assertThatThrownBy(() -> graphSync(node(world, "third", store()))
                            .request(provider.address(), root, doubling)
                            .run(visit -> {}))
                    .isInstanceOf(IOException.class);
        });
    }

    @Test
    void aDirectoryWhoseBucketsAllHoldTheSameShardIsRefusedByBothSidesAndOthersAreServed() {
        World.underSeeds(1, world -> {
            MemoryBlockStore theirs = store();
            Cid honest = cbor(Node.of("honest")).cid();
            theirs.put(cbor(Node.of("honest")));
            List<Cid> roots = new ArrayList<>();
            for (boolean names : List.of(true, false)) {
                ContentBombs.Bomb bomb = ContentBombs.shards(8, names);
                roots.add(bomb.root());
                for (Map.Entry<Cid, byte[]> block : bomb.blocks().entrySet()) {
                    theirs.put(Block.trusted(block.getKey(), block.getValue()));
                }
            }
            libp2p.testkit.TestNode provider = node(world, "provider", theirs);
            libp2p.testkit.TestNode asking = node(world, "asking", store());
            for (String view : List.of("unixfs", "unixfs-preload")) {
                Selector all = new Selector.InterpretAs(view, new Selector.ExploreAll(Selectors.MATCH));
                for (Cid root : roots) {
                    assertThatThrownBy(() -> graphSync(asking)
                                    .request(provider.address(), root, all)
                                    .run(visit -> {}))
                            .isInstanceOf(IOException.class);
                }
            }
            assertThat(graphSync(asking)
                            .request(provider.address(), honest, Selectors.ALL)
                            .run(visit -> {})
                            .isComplete())
                    .isTrue();
            world.sleep(Duration.ofMinutes(1));
            assertThat(graphSync(provider).served()).isZero();
        });
    }

    private static GraphSyncMessage.Request asked(int number, Cid root, boolean whole) {
        return new GraphSyncMessage.Request(
                new UUID(3, number),
                GraphSyncMessage.Type.NEW,
                number,
                root,
                whole ? Selectors.ALL.toNode() : null,
                new LinkedHashMap<>());
    }

    /** The last message of a peer may be read after the end of its connection, of which no word comes any more. */
    @Test
    void aPeerThatIsGoneWhenItsRequestIsReadIsForgottenWhenAllOfItsRequestsHaveEnded() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            Block root = cbor(Node.of("root"));
            theirs.put(root);
            libp2p.testkit.TestNode provider = world.node("provider");
            libp2p.testkit.TestNode stranger = world.node("stranger");
            stranger.connect(provider).close(ErrorCode.NONE, "");
            world.sleep(Duration.ofSeconds(1));
            ServingPolicy slow = new ServingPolicy() {
                @Override
                public boolean accepts(IncomingRequest request) {
                    pause(world, Duration.ofSeconds(10 * request.priority()));
                    return true;
                }
            };
            Responder responder = new Responder(provider.host(), theirs, slow, limits(8, 2, 16));
            assertThatThrownBy(() -> responder.received(stranger.id(), asked(0, root.cid(), false)))
                    .isInstanceOf(IOException.class);
            assertThat(responder.peers()).isZero();
            responder.received(stranger.id(), asked(1, root.cid(), true));
            responder.received(stranger.id(), asked(0, root.cid(), true));
            world.sleep(Duration.ofSeconds(5));
            assertThat(responder.size()).isEqualTo(1);
            assertThat(responder.peers()).isEqualTo(1);
            world.sleep(Duration.ofSeconds(10));
            assertThat(responder.size()).isZero();
            assertThat(responder.peers()).isZero();
        });
    }
}
