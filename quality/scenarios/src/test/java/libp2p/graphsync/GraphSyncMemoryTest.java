package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.UUID;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.protobuf.Delimited;
import libp2p.ipld.Block;
import libp2p.ipld.Node;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.selector.Selectors;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Memory that requests of strangers make a host hold is charged to them (simulated time): their walks, and what they say. The
 * large form, on a real heap, is in {@link TwoProcessorsTest}.
 */
class GraphSyncMemoryTest {
    private static final int REQUESTS = 12;

    private static Block cbor(Node node) {
        return Block.of(Multicodec.DAG_CBOR, new DagCbor().encode(node));
    }

    private static final Block LEAF = cbor(Node.of("leaf"));
    private static final Block SMALL = cbor(Node.of("small"));

    /** Pauses all requests but those for the small block: some at once, others where they have walked to the leaf. */
    private record Pausing(boolean atOnce) implements ServingPolicy {
        @Override
        public boolean accepts(IncomingRequest request) {
            if (atOnce && !request.root().equals(SMALL.cid())) {
                request.pause();
            }
            return true;
        }

        @Override
        public void walked(IncomingRequest request, Cid cid, long bytes) {
            if (cid.equals(LEAF.cid())) {
                request.pause();
            }
        }
    }

    private static libp2p.testkit.TestNode provider(World world, boolean atOnce, Block... blocks) throws IOException {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        store.putAll(List.of(blocks));
        store.putAll(List.of(LEAF, SMALL));
        return world.nodeOnASmallHeap(
                "provider",
                builder -> builder.with(GraphSync.over(store, GraphSyncLimits.DEFAULT, new Pausing(atOnce))));
    }

    /** Asks for the same a dozen times; another peer is served beside. Returns how many requests were busy. */
    private static long ask(
            World world, libp2p.testkit.TestNode provider, Cid root, SequencedMap<String, Node> extensions)
            throws Exception {
        libp2p.testkit.TestNode stranger = world.node("stranger");
        List<ResponseStatus> heard = new ArrayList<>();
        stranger.host().handle(GraphSyncMessage.PROTOCOL, stream -> {
            byte[] frame;
            while ((frame = Delimited.readOrEnd("answer", stream.input(), 4 << 20)) != null) {
                MessageCodec.decode(frame, GraphSyncLimits.DEFAULT).responses().forEach(one -> heard.add(one.status()));
            }
        });
        stranger.connect(provider);
        try (Stream stream = stranger.open(provider, GraphSyncMessage.PROTOCOL)) {
            for (int i = 0; i < REQUESTS; i++) {
                GraphSyncMessage.Request request = new GraphSyncMessage.Request(
                        new UUID(0, i), GraphSyncMessage.Type.NEW, 0, root, Selectors.ALL.toNode(), extensions);
                Delimited.write(stream.output(), MessageCodec.encode(GraphSyncMessage.of(request)));
            }
            stream.closeWrite();
        }
        world.sleep(Duration.ofSeconds(30));
        libp2p.testkit.TestNode honest = world.node(
                "honest",
                builder -> builder.with(GraphSync.over(new MemoryBlockStore(libp2p.blocks.BlockStoreLimits.DEFAULT))));
        assertThat(honest.host()
                        .find(GraphSync.class)
                        .orElseThrow()
                        .request(provider.address(), SMALL.cid(), Selectors.ALL)
                        .run(visit -> {})
                        .isComplete())
                .isTrue();
        assertThat(provider.host()
                        .resourceManager()
                        .usage()
                        .get("peer:" + stranger.id())
                        .memory())
                .as("charged to the stranger")
                .isGreaterThan(2 << 20);
        assertThat(provider.host().find(GraphSync.class).orElseThrow().served())
                .as("requests that are paused")
                .isEqualTo(REQUESTS - (int) busy(heard));
        return busy(heard);
    }

    private static long busy(List<ResponseStatus> heard) {
        return heard.stream().filter(ResponseStatus.BUSY::equals).count();
    }

    @Test
    void walksThatHoldMoreThanTheirPeerMayHaveAreBusy() {
        World.underSeeds(1, world -> {
            List<Node> numbers = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                numbers.add(Node.of(i));
            }
            numbers.add(new Node.Link(LEAF.cid()));
            Block root = cbor(new Node.Sequence(numbers));
            assertThat(root.size()).isLessThan(40_000);
            libp2p.testkit.TestNode provider = provider(world, false, root);
            assertThat(ask(world, provider, root.cid(), new LinkedHashMap<>())).isBetween(6L, 10L);
        });
    }

    @Test
    void requestsThatSayMoreThanTheirPeerMayHaveAreBusy() {
        World.underSeeds(1, world -> {
            List<Node> links = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                links.add(new Node.Link(Block.of(
                                Multicodec.RAW, ByteBuffer.allocate(4).putInt(i).array())
                        .cid()));
            }
            SequencedMap<String, Node> extensions = new LinkedHashMap<>();
            extensions.put("graphsync/do-not-send-cids", new Node.Sequence(links));
            libp2p.testkit.TestNode provider = provider(world, true);
            assertThat(ask(world, provider, LEAF.cid(), extensions)).isBetween(6L, 10L);
        });
    }

    @Test
    void fourHonestRequestsForBlocksOfAMebibyteAreServedByAHostOfLittleMemory() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            List<Cid> files = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] content = new byte[6 << 20];
                new Random(i).nextBytes(content);
                ImportOptions options =
                        i % 2 == 0 ? ImportOptions.V1_2025 : ImportOptions.V0_2015.withChunker("size-1048576");
                files.add(new FileImporter(options, store)
                        .add(new ByteArrayInputStream(content))
                        .cid());
            }
            libp2p.testkit.TestNode provider =
                    world.nodeOnASmallHeap("provider", builder -> builder.with(GraphSync.over(store)));
            libp2p.testkit.TestNode asking = world.node(
                    "asking", builder -> builder.with(GraphSync.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
            asking.connect(provider);
            List<GraphSyncRequest.Result> results = new ArrayList<>();
            for (Cid file : files) {
                world.spawn(
                        "request",
                        () -> results.add(asking.host()
                                .find(GraphSync.class)
                                .orElseThrow()
                                .request(provider.address(), file, Selectors.ALL)
                                .run(visit -> {})));
            }
            world.sleep(Duration.ofMinutes(2));
            assertThat(results).hasSize(4).allMatch(GraphSyncRequest.Result::isComplete);
        });
    }
}
