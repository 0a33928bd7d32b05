package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.UUID;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.limits.LimitSet;
import libp2p.core.protobuf.Delimited;
import libp2p.ipld.selector.Selectors;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * As many strangers as have all places together ask for a file and read no answer (simulated time): a walk that waits
 * for its reader has no place, so that an honest peer is served meanwhile.
 */
class UnreadWalksTest {
    private static final int STRANGERS = 16;
    private static final int REQUESTS = 4;
    private static final int CANCELLED = 100;
    private static final long REFUSED = -1;

    private static void tell(Stream stream, GraphSyncMessage.Request request) throws IOException {
        Delimited.write(stream.output(), MessageCodec.encode(GraphSyncMessage.of(request)));
    }

    private static GraphSyncMessage.Request begin(UUID id, long priority, Cid file) {
        return new GraphSyncMessage.Request(
                id, GraphSyncMessage.Type.NEW, priority, file, Selectors.ALL.toNode(), new LinkedHashMap<>());
    }

    private static GraphSyncMessage.Request cancel(UUID id) {
        return new GraphSyncMessage.Request(id, GraphSyncMessage.Type.CANCEL, 0, null, null, new LinkedHashMap<>());
    }

    private static Cid file(MemoryBlockStore store) throws IOException {
        byte[] content = new byte[4 << 20];
        new Random(1).nextBytes(content);
        return new FileImporter(ImportOptions.V1_2025.withChunker("size-262144"), store)
                .add(new ByteArrayInputStream(content))
                .cid();
    }

    private static TestNode honest(World world) throws IOException {
        return world.node(
                "honest", builder -> builder.with(GraphSync.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
    }

    private static GraphSync graphSync(TestNode node) {
        return node.host().find(GraphSync.class).orElseThrow();
    }

    @Test
    void leaveThePlacesToOthers() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            Cid file = file(store);
            TestNode provider = world.node("provider", builder -> builder.with(GraphSync.over(store)));
            for (int i = 0; i < STRANGERS; i++) {
                TestNode stranger = world.node("stranger " + i);
                stranger.host().handle(GraphSyncMessage.PROTOCOL, stream -> {
                    world.sleep(Duration.ofSeconds(30));
                    stream.reset(ErrorCode.NONE);
                });
                stranger.connect(provider);
                try (Stream stream = stranger.open(provider, GraphSyncMessage.PROTOCOL)) {
                    for (int j = 0; j < REQUESTS; j++) {
                        tell(stream, begin(new UUID(i, j), 0, file));
                    }
                    stream.closeWrite();
                }
            }
            world.sleep(Duration.ofSeconds(5));
            TestNode honest = honest(world);
            Duration taken = world.timed(() -> graphSync(honest)
                    .request(provider.address(), file, Selectors.ALL)
                    .run(visit -> {}));
            assertThat(taken).isLessThan(Duration.ofSeconds(10));
            world.sleep(Duration.ofMinutes(5));
        });
    }

    /** Those that wait behind the walks end when they are cancelled; those that cannot end yet are its own still. */
    @Test
    void leaveNoPlacesOfOthersToRequestsThatTheirPeerCancels() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            Cid file = file(store);
            GraphSyncLimits limits = LimitSet.DEFAULT
                    .with("graphsync.requests", 64)
                    .with("graphsync.requests-per-peer", 8)
                    .get(GraphSyncLimits.class);
            ServingPolicy policy = new ServingPolicy() {
                @Override
                public boolean accepts(IncomingRequest request) {
                    return request.priority() != REFUSED;
                }
            };
            TestNode provider = world.node("provider", builder -> builder.with(GraphSync.over(store, limits, policy)));
            TestNode stranger = world.node("stranger");
            stranger.host().handle(GraphSyncMessage.PROTOCOL, stream -> {
                world.sleep(Duration.ofMinutes(1));
                stream.reset(ErrorCode.NONE);
            });
            stranger.connect(provider);
            try (Stream stream = stranger.open(provider, GraphSyncMessage.PROTOCOL)) {
                for (int i = 0; i < REQUESTS; i++) {
                    tell(stream, begin(new UUID(0, i), 0, file));
                }
                for (int i = 0; i < CANCELLED; i++) {
                    tell(stream, begin(new UUID(1, i), 0, file));
                    tell(stream, cancel(new UUID(1, i)));
                    world.sleep(Duration.ofMillis(10));
                }
                world.sleep(Duration.ofSeconds(1));
                assertThat(graphSync(provider).served()).isEqualTo(REQUESTS);
                for (int i = 0; i < CANCELLED; i++) { // the word of their refusal waits for the reader
                    tell(stream, begin(new UUID(2, i), REFUSED, file));
                    tell(stream, cancel(new UUID(2, i)));
                    world.sleep(Duration.ofMillis(10));
                }
                stream.closeWrite();
            }
            world.sleep(Duration.ofSeconds(1));
            assertThat(graphSync(provider).served()).isLessThanOrEqualTo(8);
            TestNode honest = honest(world);
            assertThat(graphSync(honest)
                            .request(provider.address(), file, Selectors.ALL)
                            .run(visit -> {})
                            .isComplete())
                    .isTrue();
            world.sleep(Duration.ofMinutes(5));
            assertThat(graphSync(provider).served()).isZero();
        });
    }
}
