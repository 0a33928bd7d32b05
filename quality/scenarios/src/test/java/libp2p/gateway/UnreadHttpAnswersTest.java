package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.client.StreamHttpClient;
import libp2p.http.streams.HttpStreams;
import libp2p.ipld.Block;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Multicodec;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Peers that ask the gateway of a small host for large blocks over streams, and read nothing. */
class UnreadHttpAnswersTest {
    private static final long HEAP = 64 << 20;
    private static final int BLOCK = 2 << 20;
    private static final int PEERS = 2;
    private static final int REQUESTS = 60;

    @Test
    void answersThatNoPeerReadsStayWithinTheMemoryOfTheirPeersAndOthersAreServed() {
        World.underSeeds(1, world -> {
            MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            byte[] data = new byte[BLOCK];
            new Random(1).nextBytes(data);
            Block block = Block.of(Multicodec.RAW, data);
            store.put(block);
            AtomicLong held = new AtomicLong();
            AtomicLong most = new AtomicLong();
            HttpHandler gateway = new GatewayOverStreams(new Gateway(store, Budget.STRANGER, true));
            HttpHandler counted = request -> {
                HttpResponse answer = gateway.handle(request);
                return answer.status() != 200 ? answer : counted(answer, held, most);
            };
            ResourceLimits limits = ResourceLimits.scaled(1L << 30, 4096).withinHeap(HEAP);
            TestNode server = world.node(
                    "server",
                    limits,
                    builder -> builder.with(HttpStreams.serving(GatewayOverStreams.PROTOCOL, "/", counted)));
            List<Stream> streams = new ArrayList<>();
            String request = "GET /ipfs/" + block.cid() + "?format=raw HTTP/1.1\r\nHost: a\r\n\r\n";
            for (int peer = 0; peer < PEERS; peer++) {
                TestNode reader = world.node("reader" + peer);
                for (int i = 0; i < REQUESTS; i++) {
                    try {
                        Stream stream = reader.open(server, HttpStreams.PROTOCOL);
                        stream.write(request.getBytes(StandardCharsets.US_ASCII));
                        streams.add(stream);
                    } catch (IOException refused) {
                        assertThat(refused.getMessage()).isNotEmpty();
                    }
                }
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(most.get())
                    .isBetween(
                            (long) BLOCK,
                            PEERS * limits.of(ScopeKind.PROTOCOL_PEER).memory());
            TestNode asking = world.node("asking");
            try (HttpClientResponse answer = new StreamHttpClient(asking.host(), server.address())
                    .send(HttpRequest.of("GET", "/ipfs/" + block.cid() + "?format=raw", Map.of()), Deadline.NONE)) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.bytes("block", BLOCK)).isEqualTo(data);
            }
            streams.forEach(stream -> stream.reset(0));
        });
    }

    private static HttpResponse counted(HttpResponse answer, AtomicLong held, AtomicLong most) {
        return new HttpResponse(answer.status(), answer.headers(), answer.length(), out -> {
            most.accumulateAndGet(held.addAndGet(answer.length()), Math::max);
            try {
                answer.body().writeTo(out);
            } finally {
                held.addAndGet(-answer.length());
            }
        });
    }
}
