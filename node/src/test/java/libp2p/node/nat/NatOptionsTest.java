package libp2p.node.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.mapping.MappingChanged;
import libp2p.nat.mapping.Method;
import libp2p.nat.mapping.PortProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The effects of the options about routers on a host, and the printed events, on loopback, which is assumed to be
 * public.
 */
class NatOptionsTest {
    private static final String[] ASSUMED = {"--assume-public", "127.0.0.0/8"};

    @TempDir
    Path folder;

    private final List<Host> hosts = new ArrayList<>();

    /** Keeps what is printed, by event. */
    private static final class Printed implements EventPrinter {
        private final BlockingQueue<Map<String, Object>> events = new LinkedBlockingQueue<>();

        @Override
        public void event(String name, String human, Object... fields) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("event", name);
            event.put("human", human);
            for (int i = 0; i < fields.length; i += 2) {
                event.put((String) fields[i], fields[i + 1]);
            }
            events.add(event);
        }

        Map<String, Object> await(Predicate<Map<String, Object>> wanted) throws InterruptedException {
            while (true) {
                Map<String, Object> event = events.take();
                if (wanted.test(event)) {
                    return event;
                }
            }
        }

        Map<String, Object> await(String name, Predicate<Map<String, Object>> wanted) throws InterruptedException {
            return await(event -> name.equals(event.get("event")) && wanted.test(event));
        }

