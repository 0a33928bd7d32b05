package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapLimits;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarWriter;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.testing.Json;
import libp2p.delegated.trustless.PeerGatewayClient;
import libp2p.delegated.trustless.TrustlessClient;
import libp2p.delegated.trustless.TrustlessLimits;
import libp2p.fetch.FetchOptions;
import libp2p.fetch.FetchSource;
import libp2p.fetch.Fetcher;
import libp2p.fetch.RacingFetcher;
import libp2p.fetch.Reputation;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.client.StreamHttpClient;
import libp2p.http.streams.HttpStreams;
import libp2p.ipld.Block;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** HTTP over streams and the trustless gateway on it, between whole hosts (simulated time). */
class GatewayOverStreamsTest {
    private static final ImportOptions OPTIONS =
            ImportOptions.V1_2025.withChunker("size-4096").withFileLinks(16);
    private static final Budget BUDGET = new Budget(10_000, 1 << 26, 1024);

    private static MemoryBlockStore store() {
        return new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    }

    private static TestNode provider(World world, String name, MemoryBlockStore store) throws IOException {
        return serving(world, name, new GatewayOverStreams(new Gateway(store, Budget.STRANGER, true)));
    }

    /** A fetcher that asks the gateways of peers alone. */
    private static Fetcher fetcher(World world, TestNode asking, MemoryBlockStore own, TestNode... providers) {
        List<FetchSource> sources = new ArrayList<>();
        for (TestNode provider : providers) {
            sources.add(FetchSource.gateway(new TrustlessClient(
                    asking.environment(),
                    new PeerGatewayClient(asking.host(), provider.address()),
                    TrustlessLimits.DEFAULT)));
        }
        return new RacingFetcher(
                asking.environment(),
                own,
                FetchOptions.of(Reputation.inMemory(asking.environment())).withSources(sources));
    }

