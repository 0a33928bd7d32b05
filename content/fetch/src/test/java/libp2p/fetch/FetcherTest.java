package libp2p.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarWriter;
import libp2p.core.environment.Deadline;
import libp2p.delegated.trustless.TrustlessClient;
import libp2p.delegated.trustless.TrustlessLimits;
import libp2p.delegated.trustless.WrongBytesException;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOptions;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpHeaders;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.http.HttpResponse;
import libp2p.http.testing.DirectHttpClient;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSink;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.simulator.Simulation;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Fetches from several sources, of which some are slow, broken or malicious. */
class FetcherTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();
    private static final ImportOptions SMALL =
            ImportOptions.V1_2025.withChunker("size-1000").withFileLinks(4);

    private final MemoryBlockStore remote = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final MemoryBlockStore local = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final Reputation reputation = Reputation.inMemory(ENVIRONMENT);
    private final byte[] data = new byte[100_000];
    private final Cid root;

    FetcherTest() throws IOException {
        new Random(5).nextBytes(data);
        root = new FileImporter(SMALL, remote)
                .add(new ByteArrayInputStream(data))
                .cid();
    }

    private static FetchSource source(String name, HttpHandler handler) {
        return FetchSource.gateway(
                new TrustlessClient(ENVIRONMENT, new DirectHttpClient(name, handler), TrustlessLimits.DEFAULT));
    }

    private FetchSource honest(String name) {
        Gateway gateway = new Gateway(remote, GatewayOptions.DEFAULT.withTrustlessOnly(true));
        return source(name, request -> gateway.handle(request));
    }

    private FetchOptions options(FetchSource... sources) {
        return FetchOptions.of(reputation).withSources(List.of(sources)).withPatience(Duration.ofSeconds(20));
    }

    private byte[] read(Fetcher fetcher) throws IOException {
        try (var in = new UnixFsReader(fetcher).open(root)) {
            return in.readAllBytes();
        }
    }

    @Test
    void blocksThatAreWaitedForAreDurable() {
        Simulation.of(1).run(simulation -> {
            var environment = simulation.host("a", "10.0.0.1");
            Map<Cid, byte[]> written = new HashMap<>();
            BlockStore slow = (BlockStore) Proxy.newProxyInstance(
                    FetcherTest.class.getClassLoader(),
                    new Class<?>[] {BlockStore.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("putAll")) {
                            Block block = (Block) ((List<?>) arguments[0]).getFirst();
                            written.put(block.cid(), block.data()); // as a log that is not forced yet
                            simulation.sleep(Duration.ofMillis(10));
                        } else if (method.getName().equals("find") && written.containsKey((Cid) arguments[0])) {
                            return written.get((Cid) arguments[0]);
                        }
                        return method.invoke(local, arguments);
                    });
            FetchSource near = honest("near");
            try (Fetcher fetcher = new RacingFetcher(environment, slow, options(near))) {
                fetcher.prefetch(List.of(root));
                simulation.sleep(Duration.ofMillis(5));
                assertThat(fetcher.get(root)).isNotEmpty();
                fetcher.awaitStored();
                assertThat(local.has(root)).isTrue();
            }
        });
    }

    @Test
    void blocksComeFromAGatewayVerifiedAndAreStored() throws IOException {
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(honest("a")))) {
            assertThat(read(fetcher)).isEqualTo(data);
            assertThat(fetcher.received().blocks()).isEqualTo(local.usage().blocks());
        }
        try (Fetcher offline = new RacingFetcher(ENVIRONMENT, local, options())) {
            assertThat(read(offline)).isEqualTo(data);
        }
    }

    @Test
    void aSourceThatSendsWrongBytesIsNeverAskedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        FetchSource liar = source("liar", request -> {
            asked.incrementAndGet();
            return new HttpResponse(200, Map.of(), -1, out -> out.write(new byte[] {1, 2, 3}));
        });
        reputation.prefer("liar", true);
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(liar))) {
            assertThatThrownBy(() -> fetcher.get(root)).isInstanceOf(BlockNotFoundException.class);
        }
        assertThat(asked.get()).isEqualTo(1);
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(liar, honest("b")))) {
            assertThat(read(fetcher)).isEqualTo(data);
        }
        assertThat(asked.get()).isEqualTo(1);
        assertThat(reputation.hasLied("liar")).isTrue();
        assertThat(reputation.best(List.of("liar", "b"), 2)).containsExactly("b");
    }

    @Test
    void sourcesThatFailForAPassingReasonAreAskedAgain() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        FetchSource busy = new FetchSource() {
            @Override
            public String name() {
                return "busy";
            }

            @Override
            public byte[] block(Cid cid, Deadline deadline) throws IOException {
                if (asked.incrementAndGet() <= 2) {
                    throw new HttpRequestException("busy", 503, true, null);
                }
                return remote.get(cid);
            }
        };
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(busy))) {
            assertThat(fetcher.get(root)).isEqualTo(remote.get(root));
        }
        assertThat(asked.get()).isEqualTo(3);
    }

    @Test
    void whoeverIsSilentIsOvertaken() throws IOException {
        FetchSource silent = new Silent();
        reputation.prefer("silent", true);
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(silent, honest("b")))) {
            assertThat(fetcher.get(root)).isEqualTo(remote.get(root));
        }
    }

    @Test
    void whatNoSourceHasIsToldWithTheReasons() {
        FetchSource empty = source("empty", request -> new HttpResponse(404, Map.of(), 0, out -> {}));
        FetchSource broken =
                source("broken", request -> new HttpResponse(503, Map.of("Retry-After", "9999"), 0, out -> {}));
        FetchSource elsewhere = source(
                "elsewhere", request -> new HttpResponse(302, Map.of("Location", "http://127.0.0.1/"), 0, out -> {}));
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(empty, broken, elsewhere))) {
            assertThatThrownBy(() -> fetcher.get(root))
                    .isInstanceOf(BlockNotFoundException.class)
                    .hasMessageContaining("3 sources")
                    .hasMessageContaining("404")
                    .hasMessageContaining("503")
                    .hasMessageContaining("302");
        }
        assertThat(reputation.isAvailable("broken")).isFalse();
    }

    @Test
    void aDagComesByArchivesFromSeveralGatewaysAtOnce() throws IOException {
        Map<String, Integer> archives = new ConcurrentHashMap<>();
        List<FetchSource> sources = new ArrayList<>();
        Gateway gateway = new Gateway(remote, GatewayOptions.DEFAULT.withTrustlessOnly(true));
        CountDownLatch both = new CountDownLatch(2);
        for (String name : List.of("a", "b")) {
            sources.add(source(name, request -> {
                if (request.query().getOrDefault("format", "").equals("car")
                        && archives.merge(name, 1, Integer::sum) == 1) {
                    both.countDown();
                    awaitQuietly(both); // both are asked at once
                }
                return gateway.handle(request);
            }));
        }
        FetchOptions options = options(sources.toArray(FetchSource[]::new));
        try (Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options)) {
            assertThat(fetcher.download(root, Budget.STRANGER))
                    .isEqualTo(remote.usage().blocks());
        }
        assertThat(archives.keySet()).containsExactlyInAnyOrder("a", "b");
        assertThat(local.usage()).isEqualTo(remote.usage());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anArchiveThatIsCutShortIsFinishedByOthersFromWhereItWas() throws IOException {
        Gateway gateway = new Gateway(remote, GatewayOptions.DEFAULT.withTrustlessOnly(true));
        FetchSource cut = source("cut", request -> {
            HttpResponse whole = gateway.handle(request);
            return !request.query().getOrDefault("format", "").equals("car")
                    ? new HttpResponse(404, Map.of(), 0, out -> {})
                    : new HttpResponse(200, whole.headers(), -1, out -> {
                        var bytes = new java.io.ByteArrayOutputStream();
                        whole.body().writeTo(bytes);
                        out.write(bytes.toByteArray(), 0, bytes.size() / 2);
                    });
        });
        try (Fetcher first = new RacingFetcher(ENVIRONMENT, local, options(cut))) {
            assertThatThrownBy(() -> first.download(root, Budget.STRANGER)).isInstanceOf(IOException.class);
        }
        long kept = local.usage().blocks();
        assertThat(kept).isGreaterThan(10);
        try (Fetcher second = new RacingFetcher(ENVIRONMENT, local, options(honest("b")))) {
            assertThat(second.download(root, Budget.STRANGER))
                    .isEqualTo(remote.usage().blocks());
            assertThat(second.received().blocks()).isEqualTo(remote.usage().blocks() - kept);
        }
    }

    @Test
    void blocksThatNobodyAskedForInAnArchiveAreALie() throws IOException {
        Map<String, HttpHandler> liars = new HashMap<>();
        Gateway gateway = new Gateway(remote, GatewayOptions.DEFAULT.withTrustlessOnly(true));
        byte[] stranger = new byte[500];
        liars.put(
                "adds",
                request -> new HttpResponse(200, Map.of(), -1, out -> {
                    gateway.handle(request).body().writeTo(out);
                    byte[] cid = Block.of(libp2p.multiformats.Multicodec.RAW, stranger)
                            .cid()
                            .toBytes();
                    out.write(varint(cid.length + stranger.length));
                    out.write(cid);
                    out.write(stranger);
                }));
        liars.put(
                "changes",
                request -> new HttpResponse(200, Map.of(), -1, out -> {
                    var bytes = new java.io.ByteArrayOutputStream();
                    gateway.handle(request).body().writeTo(bytes);
                    byte[] all = bytes.toByteArray();
                    all[all.length - 7] ^= 1;
                    out.write(all);
                }));
        for (Map.Entry<String, HttpHandler> liar : liars.entrySet()) {
            TrustlessClient client = new TrustlessClient(
                    ENVIRONMENT, new DirectHttpClient(liar.getKey(), liar.getValue()), TrustlessLimits.DEFAULT);
            BlockSink sink =
                    block -> assertThat(Arrays.equals(block.data(), stranger)).isFalse();
            assertThatThrownBy(() -> client.archive(
                            root, List.of(), TrustlessClient.Scope.ALL, Budget.STRANGER, sink, Deadline.NONE))
                    .as(liar.getKey())
                    .isInstanceOf(WrongBytesException.class);
        }
    }

    private static byte[] varint(int value) {
        return new byte[] {(byte) (value & 0x7f | 0x80), (byte) (value >> 7)};
    }

    @Test
    void anArchiveOfMoreThanTheBudgetEnds() {
        Gateway gateway = new Gateway(remote, GatewayOptions.DEFAULT.withTrustlessOnly(true));
        TrustlessClient client = new TrustlessClient(
                ENVIRONMENT, new DirectHttpClient("bomb", request -> gateway.handle(request)), TrustlessLimits.DEFAULT);
        assertThatThrownBy(() -> client.archive(
                        root,
                        List.of(),
                        TrustlessClient.Scope.ALL,
                        new Budget(5, Long.MAX_VALUE, 64),
                        block -> {},
                        Deadline.NONE))
                .hasMessageContaining("more than 5 blocks");
    }

    @Test
    void aBlockLargerThanTheLimitIsNotRead() {
        TrustlessClient client = new TrustlessClient(
                ENVIRONMENT,
                new DirectHttpClient(
                        "bomb",
                        request -> new HttpResponse(200, Map.of("Content-Length", "99999999999"), -1, out -> {})),
                TrustlessLimits.DEFAULT);
        assertThatThrownBy(() -> client.block(root, Deadline.NONE)).hasMessageContaining("99999999999");
    }

    @Test
    void closingEndsAFetchThatWaits() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        FetchSource silent = new Silent(asked);
        Fetcher fetcher = new RacingFetcher(ENVIRONMENT, local, options(silent));
        IOException[] failure = new IOException[1];
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                fetcher.get(root);
            } catch (IOException e) {
                failure[0] = e;
            }
        });
        asked.await();
        fetcher.close();
        reader.join();
        assertThat(failure[0]).isInstanceOf(IOException.class);
    }

    /** Never answers. */
    private static final class Silent implements FetchSource {
        private final CountDownLatch asked;

        Silent() {
            this(new CountDownLatch(1));
        }

        Silent(CountDownLatch asked) {
            this.asked = asked;
        }

        @Override
        public String name() {
            return "silent";
        }

        @Override
        public byte[] block(Cid cid, Deadline deadline) throws IOException {
            asked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
            throw new IOException("unreachable");
        }
    }

    @Test
    void anArchiveThatRepeatsItsBlocksWithoutEndEnds() {
        Block only = Block.of(Multicodec.RAW, new byte[] {1});
        long[] come = {0};
        HttpClient endless = new DirectHttpClient("endless", request -> HttpResponse.text(200, "")) {
            @Override
            public HttpClientResponse send(HttpRequest request, Deadline deadline) throws IOException {
                ByteArrayOutputStream start = new ByteArrayOutputStream();
                CarWriter car = new CarWriter(start, List.of(only.cid()));
                int header = start.size();
                car.put(only);
                byte[] bytes = start.toByteArray();
                return new HttpClientResponse(200, HttpHeaders.of(Map.of()), new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        if (at == bytes.length) {
                            at = header;
                            assertThat(++come[0]).isLessThan(1_000_000);
                        }
                        return bytes[at++] & 0xff;
                    }
                });
            }
        };
        TrustlessClient client = new TrustlessClient(ENVIRONMENT, endless, TrustlessLimits.DEFAULT);
        assertThatThrownBy(() -> client.archive(
                        only.cid(), List.of(), TrustlessClient.Scope.ALL, Budget.OWN, block -> {}, Deadline.NONE))
                .isInstanceOf(WrongBytesException.class);
    }
}
