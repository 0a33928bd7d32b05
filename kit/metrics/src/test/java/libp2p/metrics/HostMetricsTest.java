package libp2p.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.metrics.CounterSource;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.testing.SourceTree;
import libp2p.protocols.echo.Echo;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostMetricsTest {
    private static final Pattern USED = Pattern.compile("libp2p_[a-z_]+");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(libp2p_[a-z_]+)` \\|");
    private static final Pattern EXPORTED = Pattern.compile("(?m)^# TYPE (libp2p_[a-z_]+) ");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HostMetrics metrics = new HostMetrics(registry, MetricsLimits.DEFAULT);

    @AfterEach
    void close() {
        registry.close();
    }

    private interface Body {
        void run(Host client, PeerAddress server) throws Exception;
    }

    /** A service of another project, which counts. */
    private static final class Chess implements HostService, CounterSource {
        @Override
        public void start(Host host) {}

        @Override
        public List<Counter> counters() {
            return List.of(new Counter("chess", "games", () -> 7));
        }

        @Override
        public void close() {}
    }

    @Test
    void countersOfServicesAreShown() throws Exception {
        hosts((client, server) -> {
            System.gc(); // the registry holds their objects weakly
            assertThat(registry.scrape())
                    .contains("libp2p_service_events_total{event=\"games\",service=\"chess\"} 7.0");
        });
    }

    /** Two hosts, the client with these metrics and a limit of two outbound streams of one protocol. */
    private void hosts(Body body) throws Exception {
        ResourceLimits limits = ResourceLimits.unlimited();
        limits = limits.with(
                ScopeKind.PROTOCOL, "/echo/1.0.0", limits.of(ScopeKind.PROTOCOL).withStreams(2, 2, 2));
        limits = limits.with(ScopeKind.SYSTEM, limits.of(ScopeKind.SYSTEM).withMemory(1 << 30));
        try (Host server = Libp2p.host()
                        .listen("/ip4/127.0.0.1/tcp/0")
                        .with(new Echo())
                        .start();
                Host client = Libp2p.host()
                        .resources(new CountingResourceManager(SystemEnvironment.shared(), limits))
                        .observer(metrics)
                        .with(new Chess())
                        .start()) {
            metrics.watch(client);
            body.run(client, PeerAddress.of(server.peerId(), server.addresses()));
        }
    }

    private double bytes(String name, String direction, String... tags) {
        return registry.get(name).tags(tags).tag("dir", direction).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    @Test
    void countsThePayloadOfAProtocolAndAPeerExactly() throws Exception {
        hosts((client, server) -> {
            for (int i = 1; i <= 10; i++) {
                byte[] payload = new byte[1000 * i];
                byte[] answer = client.open(server, "/echo/1.0.0", stream -> {
                    stream.write(payload);
                    stream.closeWrite();
                    return stream.input().readAllBytes();
                });
                assertThat(answer).hasSize(payload.length);
            }
            String peer = client.connections().getFirst().remotePeer().toString();
            for (String direction : new String[] {"inbound", "outbound"}) {
                assertThat(registry.get(Names.PROTOCOL_TRAFFIC)
                                .tag("protocol", "/echo")
                                .functionCounters())
                        .hasSize(2);
                double echoed = registry.get(Names.PROTOCOL_TRAFFIC)
                        .tag("protocol", "/echo")
                        .tag("dir", direction)
                        .functionCounter()
                        .count();
                assertThat(echoed).as(direction).isEqualTo(55_000);
                assertThat(bytes(Names.TRAFFIC, direction)).isGreaterThanOrEqualTo(55_000);
                assertThat(bytes(Names.PEER_TRAFFIC, direction, "peer", peer)).isGreaterThanOrEqualTo(55_000);
            }
        });
    }

    @Test
    void countsConnectionsUntilTheyEnd() throws Exception {
        hosts((client, server) -> {
            Subscription<ConnectednessChanged> events = client.events().subscribe(ConnectednessChanged.class);
            client.connect(server);
            assertThat(registry.get(Names.CONNECTIONS).gauge().value()).isEqualTo(1);
            assertThat(registry.get(Names.CONNECTIONS_OPENED)
                            .tags("dir", "outbound", "transport", "tcp", "security", "/noise", "ip_version", "ip4")
                            .counter()
                            .count())
                    .isEqualTo(1);
            client.connections().getFirst().close(0, "enough");
            ConnectednessChanged event = events.take(Deadline.NONE);
            while (event != null && event.connectedness() != Connectedness.NOT_CONNECTED) {
                event = events.take(Deadline.NONE);
            }
            assertThat(registry.get(Names.CONNECTIONS).gauge().value()).isZero();
            assertThat(registry.get(Names.CONNECTIONS_CLOSED).counter().count()).isEqualTo(1);
        });
    }

    @Test
    void showsTheSameAsTheReportOfTheResourceManager() throws Exception {
        hosts((client, server) -> {
            refuseOneStream(client, server);
            metrics.refresh();
            assertThat(registry.get(Names.RESOURCE_BLOCKED)
                            .tags("scope", "protocol", "resource", "streamsOutbound")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(client.resourceManager().report().refusals())
                    .singleElement()
                    .satisfies(refusal -> assertThat(refusal.count()).isEqualTo(1));
            assertThat(registry.get(Names.RESOURCE_LIMIT)
                            .tags("scope", "system", "resource", "memory")
                            .gauge()
                            .value())
                    .isEqualTo(1 << 30);
            assertThat(registry.get(Names.RESOURCE_USED)
                            .tags("scope", "system", "resource", "connectionsOutbound")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        });
    }

    private static void refuseOneStream(Host client, PeerAddress server) throws IOException {
        client.open(server, "/echo/1.0.0");
        client.open(server, "/echo/1.0.0");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.open(server, "/echo/1.0.0"))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void theDashboardAndTheDocumentationHaveEveryMeterAndNothingElse() throws Exception {
        hosts((client, server) -> {
            refuseOneStream(client, server);
            client.connections().getFirst().close(0, "enough");
            metrics.dialed("tcp", 1, new IOException("unreachable"));
            metrics.inboundFailed("tcp", new IOException("nonsense"));
            metrics.negotiated(Direction.INBOUND, null, 1);
            metrics.refused("accept", new IOException("gated"));
        });
        metrics.refresh();
        String dashboard = Files.readString(SourceTree.root().resolve("docs/grafana/libp2p.json"));
        Set<String> exported = names(EXPORTED, registry.scrape());
        assertThat(names(USED, dashboard)).isEqualTo(exported);
        String documentation = Files.readString(SourceTree.root().resolve("docs/metrics.md"));
        Set<String> documented = names(DOCUMENTED, documentation);
        // The program counts these, where pubsub and hole punching run.
        documented.removeIf(name -> name.startsWith("libp2p_pubsub_") || name.startsWith("libp2p_holepunch_"));
        assertThat(documented).isEqualTo(exported);
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(result.groupCount()))
                .map(name -> name.replaceAll("_(bucket|sum|count|max)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void protocolsBeyondTheLimitAreCountedTogether() {
        SimpleMeterRegistry small = new SimpleMeterRegistry();
        ProtocolMeters protocols = new ProtocolMeters(small, 3);
        protocols.of(null);
        for (int i = 0; i < 100; i++) {
            protocols.of("/protocol-" + i + "/1.0.0").traffic.in.add(1);
            protocols.of("/protocol-" + i + "/2.0.0").traffic.in.add(1);
        }
        assertThat(small.get(Names.PROTOCOL_TRAFFIC).tag("dir", "inbound").functionCounters())
                .hasSize(5)
                .extracting(counter -> counter.getId().getTag("protocol") + "=" + (int) counter.count())
                .containsExactlyInAnyOrder("none=0", "/protocol-0=2", "/protocol-1=2", "/protocol-2=2", "other=194");
        assertThat(small.get(Names.TRAFFIC)
                        .tag("dir", "inbound")
                        .functionCounter()
                        .count())
                .isEqualTo(200);
    }

    @Test
    void strangersDoNotMakeTheMetersOfPeersGrow() {
        SimpleMeterRegistry small = new SimpleMeterRegistry();
        PeerMeters peers = new PeerMeters(small, 4);
        var all = IntStream.range(0, 20)
                .mapToObj(i -> Identity.generate(SystemEnvironment.shared()).peerId())
                .toList();
        for (var peer : all) {
            peers.traffic(peer).out.add(1);
            peers.traffic(all.getFirst()).out.add(1); // keeps its place
        }
        assertThat(small.get(Names.PEER_TRAFFIC).tag("dir", "outbound").functionCounters())
                .hasSize(4)
                .filteredOn(counter ->
                        all.getFirst().toString().equals(counter.getId().getTag("peer")))
                .singleElement()
                .satisfies(counter -> assertThat(counter.count()).isEqualTo(21));
    }
}