    private static TestNode serving(World world, String name, HttpHandler handler) throws IOException {
        return world.node(
                name, builder -> builder.with(HttpStreams.serving(GatewayOverStreams.PROTOCOL, "/", handler)));
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

    private static String exchange(TestNode asking, TestNode provider, String request) throws IOException {
        try (Stream stream = asking.open(provider, HttpStreams.PROTOCOL)) {
            stream.write(request.replace("<server>", provider.id().toString()).getBytes(StandardCharsets.UTF_8));
            return new String(stream.input().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Header fields by lower-case name, of the first answer in the text. */
    private static Map<String, String> fields(String answer) {
        Map<String, String> fields = new TreeMap<>();
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        head.lines()
                .skip(1)
                .forEach(line -> fields.put(
                        line.substring(0, line.indexOf(':')).toLowerCase(java.util.Locale.ROOT),
                        line.substring(line.indexOf(':') + 1).strip()));
        return fields;
    }

    @Test
    void bodiesGoAtTheRateOfTheHost() {
        World.underSeeds(2, world -> {
            MemoryBlockStore theirs = store();
            MemoryBlockStore own = store();
            byte[] content = content(800_000);
            Cid root = add(theirs, content).cid();
            TestNode[] slow = new TestNode[1];
            GatewayOverStreams gateway = new GatewayOverStreams(
                    new Gateway(theirs, Budget.STRANGER, true),
                    () -> slow[0].host().find(Bitswap.class).map(Bitswap::rate));
            var limits = BitswapLimits.DEFAULT.withSendRate(100_000);
            slow[0] = world.node(
                    "slow",
                    builder -> builder.with(Bitswap.over(theirs, limits))
                            .with(HttpStreams.serving(GatewayOverStreams.PROTOCOL, "/", gateway)));
            TestNode asking = world.node("asking");
            long begun = asking.environment().nanoTime();
            try (Fetcher fetcher = fetcher(world, asking, own, slow[0])) {
                fetcher.download(root, BUDGET);
                fetcher.flush();
            }
            Duration taken = Duration.ofNanos(asking.environment().nanoTime() - begun);
            assertThat(read(own, root)).isEqualTo(content);
            assertThat(taken).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(20));
        });
    }

    @Test
    void anAnswerOverAnyWayGoesAtTheRateOfTheHost() {
        World.underSeeds(1, world -> {
            MemoryBlockStore theirs = store();
            byte[] content = content(800_000);
            Cid root = add(theirs, content).cid();
            var limits = BitswapLimits.DEFAULT.withSendRate(100_000);
            TestNode node = world.node("node", builder -> builder.with(Bitswap.over(theirs, limits)));
            Bitswap bitswap = node.host().find(Bitswap.class).orElseThrow();
            Gateway gateway = new Gateway(theirs, Budget.STRANGER, false);
            long begun = node.environment().nanoTime();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            gateway.handle(HttpRequest.of("GET", "/ipfs/" + root, Map.of()))
                    .through(bitswap.rate()::over)
                    .body()
                    .writeTo(out);
            assertThat(out.toByteArray()).isEqualTo(content);
            assertThat(Duration.ofNanos(node.environment().nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
        });
    }

    @Test
    void recordedRequestsAreAnsweredAsKuboAnswersThem() {
        World.underSeeds(1, world -> {
            MemoryBlockStore blocks = store();
            List<Map<String, Object>> rows =
                    Json.objects(Json.object(Json.resource("/vectors/http-over-streams/exchanges.json"))
                            .get("exchanges"));
            String first = (String) rows.getFirst().get("response");
            byte[] data = first.substring(first.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
            Block block = Block.of(Multicodec.RAW, data);
            assertThat((String) rows.getFirst().get("request"))
                    .contains(block.cid().toString());
            blocks.put(block);
            TestNode provider = provider(world, "provider", blocks);
            TestNode asking = world.node("asking");
            asking.connect(provider);
            int compared = 0;
            for (Map<String, Object> row : rows) {
                String answer = exchange(asking, provider, (String) row.get("request"));
                String expected = (String) row.get("response");
                if (row.get("name").equals("http-1.0")) {
                    assertThat(answer).startsWith("HTTP/1.1 505 "); // older versions are not spoken
                } else if (row.get("name").equals("deserialized-refused")) {
                    assertThat(answer).startsWith("HTTP/1.1 400 "); // of the specification; Kubo says 406
                } else if (row.get("name").equals("go-client-request")) {
                    assertThat(answer).startsWith("HTTP/1.1 200 ");
                } else {
                    assertThat(answer.substring(0, 12)).as("%s", row).isEqualTo(expected.substring(0, 12));
                    assertThat(fields(answer).get("connection")).isEqualTo("close");
                    for (String name : List.of(
                            "content-type",
                            "content-length",
                            "etag",
                            "cache-control",
                            "x-ipfs-roots",
                            "ipfs-uri",
                            "accept-ranges",
                            "content-disposition")) {
                        if (answer.startsWith("HTTP/1.1 200")) {
                            assertThat(fields(answer).get(name))
                                    .as(name)
                                    .isEqualTo(fields(expected).get(name));
                        }
                    }
                    if (answer.startsWith("HTTP/1.1 200")) {
                        assertThat(answer.substring(answer.indexOf("\r\n\r\n")))
                                .isEqualTo(expected.substring(expected.indexOf("\r\n\r\n")));
                    }
                    compared++;
                }
            }
            assertThat(compared).isEqualTo(6);
        });
    }

    @Test
    void rangesOfAFileAndPartsOfADirectoryComeFromSeveralPeers() {
        World.underSeeds(2, world -> {
            byte[] content = content(800_000);
            Cid file = null;
            Cid root = null;
            List<TestNode> providers = new ArrayList<>();
            for (String name : List.of("one", "two", "three")) {
                MemoryBlockStore theirs = store();
                DirectoryImporter directory = new DirectoryImporter(OPTIONS, theirs, Metadata.NONE);
                Imported large = add(theirs, content);
                directory.add("large", large);
                directory.add("small", add(theirs, content(10_000)));
                directory.add("empty", add(theirs, new byte[0]));
                file = large.cid();
                root = directory.finish().cid();
                providers.add(provider(world, name, theirs));
            }
            MemoryBlockStore own = store();
            TestNode asking = world.node("asking");
            try (Fetcher fetcher = fetcher(world, asking, own, providers.toArray(TestNode[]::new))) {
                fetcher.download(file, BUDGET);
                assertThat(read(own, file)).isEqualTo(content);
                assertThat(fetcher.received().duplicates()).isZero();
            }
            for (TestNode provider : providers) {
                assertThat(asking.connections(provider)).isNotEmpty();
            }
            try (Fetcher fetcher = fetcher(world, asking, own, providers.toArray(TestNode[]::new))) {
                fetcher.download(root, BUDGET);
                assertThat(read(own, new UnixFsReader(own).find(root, "small").cid()))
                        .isEqualTo(content(10_000));
            }
        });
    }

    @Test
    void peersThatSendOtherBytesOrOtherBlocksOrNothingAreLeftAndTheRestComesFromTheHonest() {
        World.underSeeds(2, world -> {
            byte[] content = content(300_000);
            MemoryBlockStore theirs = store();
            Cid root = add(theirs, content).cid();
            TestNode honest = provider(world, "honest", theirs);
            TestNode wrongBytes = serving(world, "wrong", request -> {
                byte[] data = theirs.get(root).clone();
                data[20] ^= 1;
                return HttpResponse.bytes(200, "application/vnd.ipld.raw", data);
            });
            TestNode unlinked = serving(world, "unlinked", request -> {
                if (request.target().contains("format=raw")) {
                    return HttpResponse.bytes(200, "application/vnd.ipld.raw", theirs.get(root));
                }
                ByteArrayOutputStream car = new ByteArrayOutputStream();
                CarWriter writer = new CarWriter(car, List.of(root));
                writer.put(Block.trusted(root, theirs.get(root)));
                writer.put(Block.of(Multicodec.RAW, content(77)));
                return HttpResponse.bytes(200, "application/vnd.ipld.car", car.toByteArray());
            });
            TestNode silent = serving(
                    world,
                    "silent",
                    request -> new HttpResponse(
                            200, new HttpHeaders(List.of()), 1000, out -> pause(world, Duration.ofMinutes(2))));
            MemoryBlockStore own = store();
            TestNode asking = world.node("asking");
            try (Fetcher fetcher = fetcher(world, asking, own, wrongBytes, unlinked, silent, honest)) {
                fetcher.download(root, BUDGET);
                assertThat(read(own, root)).isEqualTo(content);
            }
            assertThat(own.has(Block.of(Multicodec.RAW, content(77)).cid())).isFalse();
            assertThat(own.usage().blocks()).isEqualTo(theirs.usage().blocks());
            pause(world, Duration.ofMinutes(5));
        });
    }

    private static void pause(World world, Duration time) {
        try {
            world.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void archivesThatAreBombsEndWithTheirBudget() {
        World.underSeeds(1, world -> {
            int[] sent = {0};
            Block many = Block.of(
                    Multicodec.DAG_CBOR,
                    new libp2p.ipld.codec.DagCbor()
                            .encode(new libp2p.ipld.Node.Sequence(java.util.Collections.nCopies(
                                    2,
                                    new libp2p.ipld.Node.Link(Block.of(Multicodec.RAW, new byte[] {1})
                                            .cid())))));
            TestNode bomb = serving(world, "bomb", request -> {
                if (request.target().contains("format=raw")) {
                    return request.target().contains(many.cid().toString())
                            ? HttpResponse.bytes(200, "application/vnd.ipld.raw", many.data())
                            : HttpResponse.text(404, "no");
                }
                return new HttpResponse(200, new HttpHeaders(List.of()), -1, out -> {
                    CarWriter writer = new CarWriter(out, List.of());
                    Block tiny = Block.of(Multicodec.RAW, new byte[] {1});
                    for (int i = 0; i < 1_000_000; i++) {
                        writer.put(tiny);
                        sent[0]++;
                    }
                });
            });
            MemoryBlockStore own = store();
            TestNode asking = world.node("asking");
            try (Fetcher fetcher = fetcher(world, asking, own, bomb)) {
                fetcher.download(many.cid(), BUDGET);
            } catch (IOException e) { // the archive ends with its budget, and the leaf is nowhere else
                assertThat(e).hasMessageContaining("not found");
            }
            assertThat(own.usage().blocks()).isLessThanOrEqualTo(2);
            assertThat(sent[0]).isLessThan(200_000);
        });
    }

    @Test
    void slowAndMalformedClientsAreEndedAndOthersAreServed() {
        World.underSeeds(2, world -> {
            MemoryBlockStore blocks = store();
            Block block = Block.of(Multicodec.RAW, content(100));
            blocks.put(block);
            TestNode provider = provider(world, "provider", blocks);
            TestNode slow = world.node("slow");
            slow.connect(provider);
            try (Stream drip = slow.open(provider, HttpStreams.PROTOCOL)) {
                drip.write("GET /".getBytes(StandardCharsets.US_ASCII));
                assertThat(exchange(slow, provider, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
                assertThat(exchange(slow, provider, "NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400");
                assertThat(exchange(slow, provider, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(9000) + "\r\n\r\n"))
                        .startsWith("HTTP/1.1 431");
                assertThat(exchange(
                                slow,
                                provider,
                                "POST / HTTP/1.1\r\n"
                                        + "Host: a\r\n"
                                        + "Content-Length: 5\r\n"
                                        + "Transfer-Encoding: chunked\r\n\r\n"))
                        .startsWith("HTTP/1.1 400");
                TestNode asking = world.node("asking");
                try (HttpClientResponse answer = new StreamHttpClient(asking.host(), provider.address())
                        .send(HttpRequest.of("GET", "/ipfs/" + block.cid() + "?format=raw", Map.of()), Deadline.NONE)) {
                    assertThat(answer.bytes("block", 1000)).isEqualTo(block.data());
                }
                assertThatThrownBy(() -> drip.input().readAllBytes()).isInstanceOf(IOException.class);
            }
        });
    }

    @Test
    void protocolsAreMountedListedAndFoundByTheirLongestPath() {
        World.underSeeds(1, world -> {
            TestNode server = serving(world, "server", request -> HttpResponse.text(200, "root"));
            HttpStreams http = server.host().find(HttpStreams.class).orElseThrow();
            http.mount(
                    "/test/1",
                    "/test/",
                    request -> HttpResponse.text(
                            200,
                            request.context().peer().shortName() + " "
                                    + new String(request.body().readAllBytes(), StandardCharsets.UTF_8)));
            TestNode asking = world.node("asking");
            StreamHttpClient client = new StreamHttpClient(asking.host(), server.address());
            try (HttpClientResponse list =
                    client.send(HttpRequest.of("GET", HttpStreams.WELL_KNOWN, Map.of()), Deadline.NONE)) {
                assertThat(new String(list.bytes("list", 1000), StandardCharsets.UTF_8))
                        .isEqualTo("{\"/ipfs/gateway\":{\"path\":\"/\"},\"/test/1\":{\"path\":\"/test/\"}}");
            }
            try (HttpClientResponse posted = client.send(
                    HttpRequest.of("POST", "/test/x", Map.of()).withBody("hello".getBytes(StandardCharsets.UTF_8)),
                    Deadline.NONE)) {
                assertThat(new String(posted.bytes("answer", 1000), StandardCharsets.UTF_8))
                        .isEqualTo(asking.id().shortName() + " hello\n");
            }
        });
    }
}
