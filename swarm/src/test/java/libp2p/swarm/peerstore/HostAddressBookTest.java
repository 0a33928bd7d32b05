package libp2p.swarm.peerstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.event.HostEvent.AddressesChanged;
import libp2p.core.event.Subscription;
import libp2p.core.peer.AddressBook.Entry;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.multiformats.multiaddr.Multiaddr;
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

    private static Multiaddr observer(int number) {
        return Multiaddr.parse("/ip4/9.9.9." + number + "/tcp/1");
    }

    @Test
    void announcesConfirmedAddressesSortedAndTellsOfChangesOnce() {
        play((simulation, book, events) -> {
            book.put(PUBLIC, Origin.CONFIGURED, State.CONFIRMED);
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            book.put(PUBLIC, Origin.MAPPED, State.CONFIRMED);
            book.put(OTHER, Origin.MAPPED, State.CANDIDATE);
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
                            new Entry(LOCAL, Origin.LISTEN, State.CONFIRMED),
                            new Entry(OTHER, Origin.MAPPED, State.CANDIDATE));
        });
    }

    @Test
    void theFilterKeepsAddressesBack() {
        play(1, HostAddressBook.Options.DEFAULT.withFilter(Multiaddr::isPublic), (simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
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
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            assertThat(book.announced()).hasSize(65);
        });
    }

    @Test
    void believesWhatFourObserversSay() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            for (int i = 1; i <= 3; i++) {
                book.observed(LOCAL, PUBLIC, observer(i));
                book.observed(LOCAL, PUBLIC, observer(i));
            }
            assertThat(book.announced()).containsExactly(LOCAL);
            book.observed(LOCAL, PUBLIC, observer(4));
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
            assertThat(book.entries()).contains(new Entry(PUBLIC, Origin.OBSERVED, State.CANDIDATE));
        });
    }

    @Test
    void aVerdictAboutAnObservedAddressIsNotOverwrittenByAnotherObserver() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            for (int i = 1; i <= 4; i++) {
                book.observed(LOCAL, PUBLIC, observer(i));
            }
            book.put(PUBLIC, Origin.OBSERVED, State.UNREACHABLE);
            book.observed(LOCAL, PUBLIC, observer(5));
            assertThat(book.announced()).containsExactly(LOCAL);
        });
    }

    @Test
    void oneObserverHasOneVoteThatExpires() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            for (int i = 1; i <= 4; i++) {
                book.observed(LOCAL, PUBLIC, observer(i));
            }
            book.observed(LOCAL, OTHER, observer(1));
            assertThat(book.announced()).as("one has changed its mind").containsExactly(LOCAL);
            book.observed(LOCAL, PUBLIC, observer(1));
            assertThat(book.announced()).hasSize(2);
            simulation.sleep(Duration.ofMinutes(41));
            book.observed(LOCAL, PUBLIC, observer(1));
            assertThat(book.announced()).as("only one vote is fresh").containsExactly(LOCAL);
        });
    }

    @Test
    void neighboursInOneIpv6NetworkAreOneObserver() {
        play((simulation, book, events) -> {
            Multiaddr local = Multiaddr.parse("/ip6/2a00::5/tcp/4001");
            Multiaddr seen = Multiaddr.parse("/ip6/2a01::7/tcp/4001");
            book.put(local, Origin.LISTEN, State.CONFIRMED);
            for (int i = 1; i < 100; i++) {
                book.observed(local, seen, Multiaddr.parse("/ip6/2a02::" + i + "/tcp/1"));
            }
            assertThat(book.announced()).containsExactly(local);
            for (int i = 1; i < 4; i++) {
                book.observed(local, seen, Multiaddr.parse("/ip6/2a02:0:0:" + i + "00::1/tcp/1"));
            }
            assertThat(book.announced()).containsExactly(local, seen);
        });
    }

    @Test
    void onlyThreeAddressesPerListenerAreBelievedTheMostSeenFirst() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            int number = 0;
            for (int port = 1; port <= 5; port++) {
                for (int votes = 0; votes < 3 + port; votes++) {
                    book.observed(LOCAL, Multiaddr.parse("/ip4/5.6.7.8/tcp/" + port), observer(++number));
                }
            }
            assertThat(book.announced()).extracting(Multiaddr::port).containsExactlyInAnyOrder(3, 4, 5, 4001);
        });
    }

    @Test
    void ignoresWhatCannotBeAnAddressOfThisHost() {
        play((simulation, book, events) -> {
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            for (String seen : List.of(
                    "/ip4/127.0.0.1/tcp/4001",
                    "/ip4/0.0.0.0/tcp/4001",
                    "/ip4/224.0.0.1/tcp/4001",
                    "/ip4/5.6.7.8/udp/4001/quic-v1",
                    "/ip6/2a00::1/tcp/4001",
                    "/dns4/example.com/tcp/4001",
                    "/ip4/5.6.7.8/tcp/4001/ws")) {
                for (int i = 1; i < 9; i++) {
                    book.observed(LOCAL, Multiaddr.parse(seen), observer(i));
                }
            }
            Multiaddr ephemeral = Multiaddr.parse("/ip4/192.168.1.5/tcp/51234");
            for (int i = 1; i < 9; i++) {
                book.observed(ephemeral, PUBLIC, observer(i));
                book.observed(LOCAL, LOCAL, observer(i));
                book.observed(
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
            book.put(LOCAL, Origin.LISTEN, State.CONFIRMED);
            for (int i = 0; i < 20_000; i++) {
                book.observed(
                        LOCAL,
                        Multiaddr.parse("/ip4/5.6.7.8/tcp/" + (1 + i)),
                        Multiaddr.parse("/ip4/9." + (i >> 8) + "." + (i & 255) + ".1/tcp/1"));
            }
            for (int i = 1; i <= 4; i++) {
                book.observed(LOCAL, PUBLIC, observer(i));
            }
            assertThat(book.announced()).containsExactly(PUBLIC, LOCAL);
        });
    }

    @Test
    void theLastAnnouncementIsTheLastEventWhoeverChangesTheBook() {
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
