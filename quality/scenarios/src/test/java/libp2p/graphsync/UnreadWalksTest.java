package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.UUID;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
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

    @Test
    void leaveThePlacesToOthers() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            byte[] content = new byte[4 << 20];
            new Random(1).nextBytes(content);
            Cid file = new FileImporter(ImportOptions.V1_2025.withChunker("size-262144"), store)
                    .add(new ByteArrayInputStream(content))
                    .cid();
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
                        GraphSyncMessage.Request request = new GraphSyncMessage.Request(
                                new UUID(i, j),
                                GraphSyncMessage.Type.NEW,
                                0,
                                file,
                                Selectors.ALL.toNode(),
                                new LinkedHashMap<>());
                        Delimited.write(stream.output(), MessageCodec.encode(GraphSyncMessage.of(request)));
                    }
                    stream.closeWrite();
                }
            }
            world.sleep(Duration.ofSeconds(5));
            TestNode honest = world.node(
                    "honest", builder -> builder.with(GraphSync.over(new MemoryBlockStore(BlockStoreLimits.DEFAULT))));
            Duration taken = world.timed(() -> honest.host()
                    .find(GraphSync.class)
                    .orElseThrow()
                    .request(provider.address(), file, Selectors.ALL)
                    .run(visit -> {}));
            assertThat(taken).isLessThan(Duration.ofSeconds(10));
            world.sleep(Duration.ofMinutes(5));
        });
    }
}
