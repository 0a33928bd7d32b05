package libp2p.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import libp2p.delegated.routing.PeerRecord;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.gateway.LeavingClient;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipns.IpnsName;
import libp2p.multiformats.Cid;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Clients that have a server look for what is nowhere. */
class SearchPlacesTest {
    private static final int MOST = RoutingLimits.DEFAULT.searches();
    private static final String CID = "bafkreidtpzw2652scycpysbkvepix3mmi72icxdcjzq6jhcf5s5vqmxxba";

    private static final String NAME = "ipns/k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f";

    /** Finds nothing until its searches are closed. */
    private static final class Nowhere implements RoutingBackend {
        private final BlockingQueue<CountDownLatch> begun = new LinkedBlockingQueue<>();
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public Results<PeerRecord> providers(Cid cid, Deadline deadline) {
            CountDownLatch closed = new CountDownLatch(1);
            open.incrementAndGet();
            begun.add(closed);
            return new Results<>() {
                @Override
                public PeerRecord next() {
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return null;
                }

                @Override
                public void close() {
                    if (closed.getCount() > 0) {
                        open.decrementAndGet();
                        closed.countDown();
                    }
                }
            };
        }

        @Override
        public Results<PeerRecord> peer(PeerId peer, Deadline deadline) {
            return Results.none();
        }

        @Override
        public byte[] record(IpnsName name, Deadline deadline) throws IOException {
            CountDownLatch ended = new CountDownLatch(1);
            open.incrementAndGet();
            begun.add(ended);
            try {
                ended.await();
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } finally {
                open.decrementAndGet();
            }
        }

        @Override
        public void publish(IpnsName name, byte[] record, Deadline deadline) {}
    }

    private final Nowhere backend = new Nowhere();
    private final RoutingServer server = new RoutingServer(SystemEnvironment.shared(), backend, RoutingLimits.DEFAULT);
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

    private CountDownLatch search(LeavingClient client) throws InterruptedException {
        return search(client, "providers/" + CID);
    }

    private CountDownLatch search(LeavingClient client, String path) throws InterruptedException {
        SystemEnvironment.shared()
                .start("client", () -> answers.add(ask(client, path).status()));
        return backend.begun.take();
    }

    private HttpResponse ask(LeavingClient client, String path) {
        return server.handle(
                HttpRequest.of("GET", RoutingServer.PATH + "/" + path, Map.of()).withContext(client));
    }

    @Test
    void searchesOfOneNetworkLeavePlacesForThoseOfOthers() throws InterruptedException {
        List<CountDownLatch> searches = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            searches.add(search(LeavingClient.at("192.0.2." + i)));
        }
        assertThat(ask(LeavingClient.at("192.0.2.200"), "providers/" + CID).status())
                .isEqualTo(429);
        assertThat(ask(LeavingClient.at("192.0.2.200"), NAME).status()).isEqualTo(429);
        LeavingClient other = LeavingClient.at("198.51.100.1");
        search(other);
        assertThat(answers.take())
                .as("what was not looked for long enough is not told to be nowhere")
                .isEqualTo(429);
        assertThat(searches.stream().filter(search -> search.getCount() == 0))
                .as("one search of the crowd is ended")
                .hasSize(1);
        assertThat(backend.open).hasValue(MOST);
        other.leave();
        assertThat(answers.take()).as("the search ends with its client").isEqualTo(200);
        assertThat(backend.open).hasValue(MOST - 1);
        search(LeavingClient.at("192.0.2.200"));
        searches.forEach(CountDownLatch::countDown);
    }

    @Test
    void theSearchForARecordEndsWithItsPlaceAndWithItsClient() throws InterruptedException {
        for (int i = 0; i < MOST; i++) {
            search(LeavingClient.at("192.0.2." + i), NAME);
        }
        LeavingClient other = LeavingClient.at("198.51.100.1");
        search(other, NAME);
        assertThat(answers.take()).as("one of the crowd").isEqualTo(429);
        assertThat(backend.open).hasValue(MOST);
        other.leave();
        answers.take();
        assertThat(backend.open).hasValue(MOST - 1);
    }
}
