package libp2p.gateway.pinning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.Pins;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.resource.LimitExceededException;
import libp2p.delegated.pinning.PinRequest;
import libp2p.delegated.pinning.PinStatus;
import libp2p.delegated.pinning.PinningClient;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.http.HttpResponse;
import libp2p.http.testing.DirectHttpClient;
import libp2p.ipld.Block;
import libp2p.ipld.codec.PlainJson;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client of the pinning service API with our server, whose roots are pinned when the test lets them. */
class PinningTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();
    private static final String TOKEN = "a-token-of-some-length";
    private static final Set<PinStatus.State> ALL = EnumSet.allOf(PinStatus.State.class);
    private static final String PEER =
            "/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWALU9NB41osQqC4QeU8znEpUB2QxWvgZZopq2dUqS4dUB";

    private final MemoryDatastore datastore = new MemoryDatastore();
    private final BlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final Pins pins = new Pins(datastore.namespace("pins"), store);
    private final Semaphore turns = new Semaphore(0);
    private final AtomicInteger failures = new AtomicInteger();
    private final LinkedBlockingQueue<PinRequest> asked = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> noted = new LinkedBlockingQueue<>();
    /** Names of requests whose pin is made, by whatever queue. */
    private final LinkedBlockingQueue<String> made = new LinkedBlockingQueue<>();

    private static Block block(int number) {
        return Block.of(Multicodec.RAW, new byte[] {(byte) number});
    }

    private static Cid cid(int number) {
        return block(number).cid();
    }

    @BeforeEach
    void storeTheBlocks() throws IOException {
        for (int i = 0; i < 10; i++) {
            store.put(block(i));
        }
    }

    /** Tells what is written. */
    private final class Telling implements Datastore {
        private final Datastore below = datastore.namespace("requests");

        @Override
        public byte[] get(byte[] key) throws IOException {
            return below.get(key);
        }

        @Override
        public void write(List<Change> batch) throws IOException {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("the disk is full");
            }
            below.write(batch);
            batch.forEach(change ->
                    noted.add(change.value() == null ? "" : new String(change.value(), StandardCharsets.UTF_8)));
        }

        @Override
        public Entries scan(Scan scan) throws IOException {
            return below.scan(scan);
        }

        @Override
        public void close() throws IOException {
            below.close();
        }
    }

    private PinQueue queue(PinningLimits limits) throws IOException {
        return PinQueue.open(
                ENVIRONMENT,
                new Telling(),
                pins,
                (request, owner) -> {
                    asked.add(request);
                    turns.acquireUninterruptibly();
                    if (request.name().equals("fail")) {
                        throw new IOException("no peer has it");
                    }
                    pins.add(request.cid(), Pins.Kind.RECURSIVE, owner, store);
                    made.add(request.name());
                },
                limits);
    }

    private static PinningClient client(PinQueue queue) {
        return client(queue, TOKEN);
    }

    private static PinningClient client(PinQueue queue, String token) {
        PinningServer server = new PinningServer(queue, TOKEN, () -> List.of(PEER), PinningLimits.DEFAULT);
        return new PinningClient(new DirectHttpClient("service", server), token, PinningLimits.DEFAULT);
    }

    private static PinRequest request(int number, String name) {
        return new PinRequest(cid(number), name, List.of(Multiaddr.parse(PEER)), Map.of("app", "test"));
    }

    /** Lets one root be pinned, or fail, and waits until the queue has noted it. */
    private void one(PinningClient client, String id, PinStatus.State state) throws Exception {
        turns.release();
        String written = noted.take();
        while (!written.contains("\"status\":\"" + state.word() + "\"")) {
            written = noted.take();
        }
        assertThat(client.get(id, Deadline.NONE).state()).isEqualTo(state);
    }

    /**
     * Noting the beginning fails, then noting the end: the request is done all the same, without another that wakes it.
     */
    @Test
    void aDiskThatFailsForAWhileLeavesNoRequestWaiting() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT.withRetry(Duration.ofMillis(1)))) {
            turns.acquireUninterruptibly(turns.drainPermits());
            failures.set(0);
            PinStatus status = queue.add(request(1, "one"));
            assertThat(asked.take().cid()).isEqualTo(cid(1));
            failures.set(3); // the note that it is pinned, and two of the next beginnings
            turns.release(2);
            assertThat(asked.take().cid()).as("begun again").isEqualTo(cid(1));
            for (String text = noted.take(); !text.contains("\"pinned\""); text = noted.take()) {
                assertThat(text).doesNotContain("failed");
            }
            assertThat(queue.get(status.id())).isNotNull();
            assertThat(pins.has(cid(1))).isTrue();
        }
    }

    @Test
    void aRootIsPinnedListedAndRemoved() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus added = client.add(request(1, "first"), Deadline.NONE);
            assertThat(added.state()).isEqualTo(PinStatus.State.QUEUED);
            assertThat(added.delegates()).containsExactly(PEER);
            assertThat(asked.take()).isEqualTo(request(1, "first"));
            assertThat(client.get(added.id(), Deadline.NONE).state()).isEqualTo(PinStatus.State.PINNING);
            one(client, added.id(), PinStatus.State.PINNED);
            assertThat(client.list(Set.of(PinStatus.State.PINNED), Deadline.NONE))
                    .extracting(PinStatus::id)
                    .containsExactly(added.id());
            assertThat(pins.has(cid(1))).isTrue();
            client.remove(added.id(), Deadline.NONE);
            assertThat(pins.has(cid(1))).isFalse();
            assertThat(client.list(ALL, Deadline.NONE)).isEmpty();
            assertThatThrownBy(() -> client.get(added.id(), Deadline.NONE))
                    .isInstanceOf(HttpRequestException.class)
                    .hasMessageContaining("404");
        }
    }

    @Test
    void aPinOfTheOwnerOutlivesTheRequestsForIt() throws Exception {
        pins.add(cid(1), Pins.Kind.RECURSIVE, store);
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus added = client.add(request(1, ""), Deadline.NONE);
            one(client, added.id(), PinStatus.State.PINNED);
            client.remove(added.id(), Deadline.NONE);
            assertThat(pins.has(cid(1))).isTrue();
        }
    }

    /** The owner pins what a request had pinned before; the request goes. */
    @Test
    void aPinThatTheOwnerMakesBesideARequestOutlivesTheRequest() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus added = client.add(request(1, ""), Deadline.NONE);
            one(client, added.id(), PinStatus.State.PINNED);
            pins.add(cid(1), Pins.Kind.RECURSIVE, store);
            client.remove(added.id(), Deadline.NONE);
            assertThat(new GarbageCollector(store, pins).collect().kept()).isEqualTo(1);
            assertThat(store.has(cid(1))).isTrue();
        }
    }

    /** The other way round: the owner gives up what a request wants. */
    @Test
    void aRequestOutlivesThePinOfTheOwner() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            pins.add(cid(1), Pins.Kind.RECURSIVE, store);
            PinStatus added = client.add(request(1, ""), Deadline.NONE);
            one(client, added.id(), PinStatus.State.PINNED);
            pins.remove(cid(1));
            new GarbageCollector(store, pins).collect();
            assertThat(store.has(cid(1))).isTrue();
        }
    }

    /** A process ended after it had noted the removal of the request. */
    @Test
    void thePinOfARemovedRequestIsRemovedAtTheNextStart() throws Exception {
        pins.add(cid(1), Pins.Kind.RECURSIVE, "pinning/gone", store);
        pins.add(cid(2), Pins.Kind.RECURSIVE, store);
        datastore
                .namespace("requests")
                .put(
                        "unpinned/gone".getBytes(StandardCharsets.UTF_8),
                        cid(1).toString().getBytes(StandardCharsets.UTF_8));
        try (PinQueue queue = queue(PinningLimits.DEFAULT)) {
            assertThat(queue.list()).isEmpty();
            assertThat(pins.list()).extracting(Pins.Pin::cid).containsExactly(cid(2));
        }
    }

    /** Nodes that share a store share its pins, and each has requests of its own. */
    @Test
    void theStartOfOneQueueTakesNothingFromTheRequestsOfAnother() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            String id = client.add(request(1, ""), Deadline.NONE).id();
            one(client, id, PinStatus.State.PINNED);
            PinQueue.open(ENVIRONMENT, new MemoryDatastore(), pins, (request, owner) -> {}, PinningLimits.DEFAULT)
                    .close();
            assertThat(pins.has(cid(1))).isTrue();
            client.remove(id, Deadline.NONE);
            assertThat(pins.has(cid(1))).isFalse();
            assertThat(datastore.namespace("requests").has(("unpinned/" + id).getBytes(StandardCharsets.UTF_8)))
                    .isFalse();
        }
    }

    /** Its pin is made after the removal, and goes with the mark that it has left. */
    @Test
    void aRequestThatIsRemovedWhileItIsDoneLeavesNoPin() throws Exception {
        Datastore requests = datastore.namespace("requests");
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            String id = client.add(request(1, ""), Deadline.NONE).id();
            asked.take();
            client.remove(id, Deadline.NONE);
            byte[] mark = ("unpinned/" + id).getBytes(StandardCharsets.UTF_8);
            assertThat(requests.has(mark)).isTrue();
            noted.clear();
            turns.release();
            assertThat(noted.take()).isEmpty(); // the mark goes
            assertThat(pins.list()).isEmpty();
            assertThat(requests.has(mark)).isFalse();
        }
    }

    /** A collection before it is pinned for the new one would remove what both have, for ever where no peer has it. */
    @Test
    void whatWasPinnedStaysUntilTheRequestThatReplacesItIsDone() throws Exception {
        PinStatus second;
        PinStatus third;
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus first = client.add(request(1, "first"), Deadline.NONE);
            one(client, first.id(), PinStatus.State.PINNED);
            second = queue.replace(first.id(), request(1, "fail"));
            one(client, second.id(), PinStatus.State.FAILED);
            third = queue.replace(second.id(), request(1, "third"));
            while (!asked.take().name().equals("third")) {
                // until this queue makes its pin, which waits for its turn
            }
            new GarbageCollector(store, pins).collect();
            assertThat(store.has(cid(1))).isTrue();
        }
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            new GarbageCollector(store, pins).collect();
            assertThat(store.has(cid(1))).isTrue();
            turns.release(); // of the queue that was closed
            one(client, third.id(), PinStatus.State.PINNED);
            for (int count = 0; count < 2; ) { // by both queues
                count += made.take().equals("third") ? 1 : 0;
            }
            assertThat(pins.get(cid(1)).owners()).containsOnlyKeys("pinning/" + third.id());
            PinStatus fourth = queue.replace(third.id(), request(1, "fourth"));
            client.remove(fourth.id(), Deadline.NONE);
            assertThat(pins.has(cid(1), "pinning/" + third.id())).isFalse();
        }
    }

    /** Their pins have no owner but that of the store, whether it wants them or not: nothing is lost. */
    @Test
    void requestsOfFormerVersionsGetAPinOfTheirOwn() throws Exception {
        pins.add(cid(1), Pins.Kind.RECURSIVE, store);
        Datastore requests = datastore.namespace("requests");
        PinStatus old = new PinStatus(
                "0a", PinStatus.State.PINNED, Instant.parse("2026-01-01T00:00:00Z"), request(1, ""), List.of(), "");
        requests.put(
                "pinning/0a".getBytes(StandardCharsets.UTF_8),
                PlainJson.text(old.json()).getBytes(StandardCharsets.UTF_8));
        byte[] mark = ("pinned/" + cid(1)).getBytes(StandardCharsets.UTF_8);
        requests.put(mark, new byte[0]);
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            one(client, "0a", PinStatus.State.PINNED);
            assertThat(requests.has(mark)).isFalse();
            assertThat(pins.get(cid(1)).owners()).containsOnlyKeys(Pins.OWN, "pinning/0a");
            client.remove("0a", Deadline.NONE);
            assertThat(pins.has(cid(1), Pins.OWN)).isTrue();
        }
    }

    @Test
    void twoRequestsForOneRootAreTwo() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus first = client.add(request(1, "a"), Deadline.NONE);
            one(client, first.id(), PinStatus.State.PINNED);
            PinStatus second = client.add(request(1, "b"), Deadline.NONE);
            one(client, second.id(), PinStatus.State.PINNED);
            assertThat(second.created()).isAfter(first.created());
            client.remove(first.id(), Deadline.NONE);
            assertThat(pins.has(cid(1))).isTrue();
            client.remove(second.id(), Deadline.NONE);
            assertThat(pins.has(cid(1))).isFalse();
        }
    }

    @Test
    void someAreDoneAtATimeAndTheOthersWait() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            for (int i = 0; i < 6; i++) {
                client.add(request(i, "n" + i), Deadline.NONE);
            }
            List<String> begun = new ArrayList<>();
            for (int i = 0; i < PinningLimits.DEFAULT.atOnce(); i++) {
                begun.add(asked.take().name());
            }
            assertThat(begun).containsExactlyInAnyOrder("n0", "n1", "n2", "n3");
            assertThat(client.list(Set.of(PinStatus.State.QUEUED), Deadline.NONE))
                    .hasSize(2);
            turns.release();
            assertThat(asked.take().name()).isEqualTo("n4");
            turns.release(6);
            assertThat(asked.take().name()).isEqualTo("n5");
        }
    }

    @Test
    void aFailureIsToldWithItsReason() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus added = client.add(request(1, "fail"), Deadline.NONE);
            one(client, added.id(), PinStatus.State.FAILED);
            assertThat(client.get(added.id(), Deadline.NONE).details()).isEqualTo("no peer has it");
            assertThat(client.list(Set.of(PinStatus.State.PINNED), Deadline.NONE))
                    .isEmpty();
        }
    }

    @Test
    void aPinThatTheOwnerMakesAfterAFailedRequestOutlivesTheRequest() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            PinStatus failed = client.add(request(1, "fail"), Deadline.NONE);
            one(client, failed.id(), PinStatus.State.FAILED);
            pins.add(cid(1), Pins.Kind.RECURSIVE, store);
            client.remove(failed.id(), Deadline.NONE);
            assertThat(pins.has(cid(1))).isTrue();
        }
    }

    @Test
    void requestsGoOnAfterARestart() throws Exception {
        PinStatus added;
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            added = client.add(request(1, "long"), Deadline.NONE);
            asked.take();
        }
        turns.release();
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient client = client(queue)) {
            assertThat(asked.take()).isEqualTo(request(1, "long"));
            one(client, added.id(), PinStatus.State.PINNED);
            assertThat(client.get(added.id(), Deadline.NONE).created()).isEqualTo(added.created());
        }
    }

    @Test
    void requestsAreBoundedAndListedInPages() throws Exception {
        try (PinQueue queue = queue(PinningLimits.DEFAULT.withRequests(3));
                PinningClient client = client(queue)) {
            for (int i = 0; i < 3; i++) {
                client.add(request(i, "n" + i), Deadline.NONE);
            }
            assertThatThrownBy(() -> client.add(request(4, ""), Deadline.NONE))
                    .isInstanceOf(HttpRequestException.class)
                    .hasMessageContaining("409");
            assertThatThrownBy(() -> queue.add(request(4, ""))).isInstanceOf(LimitExceededException.class);
            assertThat(get(queue, "/pins", "limit=2&status=queued,pinning"))
                    .contains("\"count\":3")
                    .containsOnlyOnce("\"name\":\"n2\"")
                    .containsOnlyOnce("\"name\":\"n1\"")
                    .doesNotContain("n0");
            assertThat(get(queue, "/pins", "status=queued,pinning&name=N1&match=ipartial"))
                    .contains("\"count\":1", "n1");
            assertThat(get(queue, "/pins", "status=queued,pinning&cid=" + cid(0)))
                    .contains("\"count\":1", "n0");
            assertThat(get(queue, "/pins", "status=queued,pinning&meta=%7B%22app%22%3A%22other%22%7D"))
                    .contains("\"count\":0");
            assertThat(get(queue, "/pins", null))
                    .as("pinned ones, without a status")
                    .contains("\"count\":0");
            turns.release(3);
        }
    }

    private static String get(PinQueue queue, String path, String query) throws IOException {
        PinningServer server = new PinningServer(queue, TOKEN, List::of, PinningLimits.DEFAULT);
        HttpResponse response = server.handle(HttpRequest.of(
                "GET", query == null ? path : path + "?" + query, Map.of("Authorization", "Bearer " + TOKEN)));
        return text(response);
    }

    private static String text(HttpResponse response) throws IOException {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        response.body().writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "status=nonsense",
                "cid=nonsense",
                "match=some",
                "before=yesterday",
                "meta=[",
            })
    void filtersThatMakeNoSenseAreRefused(String query) throws IOException {
        try (PinQueue queue = queue(PinningLimits.DEFAULT)) {
            assertThat(get(queue, "/pins", query)).contains("BAD_REQUEST");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"cid\":1}",
                "{\"cid\":\"nonsense\"}",
                "{\"cid\":\"bafkqaaa\",\"name\":\"LONG\"}"
            })
    void bodiesThatAreNoPinsAreRefused(String body) throws IOException {
        try (PinQueue queue = queue(PinningLimits.DEFAULT)) {
            PinningServer server = new PinningServer(queue, TOKEN, List::of, PinningLimits.DEFAULT);
            byte[] bytes = body.replace("LONG", "x".repeat(300)).getBytes(StandardCharsets.UTF_8);
            HttpResponse response =
                    server.handle(HttpRequest.of("POST", "/pins", Map.of("Authorization", "Bearer " + TOKEN))
                            .withBody(bytes));
            assertThat(response.status()).isEqualTo(400);
            assertThat(queue.list()).isEmpty();
        }
    }

    @Test
    void noClientPinsWithoutTheToken() throws IOException {
        try (PinQueue queue = queue(PinningLimits.DEFAULT);
                PinningClient stranger = client(queue, "another-token-of-length")) {
            assertThatThrownBy(() -> stranger.add(request(1, ""), Deadline.NONE))
                    .isInstanceOf(HttpRequestException.class)
                    .hasMessageContaining("401");
            assertThatThrownBy(() -> stranger.list(ALL, Deadline.NONE)).isInstanceOf(HttpRequestException.class);
            assertThat(queue.list()).isEmpty();
        }
        assertThatThrownBy(
                        () -> new PinningServer(queue(PinningLimits.DEFAULT), "short", List::of, PinningLimits.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