        Map<String, Object> await(String name) throws InterruptedException {
            return await(name, event -> true);
        }
    }

    @AfterEach
    void close() {
        hosts.reversed().forEach(Host::close);
    }

    private static NatOptions parse(String... arguments) {
        NatOptions options = new NatOptions();
        new CommandLine(options)
                .parseArgs(java.util.stream.Stream.of(ASSUMED, arguments)
                        .flatMap(java.util.Arrays::stream)
                        .toArray(String[]::new));
        return options;
    }

    private Host start(NatOptions options, Printed printed) throws IOException {
        HostBuilder builder = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0");
        options.install(builder);
        Host host = builder.with(new ConnectionPrinter(printed)).start();
        hosts.add(host);
        options.follow(host, printed);
        return host;
    }

    private Host start(String... arguments) throws IOException {
        return start(parse(arguments), new Printed());
    }

    private static String fullAddress(Host host) {
        return host.addresses().getFirst() + "/p2p/" + host.peerId();
    }

    @Test
    void aReservationIsPrintedWithItsCircuitAndTheLimitsOfTheFile() throws Exception {
        Path limits = Files.writeString(folder.resolve("limits"), "circuit.bytes=70000\ncircuit.seconds=50\n");
        Host relay = start("--relay-service", "--relay-limits", limits.toString());
        Printed printed = new Printed();
        Host listener = start(parse("--relay", fullAddress(relay)), printed);
        Map<String, Object> reservation = printed.await("reservation");
        assertThat(reservation)
                .containsEntry("relay", relay.peerId())
                .containsEntry("addr", fullAddress(relay) + "/p2p-circuit/p2p/" + listener.peerId())
                .containsEntry("limit_bytes", 70_000L)
                .containsEntry("limit_seconds", 50L)
                .containsEntry("voucher", true);
        assertThat((long) reservation.get("expires"))
                .isGreaterThan(listener.environment().wallClock().getEpochSecond());
        relay.close();
        assertThat(printed.await("reservation-lost")).containsEntry("relay", relay.peerId());
    }

    @Test
    void aPlaceThatTheHostGotByListeningIsPrintedOnce() throws Exception {
        Host relay = start("--relay-service");
        NatOptions options = parse("--no-hole-punch");
        HostBuilder builder = Libp2p.host().listen(fullAddress(relay) + "/p2p-circuit");
        options.install(builder);
        Host host = builder.start();
        hosts.add(host);
        Printed printed = new Printed();
        options.follow(host, printed);
        assertThat(printed.await("reservation"))
                .containsEntry("addr", fullAddress(relay) + "/p2p-circuit/p2p/" + host.peerId());
        host.events().publish(new ReachabilityChanged(Reachability.PRIVATE));
        printed.await("reachability");
        assertThat(printed.events).noneMatch(event -> "reservation".equals(event.get("event")));
    }

    @Test
    void anAddressThroughARelayIsPrintedWithItsSourceAndState() throws Exception {
        Host relay = start("--relay-service");
        Printed printed = new Printed();
        start(parse("--relay", fullAddress(relay)), printed);
        assertThat(printed.await("address", event -> "relay".equals(event.get("source"))))
                .containsEntry("state", "confirmed")
                .containsEntry("addr", fullAddress(relay) + "/p2p-circuit");
    }

    @Test
    void aRelayWithoutLimitsGivesUnlimitedConnections() throws Exception {
        Host relay = start("--relay-service", "--relay-limits", "none");
        Printed printed = new Printed();
        start(parse("--relay", fullAddress(relay), "--no-hole-punch"), printed);
        Map<String, Object> reservation = printed.await("reservation");
        assertThat(reservation).containsEntry("limit_bytes", 0L).containsEntry("limit_seconds", 0L);
        Host dialer = start("--no-hole-punch");
        Connection made = dialer.connect(PeerAddress.parse((String) reservation.get("addr")));
        assertThat(made.isDirect()).isFalse();
        assertThat(made.isLimited()).isFalse();
    }

    @Test
    void unknownAndNegativeLimitsAreRefused() throws Exception {
        Path unknown = Files.writeString(folder.resolve("unknown"), "circuit.byte=1\n");
        assertThatThrownBy(() -> start("--relay-service", "--relay-limits", unknown.toString()))
                .hasMessageContaining("circuit.byte");
        Path negative = Files.writeString(folder.resolve("negative"), "circuit.bytes=-1\n");
        assertThatThrownBy(() -> start("--relay-service", "--relay-limits", negative.toString()))
                .hasMessageContaining("circuit.bytes");
        Path word = Files.writeString(folder.resolve("word"), "circuit.seconds=soon\n");
        assertThatThrownBy(() -> start("--relay-service", "--relay-limits", word.toString()))
                .hasMessageContaining("circuit.seconds is 'soon'");
    }

    @Test
    void aRelayedConnectionIsPrintedAndTheDirectOneThatReplacesIt() throws Exception {
        Host relay = start("--relay-service");
        Printed printed = new Printed();
        start(parse("--relay", fullAddress(relay)), printed);
        String circuit = (String) printed.await("reservation").get("addr");
        Host dialer = start();
        dialer.connect(PeerAddress.parse(circuit));
        Map<Object, Map<String, Object>> events = new HashMap<>();
        while (events.size() < 3) { // observers hear of a connection in turn, and the first may begin the reversal
            Map<String, Object> event = printed.await(any -> dialer.peerId().equals(any.get("peer")));
            if (event.get("event").equals("connection") || event.get("event").equals("punch")) {
                events.put(event.getOrDefault("direct", "punch"), event);
            }
        }
        assertThat(events.get(false))
                .containsEntry("limited", true)
                .containsEntry("inbound", true)
                .containsEntry("via", "dial")
                .containsEntry("attempt", 0)
                .containsKey("remote");
        assertThat(events.get(true)).containsEntry("limited", false).containsEntry("via", "reversal");
        assertThat(events.get("punch"))
                .containsEntry("peer", dialer.peerId())
                .containsEntry("attempt", 0)
                .containsEntry("via", "reversal")
                .containsEntry("result", "connected");
    }

    @Test
    void announcedAddressesAreToldWhateverIsFoundOut() throws Exception {
        Host host = start(
                "--announce", "/ip4/1.2.3.4/tcp/9", "/dns4/example.org/tcp/10", "--announce", "/ip4/1.2.3.5/tcp/9");
        assertThat(host.addresses())
                .contains(
                        Multiaddr.parse("/ip4/1.2.3.4/tcp/9"),
                        Multiaddr.parse("/dns4/example.org/tcp/10"),
                        Multiaddr.parse("/ip4/1.2.3.5/tcp/9"));
        assertThat(host.addressBook().entries())
                .filteredOn(entry -> entry.origin() == Origin.CONFIGURED)
                .hasSize(3);
    }

    @Test
    void aPeerIsStayedConnectedTo() throws Exception {
        Host peer = start();
        Host host = start("--connect", fullAddress(peer));
        try (Subscription<ConnectednessChanged> events = peer.events().subscribe(ConnectednessChanged.class)) {
            for (int i = 0; i < 2; i++) {
                while (peer.connections(host.peerId()).isEmpty()) {
                    assertThat(events.take(Deadline.NONE)).isNotNull();
                }
                if (i == 0) {
                    peer.connections(host.peerId()).forEach(connection -> connection.close(0, "the test wants it"));
                    ConnectednessChanged event;
                    do {
                        event = events.take(Deadline.NONE);
                        assertThat(event).isNotNull();
                    } while (event.connectedness() != Connectedness.NOT_CONNECTED);
                }
            }
        }
    }

    @Test
    void reachabilityAndMappingsArePrinted() throws Exception {
        Printed printed = new Printed();
        Host host = start(parse(), printed);
        printed.await("address");
        host.events().publish(new ReachabilityChanged(Reachability.PRIVATE));
        assertThat(printed.await("reachability")).containsEntry("state", "private");
        host.events()
                .publish(new MappingChanged(
                        Method.PMP,
                        PortProtocol.TCP,
                        4001,
                        InetAddress.ofLiteral("100.64.0.2"),
                        5001,
                        Duration.ofSeconds(120),
                        true,
                        true));
        assertThat(printed.await("mapping"))
                .containsEntry("protocol", "tcp")
                .containsEntry("inside", 4001)
                .containsEntry("outside", "100.64.0.2:5001")
                .containsEntry("lease", 120L)
                .containsEntry("method", "pmp")
                .containsEntry("state", "behind another router");
    }

    @Test
    void aMappingFromBeforeThePrinterIsPrintedAndOneThatHasEndedIsNot() throws Exception {
        Printed printed = new Printed();
        NatOptions options = parse("--no-hole-punch");
        HostBuilder builder = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0");
        options.install(builder);
        Host host = builder.start();
        hosts.add(host);
        host.events().publish(mapping(4001, true));
        host.events().publish(mapping(4002, true));
        host.events().publish(mapping(4001, false));
        options.follow(host, printed);
        host.events().publish(mapping(4003, true));
        assertThat(printed.await("mapping")).containsEntry("inside", 4002).containsEntry("state", "held");
        assertThat(printed.await("mapping")).containsEntry("inside", 4003);
    }

    private static MappingChanged mapping(int inside, boolean held) {
        return new MappingChanged(
                Method.PMP,
                PortProtocol.TCP,
                inside,
                InetAddress.ofLiteral("198.51.100.2"),
                inside,
                Duration.ofSeconds(120),
                held,
                false);
    }

    @Test
    void portsAreMappedOnlyWhereItIsAskedForAndNotForbidden() {
        assertThat(parse().natMap).isEmpty();
        assertThat(parse("--nat-map").natMap).containsExactly("pcp", "pmp", "upnp");
        assertThat(parse("--nat-map=pmp").natMap).containsExactly("pmp");
        assertThat(parse().portMapping()).isEmpty();
        assertThat(parse("--nat-map=upnp").portMapping()).containsExactly(Method.UPNP);
        assertThatThrownBy(() -> parse("--nat-map=magic").portMapping()).hasMessageContaining("magic");
    }
}
