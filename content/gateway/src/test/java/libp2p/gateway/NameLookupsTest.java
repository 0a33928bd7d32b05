package libp2p.gateway;

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
import java.util.function.IntFunction;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipns.DnsLink;
import libp2p.ipns.IpnsLimits;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** Clients that have a gateway look for names that are nowhere, or whose servers are silent. */
class NameLookupsTest {
    private static final SystemEnvironment SYSTEM = SystemEnvironment.shared();
    private static final String KNOWN = "k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w";
    private static final String HELLO = "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am";
    private static final String RECORD = "/ipns/" + KNOWN + "?format=ipns-record";
    private static final String NOWHERE = "k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f";

    private final BlockingQueue<CountDownLatch> begun = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

    /** Does not end by itself. */
    private void nowhere() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        open.incrementAndGet();
        begun.add(ended);
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            open.decrementAndGet();
        }
    }

    private static HttpResponse get(Gateway gateway, LeavingClient client, String host, String path) {
        return gateway.handle(HttpRequest.of("GET", path, Map.of("Host", host)).withContext(client));
    }

    private void later(Gateway gateway, LeavingClient client, String host, String path) {
        SYSTEM.start(
                "client", () -> answers.add(get(gateway, client, host, path).status()));
    }

    private List<CountDownLatch> attack(Gateway gateway, int requests, IntFunction<String> name)
            throws InterruptedException {
        List<CountDownLatch> held = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            later(gateway, LeavingClient.at("192.0.2." + i), "127.0.0.1", "/ipns/" + name.apply(i));
            held.add(begun.take());
        }
        return held;
    }

    @Test
    void namesThatAreNowhereLeaveSearchesToOtherNetworks() throws Exception {
        Names records = Fixtures.names();
        RecordNames names = new RecordNames(SYSTEM, RoutingLimits.DEFAULT, name -> {
            if (name.toString().equals(NOWHERE)) {
                nowhere();
            }
            return records.find(name.toString(), RequestContext.PATIENT).record();
        });
        Gateway gateway = new Gateway(Fixtures.blocks(), GatewayOptions.DEFAULT.withNames(names));
        attack(gateway, RoutingLimits.DEFAULT.searches(), i -> NOWHERE);
        for (int i = 0; i < 10; i++) {
            assertThat(get(gateway, LeavingClient.at("198.51.100.1"), "127.0.0.1", RECORD)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(answers.take()).isEqualTo(429);
        assertThat(open.get()).as("one search has made room").isEqualTo(RoutingLimits.DEFAULT.searches() - 1);
        LeavingClient leaving = LeavingClient.at("192.0.2.200");
        later(gateway, leaving, "127.0.0.1", "/ipns/" + NOWHERE);
        begun.take();
        assertThat(get(gateway, LeavingClient.at("192.0.2.201"), "127.0.0.1", RECORD)
                        .status())
                .as("of the crowd itself")
                .isEqualTo(429);
        leaving.leave();
        answers.take();
        assertThat(open.get()).as("a search ends with its client").isEqualTo(RoutingLimits.DEFAULT.searches() - 1);
    }

    @Test
    void domainsWhoseServersAreSilentLeaveTurnsToOtherNetworks() throws Exception {
        DnsLink domains = new DnsLink(SYSTEM, (name, deadline) -> {
            if (name.contains("silent")) {
                nowhere();
                return List.of();
            }
            return List.of("dnslink=/ipfs/" + HELLO);
        });
        Gateway gateway =
                new Gateway(Fixtures.blocks(), GatewayOptions.DEFAULT.withNames(new DnsLinkNames(SYSTEM, domains)));
        List<CountDownLatch> held = attack(gateway, IpnsLimits.DNSLINK_LOOKUPS, i -> i + ".silent.example");
        assertThat(get(gateway, LeavingClient.at("192.0.2.100"), "127.0.0.1", "/ipns/more.example")
                        .status())
                .as("of the crowd itself")
                .isEqualTo(429);
        CountDownLatch asks = new CountDownLatch(1);
        SYSTEM.start("honest client", () -> {
            asks.countDown();
            answers.add(get(gateway, LeavingClient.at("198.51.100.1"), "127.0.0.1", "/ipns/honest.example")
                    .status());
        });
        asks.await();
        held.getFirst().countDown();
        assertThat(List.of(answers.take(), answers.take()))
                .as("that of the domain without a record, and then that of the other network")
                .containsExactlyInAnyOrder(500, 200);
        held.forEach(CountDownLatch::countDown);
    }
}
