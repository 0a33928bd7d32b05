package libp2p.swarm.peerstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.event.HostEvent.AddressReachabilityChanged;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.Subscription;
import libp2p.core.peer.AddressBook.Entry;
import libp2p.core.peer.AddressBook.Observation;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.swarm.events.BoundedEventBus;
import org.junit.jupiter.api.Test;

class HostAddressBookTest {
    private static final Multiaddr LOCAL = Multiaddr.parse("/ip4/192.168.1.5/tcp/4001");
    private static final Multiaddr PUBLIC = Multiaddr.parse("/ip4/5.6.7.8/tcp/4001");
    private static final Multiaddr OTHER = Multiaddr.parse("/ip4/5.6.7.8/tcp/5001");

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, HostAddressBook book, Subscription<AddressesChanged> events) throws Exception;
    }

    private static void play(int seeds, HostAddressBook.Options options, Scene scene) {
        for (long seed = 1; seed <= seeds; seed++) {
            Simulation.run(seed, simulation -> {
                var host = simulation.host("host");
                BoundedEventBus bus = new BoundedEventBus(host);
                scene.play(simulation, new HostAddressBook(host, bus, options), bus.subscribe(AddressesChanged.class));
            });
        }
    }

    private static void play(Scene scene) {
        play(1, HostAddressBook.Options.DEFAULT, scene);
    }

    /** A connection from where to where; it is open until it is told to have ended. */
    private static Connection connection(Multiaddr local, Multiaddr remote) {
        return connection(Direction.INBOUND, local, remote);
    }

    private static Connection connection(Direction direction, Multiaddr local, Multiaddr remote) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "localAddress" -> local;
                    case "remoteAddress" -> remote;
                    case "isOpen" -> true;
                    case "direction" -> direction;
                    case "isDirect" -> !remote.has(Protocol.P2P_CIRCUIT);
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static Connection see(HostAddressBook book, Multiaddr local, Multiaddr seen, Multiaddr remote) {
        Connection connection = connection(local, remote);
        book.observed(connection, seen);
        return connection;
    }

    /** Until what is believed may change again. */
    private static void settle(Simulation simulation) throws InterruptedException {
        simulation.sleep(Duration.ofSeconds(6));
    }

    private static Multiaddr observer(int number) {
        return Multiaddr.parse("/ip4/9.9.9." + number + "/tcp/1");
    }

    @Test
    void announcesAddressesSortedAndTellsOfChangesOnce() {
        play((simulation, book, events) -> {
            book.put(PUBLIC, Origin.CONFIGURED, State.CONFIRMED);
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            book.put(PUBLIC, Origin.MAPPED, State.CONFIRMED);
            book.put(OTHER, Origin.MAPPED, State.EXPIRED);
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
            assertThat(events.poll()).isEqualTo(new AddressesChanged(List.of(PUBLIC)));
            assertThat(events.poll()).isEqualTo(new AddressesChanged(List.of(PUBLIC, LOCAL)));
            assertThat(events.poll()).isNull();
            book.remove(PUBLIC, Origin.MAPPED);
            assertThat(events.poll()).as("still configured").isNull();
            book.put(PUBLIC, Origin.CONFIGURED, State.UNREACHABLE);
            assertThat(book.announced()).containsExactly(LOCAL);
            assertThat(events.poll()).isEqualTo(new AddressesChanged(List.of(LOCAL)));
            assertThat(book.entries())
                    .containsExactly(
                            new Entry(PUBLIC, Origin.CONFIGURED, State.UNREACHABLE),
                            new Entry(LOCAL, Origin.LISTEN, State.CANDIDATE),
                            new Entry(OTHER, Origin.MAPPED, State.EXPIRED));
        });
    }

    @Test
    void theFilterKeepsAddressesBack() {
        play(1, HostAddressBook.Options.DEFAULT.withFilter(Multiaddr::isPublic), (simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            book.put(PUBLIC, Origin.LISTEN, State.CONFIRMED);
            assertThat(book.announced()).containsExactly(PUBLIC);
        });
    }

    @Test
    void keepsABoundedNumberOfAddressesOfEachOrigin() {
        play((simulation, book, events) -> {
            for (int i = 1; i <= 100; i++) {
                book.put(Multiaddr.parse("/ip4/1.2.3.4/tcp/" + i), Origin.RELAY, State.CONFIRMED);
            }
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            assertThat(book.announced()).hasSize(65);
        });
    }

    @Test
    void believesWhatFourObserversSay() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (int i = 1; i <= 3; i++) {
                see(book, LOCAL, PUBLIC, observer(i));
                see(book, LOCAL, PUBLIC, observer(i));
            }
            assertThat(book.announced()).containsExactly(LOCAL);
            see(book, LOCAL, PUBLIC, observer(4));
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
            assertThat(book.entries()).contains(new Entry(PUBLIC, Origin.OBSERVED, State.CANDIDATE));
        });
    }

    @Test
    void aVerdictAboutAnObservedAddressIsNotOverwrittenByAnotherObserver() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (int i = 1; i <= 4; i++) {
                see(book, LOCAL, PUBLIC, observer(i));
            }
            book.put(PUBLIC, Origin.OBSERVED, State.UNREACHABLE);
            see(book, LOCAL, PUBLIC, observer(5));
            assertThat(book.announced()).containsExactly(LOCAL);
        });
    }

    @Test
    void aVoteCountsAsLongAsItsConnectionIsOpen() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            List<Connection> connections = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                connections.add(see(book, LOCAL, PUBLIC, observer(i)));
            }
            simulation.sleep(Duration.ofHours(20));
            book.put(OTHER, Origin.CONFIGURED, State.CANDIDATE);
            assertThat(book.announced())
                    .as("identify runs once, the connections are open")
                    .contains(PUBLIC);
            book.ended(connections.get(0));
            book.ended(connections.get(1));
            settle(simulation);
            assertThat(book.announced()).as("half of the observers keep it").contains(PUBLIC);
            book.ended(connections.get(2));
            settle(simulation);
            assertThat(book.announced()).doesNotContain(PUBLIC);
            see(book, LOCAL, PUBLIC, observer(5));
            settle(simulation);
            assertThat(book.announced()).as("once gone it needs four").doesNotContain(PUBLIC);
            assertThat(book.observations()).containsExactly(new Observation(PUBLIC, 2));
        });
    }

    @Test
    void oneObserverHasOneVoteHoweverManyConnections() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (int i = 0; i < 10; i++) {
                see(book, LOCAL, PUBLIC, observer(1));
            }
            settle(simulation);
            assertThat(book.announced()).containsExactly(LOCAL);
            assertThat(book.observations()).containsExactly(new Observation(PUBLIC, 1));
            Connection second = connection(LOCAL, observer(2));
            book.observed(second, PUBLIC);
            book.observed(second, OTHER);
            assertThat(book.observations())
                    .as("a connection's last vote counts")
                    .containsExactly(new Observation(PUBLIC, 1), new Observation(OTHER, 1));
        });
    }

    @Test
    void whatIsSeenOfOneTransportHoldsForAllOnItsPort() {
        play((simulation, book, events) -> {
            Multiaddr quic = Multiaddr.parse("/ip4/192.168.1.5/udp/4001/quic-v1");
            Multiaddr webTransport = Multiaddr.parse("/ip4/192.168.1.5/udp/4001/quic-v1/webtransport");
            Multiaddr other = Multiaddr.parse("/ip4/192.168.1.5/udp/4002/webrtc-direct");
            List.of(quic, webTransport, other, LOCAL).forEach(each -> book.put(each, Origin.LISTEN, State.CANDIDATE));
            Multiaddr anywhere = Multiaddr.parse("/ip4/0.0.0.0/udp/4001/quic-v1"); // what a wildcard socket knows
            for (int i = 1; i <= 2; i++) {
                see(book, anywhere, Multiaddr.parse("/ip4/5.6.7.8/udp/9001/quic-v1"), observer(i));
                see(
                        book,
                        Multiaddr.parse("/ip4/0.0.0.0/udp/4001/quic-v1/webtransport"),
                        Multiaddr.parse("/ip4/5.6.7.8/udp/9001/quic-v1/webtransport"),
                        observer(2 + i));
            }
            assertThat(book.announced())
                    .containsExactlyInAnyOrder(
                            quic,
                            webTransport,
                            other,
                            LOCAL,
                            Multiaddr.parse("/ip4/5.6.7.8/udp/9001/quic-v1"),
                            Multiaddr.parse("/ip4/5.6.7.8/udp/9001/quic-v1/webtransport"));
        });
    }

    @Test
    void whatIsBelievedChangesOnlyNowAndThen() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            events.poll();
            List<Connection> connections = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                connections.add(connection(LOCAL, observer(i)));
            }
            for (int round = 0; round < 80; round++) {
                Multiaddr seen = round % 2 == 0 ? PUBLIC : OTHER;
                connections.forEach(connection -> book.observed(connection, seen));
                simulation.sleep(Duration.ofMillis(100));
            }
            int changes = 0;
            while (events.poll() != null) {
                changes++;
            }
            assertThat(changes).isLessThanOrEqualTo(3); // in eight seconds
            book.close();
        });
    }

    @Test
    void whatStandsOnAMachineOnTheInternetSeesNoPrivateAddress() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (int i = 1; i < 9; i++) {
                see(book, LOCAL, Multiaddr.parse("/ip4/10.0.0.8/tcp/4001"), observer(i));
                see(book, LOCAL, Multiaddr.parse("/ip4/203.0.113.20/tcp/4001"), observer(10 + i));
            }
            assertThat(book.observations()).isEmpty();
        });
    }

    @Test
    void boundIsNotReachableUntilAPeerHasShownIt() {
        Simulation.run(1, simulation -> {
            var host = simulation.host("host");
            BoundedEventBus bus = new BoundedEventBus(host);
            HostAddressBook book = new HostAddressBook(host, bus);
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            book.put(PUBLIC, Origin.MAPPED, State.CANDIDATE);
            book.put(OTHER, Origin.CONFIGURED, State.CANDIDATE);
            try (var known = bus.subscribe(AddressReachabilityChanged.class)) {
                assertThat(known.poll())
                        .as("the current value")
                        .isEqualTo(new AddressReachabilityChanged(List.of(), List.of(), List.of(PUBLIC, OTHER, LOCAL)));
                book.put(PUBLIC, Origin.MAPPED, State.CONFIRMED);
                book.put(OTHER, Origin.CONFIGURED, State.UNREACHABLE);
                known.poll();
                assertThat(known.poll())
                        .isEqualTo(new AddressReachabilityChanged(List.of(PUBLIC), List.of(OTHER), List.of(LOCAL)));
            }
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
        });
    }

    @Test
    void theOwnerMaySayWhatIsAnnounced() {
        play(1, HostAddressBook.Options.DEFAULT.withAlso(List.of(PUBLIC)), (simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
        });
        play(1, HostAddressBook.Options.DEFAULT.withOnly(List.of(PUBLIC)), (simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            book.put(OTHER, Origin.MAPPED, State.CONFIRMED);
            assertThat(book.announced()).containsExactly(PUBLIC);
        });
    }

    @Test
    void neighboursInOneIpv6NetworkAreOneObserver() {
        play((simulation, book, events) -> {
            Multiaddr local = Multiaddr.parse("/ip6/2a00::5/tcp/4001");
            Multiaddr seen = Multiaddr.parse("/ip6/2a01::7/tcp/4001");
            book.put(local, Origin.LISTEN, State.CONFIRMED);
            for (int i = 1; i < 100; i++) {
                see(book, local, seen, Multiaddr.parse("/ip6/2a02::" + i + "/tcp/1"));
            }
            assertThat(book.announced()).containsExactly(local);
            for (int i = 1; i < 4; i++) {
                see(book, local, seen, Multiaddr.parse("/ip6/2a02:0:0:" + i + "00::1/tcp/1"));
            }
            assertThat(book.announced()).containsExactly(local, seen);
        });
    }

    @Test
    void onlyThreeAddressesPerListenerAreBelievedTheMostSeenFirst() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            int number = 0;
            for (int port = 1; port <= 5; port++) {
                for (int votes = 0; votes < 3 + port; votes++) {
                    see(book, LOCAL, Multiaddr.parse("/ip4/5.6.7.8/tcp/" + port), observer(++number));
                }
            }
            settle(simulation);
            assertThat(book.announced()).extracting(Multiaddr::port).containsExactlyInAnyOrder(3, 4, 5, 4001);
        });
    }

    @Test
    void ignoresWhatCannotBeAnAddressOfThisHost() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (String seen : List.of(
                    "/ip4/127.0.0.1/tcp/4001",
                    "/ip4/0.0.0.0/tcp/4001",
                    "/ip4/224.0.0.1/tcp/4001",
                    "/ip4/5.6.7.8/udp/4001/quic-v1",
                    "/ip6/2a00::1/tcp/4001",
                    "/dns4/example.com/tcp/4001",
                    "/ip4/5.6.7.8/tcp/4001/ws")) {
                for (int i = 1; i < 9; i++) {
                    see(book, LOCAL, Multiaddr.parse(seen), observer(i));
                }
            }
            Multiaddr ephemeral = Multiaddr.parse("/ip4/192.168.1.5/tcp/51234");
            for (int i = 1; i < 9; i++) {
                see(book, ephemeral, PUBLIC, observer(i));
                see(book, LOCAL, LOCAL, observer(i));
                see(
                        book,
                        LOCAL,
                        PUBLIC,
                        Multiaddr.parse("/ip4/9.9.9." + i
                                + "/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N/p2p-circuit"));
            }
            assertThat(book.announced()).containsExactly(LOCAL);
        });
    }

    @Test
    void aFloodOfObservationsIsBounded() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (int i = 0; i < 20_000; i++) {
                see(
                        book,
                        LOCAL,
                        Multiaddr.parse("/ip4/5.6.7.8/tcp/" + (1 + i)),
                        Multiaddr.parse("/ip4/9." + (i >> 8) + "." + (i & 255) + ".1/tcp/1"));
            }
            for (int i = 1; i <= 4; i++) {
                see(book, LOCAL, PUBLIC, observer(i));
            }
            settle(simulation);
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
        });
    }

    /** Forty machines with eight connections each, and an address for each of these. */
    @Test
    void strangersNeitherOutvoteNorPushOutThePeersThatTheHostHasChosen() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CANDIDATE);
            for (int i = 1; i <= 4; i++) {
                book.observed(connection(Direction.OUTBOUND, LOCAL, observer(i)), PUBLIC);
            }
            for (int i = 0; i < 320; i++) {
                see(
                        book,
                        LOCAL,
                        Multiaddr.parse("/ip4/5.6.7.8/tcp/" + (1 + i % 8)),
                        Multiaddr.parse("/ip4/9.1.1." + (1 + i / 8) + "/tcp/1"));
            }
            settle(simulation);
            assertThat(book.announced()).contains(PUBLIC);
            assertThat(book.observations().getFirst().address()).isEqualTo(PUBLIC);
        });
    }

    @Test
    void theLastAnnouncementIsTheLastEventWhicheverThreadChangesTheBook() {
        play(100, HostAddressBook.Options.DEFAULT, (simulation, book, events) -> {
            List<SimulatedTask> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Multiaddr own = Multiaddr.parse("/ip4/1.2.3.4/tcp/" + (1 + t));
                tasks.add(simulation.spawn("writer-" + t, () -> {
                    for (int i = 0; i < 5; i++) {
                        book.put(own, Origin.CONFIGURED, i % 2 == 0 ? State.CONFIRMED : State.EXPIRED);
                        simulation.schedulePoint();
                    }
                }));
            }
            for (SimulatedTask task : tasks) {
                task.join();
            }
            AddressesChanged last = null;
            AddressesChanged event;
            while ((event = events.poll()) != null) {
                last = event;
            }
            assertThat(book.announced()).hasSize(4);
            assertThat(last).isEqualTo(new AddressesChanged(book.announced()));
        });
    }
}
