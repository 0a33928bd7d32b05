package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.client.StreamHttpClient;
import libp2p.http.streams.HttpStreams;
import libp2p.ipld.Block;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Multicodec;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Peers of one machine that ask a small host for blocks over streams, and read nothing. */
class HeldHttpStreamsTest {
    private static final int STRANGERS = 20;
    private static final int STREAMS = 100;
    private static final int REQUESTS = 10;
    private static final int BLOCK = 1 << 20;
    private static final ResourceLimits SMALL =
            ResourceLimits.scaled((1L << 30) / 8, 512).withinHeap(256L << 20);

    private static void hold(TestNode stranger, TestNode server, String request, List<Stream> held) {
        try {
            for (int i = 0; i < STREAMS; i++) {
                Stream stream = stranger.open(server, HttpStreams.PROTOCOL);
                stream.write(request.getBytes(StandardCharsets.US_ASCII));
                held.add(stream);
            }
        } catch (IOException full) {
            assertThat(full.getMessage()).isNotEmpty();
        }
    }

    private static int served(World world, TestNode server, Block block) throws Exception {
        String request = "GET /ipfs/" + block.cid() + "?format=raw HTTP/1.1\r\nHost: a\r\n\r\n";
        SimulatedEnvironment machine = world.machine("strangers");
        List<Stream> held = new ArrayList<>();
        List<TestNode> strangers = new ArrayList<>();
        for (int i = 0; i < STRANGERS; i++) {
            strangers.add(world.node(machine, host -> {}));
            hold(strangers.get(i), server, request, held);
        }
        int served = 0;
        TestNode asking = world.node("asking");
        for (int i = 0; i < REQUESTS; i++) {
            try (HttpClientResponse answer = new StreamHttpClient(asking.host(), server.address())
                    .send(HttpRequest.of("GET", "/ipfs/" + block.cid() + "?format=raw", Map.of()), Deadline.NONE)) {
                served += answer.status() == 200 && answer.bytes("block", BLOCK).length == BLOCK ? 1 : 0;
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            }
            world.sleep(Duration.ofSeconds(7));
            for (TestNode stranger : strangers) {
                hold(stranger, server, request, held);
            }
        }
        held.forEach(stream -> stream.reset(0));
        return served;
    }

    @Test
    void answersThatPeersOfOneMachineDoNotReadLeaveMemoryToOthers() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            byte[] data = new byte[BLOCK];
            new Random(1).nextBytes(data);
            Block block = Block.of(Multicodec.RAW, data);
            store.put(block);
            TestNode server = world.node(
                    "server",
                    SMALL,
                    builder -> builder.with(HttpStreams.serving(
                            GatewayOverStreams.PROTOCOL,
                            "/",
                            new GatewayOverStreams(new Gateway(store, Budget.STRANGER, true)))));
            assertThat(served(world, server, block)).isGreaterThanOrEqualTo(REQUESTS - 2);
        });
    }
}
