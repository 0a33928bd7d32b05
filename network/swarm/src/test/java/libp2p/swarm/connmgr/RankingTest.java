package libp2p.swarm.connmgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import libp2p.core.connection.Connection;
import libp2p.core.host.Decay;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.Simulation;
import libp2p.swarm.testing.FakeConnection;
import libp2p.swarm.testing.FakeHost;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

/** Which connections stay: strangers take no place of peers that have shown what they are worth, or were there first. */
class RankingTest {
    private static final int PLACES = 16;
    private static final TrimmingLimits FULL_OF_PLACES = TrimmingLimits.DEFAULT
            .withMarks(PLACES, PLACES + 4)
            .withTimes(Duration.ofMinutes(1), Duration.ofSeconds(10));

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, FakeHost host, TrimmingConnectionManager manager) throws Exception;
    }

    private static void play(Scene scene) {
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"));
            TrimmingConnectionManager manager = new TrimmingConnectionManager(host, FULL_OF_PLACES);
            scene.play(simulation, host, manager);
            manager.close();
        });
    }

    /** An address of an IP group by number. */
    private static Multiaddr address(int group, int number) {
        return Multiaddr.parse("/ip4/91." + group + "." + number / 250 + "." + number % 250 + "/tcp/4001");
    }

    /** A connection of a peer that has an IP group for itself. */
    private static FakeConnection connect(FakeHost host, int peer) {
        return host.connect(Peers.id(peer), Direction.INBOUND, address(peer % 250, 1), false);
    }

    private static List<FakeConnection> connect(FakeHost host, int from, int to) {
        return IntStream.range(from, to).mapToObj(peer -> connect(host, peer)).toList();
    }

    private static List<PeerId> left(FakeHost host) {
        return host.connections().stream().map(Connection::remotePeer).toList();
    }

    private static List<PeerId> peers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Peers::id).toList();
    }

    @Test
    void closesWhatIsWorthLeastFirst() {
        Simulation.run(1, simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"));
            TagBook tags = new TagBook(host.environment(), peer -> true, 100, 10);
            List<FakeConnection> best = new ArrayList<>(connect(host, 100, 100 + 2 * PLACES / 4));
            best.add(connect(host, 1));
            tags.shelter(Peers.id(1), "table");
            best.add(host.connect(Peers.id(2), Direction.INBOUND, address(2, 1), false));
            tags.set(Peers.id(2), "a", 5);
            best.add(host.connect(Peers.id(3), Direction.INBOUND, address(2, 2), false));
            best.add(host.connect(Peers.id(4), Direction.OUTBOUND, address(4, 1), false));
            best.add(host.connect(Peers.id(5), Direction.INBOUND, address(5, 1), false)
                    .withStreams(9));
            best.add(host.connect(Peers.id(2), Direction.INBOUND, address(6, 1), false));
            best.add(host.connect(Peers.id(7), Direction.INBOUND, address(2, 3), false));
            best.add(host.connect(Peers.id(8), Direction.OUTBOUND, address(8, 1), false));
            tags.set(Peers.id(8), "bad", -1);
            best.add(host.connect(Peers.id(9), Direction.OUTBOUND, address(9, 1), true)
                    .withStreams(9));
            tags.set(Peers.id(9), "a", 100);
            List<Long> order = Ranking.of(host.connections(), tags, 2 * PLACES).stream()
                    .sorted()
                    .map(candidate -> candidate.connection().id())
                    .toList();
            assertThat(order.reversed())
                    .as(
                            "the first, sheltered, of value, older, newer, with streams, second of a peer, crowded, bad, limited")
                    .isEqualTo(best.stream().map(FakeConnection::id).toList());
        });
    }

    @Test
    void strangersWithManyStreamsTakeNoPlaceOfThoseWhoWereThereFirst() {
        play((simulation, host, manager) -> {
            connect(host, 1, 11);
            simulation.sleep(Duration.ofMinutes(2));
            for (int wave = 1; wave <= 10; wave++) {
                connect(host, 100 * wave, 100 * wave + 20).forEach(stranger -> stranger.withStreams(4));
                simulation.sleep(Duration.ofSeconds(30));
                assertThat(left(host)).as("wave %s", wave).containsAll(peers(1, 11));
            }
            assertThat(host.connections()).hasSizeLessThanOrEqualTo(PLACES + 4);
        });
    }

    @Test
    void manyConnectionsOfAPeerAreWorthNoMoreThanOne() {
        play((simulation, host, manager) -> {
            connect(host, 1, PLACES);
            for (int i = 0; i < 30; i++) {
                connect(host, 50);
            }
            manager.tag(Peers.id(50), "useful", 5);
            simulation.sleep(Duration.ofMinutes(2));
            manager.trim();
            simulation.settle();
            assertThat(left(host)).containsAll(peers(1, PLACES)).containsOnlyOnce(Peers.id(50));
        });
    }

    @Test
    void aQuarterOfThePlacesIsShelteredAtMostAndTheFirstHaveTheRoom() {
        play((simulation, host, manager) -> {
            connect(host, 100, 104); // who was there before has a quarter too
            connect(host, 1, 11);
            peers(1, 11).forEach(peer -> manager.shelter(peer, "table"));
            connect(host, 20, 40);
            peers(20, 40).forEach(peer -> manager.tag(peer, "useful", 1));
            simulation.sleep(Duration.ofMinutes(2));
            manager.trim();
            simulation.settle();
            assertThat(left(host))
                    .hasSize(PLACES)
                    .containsAll(peers(100, 104))
                    .containsAll(peers(1, 5))
                    .containsAll(peers(20, 28));
            manager.unshelter(Peers.id(1), "table");
            connect(host, 50, 60);
            peers(50, 60).forEach(peer -> manager.tag(peer, "useful", 2));
            simulation.sleep(Duration.ofMinutes(2));
            manager.trim();
            simulation.settle();
            assertThat(left(host)).doesNotContain(Peers.id(1)).containsAll(peers(2, 5));
        });
    }

    @Test
    void twoPeersOfAnIpGroupAreShelteredAtMost() {
        play((simulation, host, manager) -> {
            for (int peer = 1; peer <= PLACES; peer++) {
                host.connect(Peers.id(peer), Direction.INBOUND, address(7, peer), false);
                manager.shelter(Peers.id(peer), "table");
            }
            connect(host, 20, 40);
            peers(20, 40).forEach(peer -> manager.tag(peer, "useful", 1));
            simulation.sleep(Duration.ofMinutes(2));
            manager.trim();
            simulation.settle();
            assertThat(left(host))
                    .hasSize(PLACES)
                    .contains(Peers.id(1), Peers.id(2))
                    .containsAll(peers(20, 34));
        });
    }

    @Test
    void ofPeersOfTheSameValueThoseOfACrowdedIpGroupGoFirst() {
        play((simulation, host, manager) -> {
            for (int peer = 100; peer < 120; peer++) {
                host.connect(Peers.id(peer), Direction.INBOUND, address(200, peer), false);
            }
            simulation.sleep(Duration.ofMinutes(2));
            for (int peer = 1; peer < PLACES; peer += 3) { // as many as newcomers find room
                connect(host, peer, peer + 3);
                simulation.sleep(Duration.ofMinutes(2));
            }
            manager.trim();
            simulation.settle();
            assertThat(left(host)).containsAll(peers(1, PLACES)).contains(Peers.id(100));
        });
    }

    @Test
    void aNewcomerThatShowsItsWorthStaysWhereStrangersFillTheRest() {
        play((simulation, host, manager) -> {
            connect(host, 100, 100 + PLACES + 4).forEach(stranger -> stranger.withStreams(4));
            simulation.sleep(Duration.ofMinutes(2));
            connect(host, 1);
            manager.tag(Peers.id(1), "useful", 1);
            for (int wave = 2; wave <= 6; wave++) {
                connect(host, 100 * wave, 100 * wave + 40).forEach(stranger -> stranger.withStreams(4));
                simulation.sleep(Duration.ofMinutes(2));
                assertThat(left(host)).as("wave %s", wave).contains(Peers.id(1));
            }
        });
    }

    @Test
    void strangersThatShowMoreThanThoseWhoWereThereFirstDoNotTakeAQuarterOfThePlaces() {
        play((simulation, host, manager) -> {
            connect(host, 1, 11);
            simulation.sleep(Duration.ofMinutes(2));
            for (int wave = 1; wave <= 10; wave++) {
                connect(host, 100 * wave, 100 * wave + 20);
                peers(100 * wave, 100 * wave + 20).forEach(peer -> manager.tag(peer, "talkative", 25));
                simulation.sleep(Duration.ofMinutes(2));
                assertThat(left(host)).as("wave %s", wave).containsAll(peers(1, 1 + PLACES / 4));
            }
            assertThat(left(host)).as("those with less to show").doesNotContainAnyElementsOf(peers(5, 11));
        });
    }

    @Test
    void thoseWhoWereThereFirstAreNoSeniorsWithABadNameOrOutOfOneIpGroup() {
        play((simulation, host, manager) -> {
            connect(host, 1);
            manager.tag(Peers.id(1), "bad", -1);
            for (int peer = 2; peer < 12; peer++) {
                host.connect(Peers.id(peer), Direction.INBOUND, address(7, peer), false);
            }
            connect(host, 20, 40);
            peers(20, 40).forEach(peer -> manager.tag(peer, "useful", 1));
            simulation.sleep(Duration.ofMinutes(2));
            manager.trim();
            simulation.settle();
            assertThat(left(host)).hasSize(PLACES).contains(Peers.id(2)).containsAll(peers(20, 35));
        });
    }

    /** Else all would be the first on a small machine, whose marks are far away when its memory is short. */
    @Test
    void theFirstHaveAQuarterOfTheConnectionsThatThereAreWhenMemoryIsShort() {
        play((simulation, host, manager) -> {
            connect(host, 1, 9);
            peers(5, 9).forEach(peer -> manager.tag(peer, "useful", 1));
            simulation.settle();
            host.machine().runShortOfMemory();
            simulation.settle();
            assertThat(left(host))
                    .containsAll(peers(1, 3))
                    .containsAll(peers(5, 9))
                    .hasSize(6);
        });
    }

    @Test
    void bumpsEndAtACeiling() {
        play((simulation, host, manager) -> {
            var deliveries = manager.decayingTag("deliveries", Decay.step(Duration.ofMinutes(10), 1));
            for (int i = 0; i < 100; i++) {
                deliveries.bump(Peers.id(1), 1, 15);
            }
            assertThat(manager.value(Peers.id(1))).as("the ceiling").isEqualTo(15);
            deliveries.bump(Peers.id(1), 10);
            deliveries.bump(Peers.id(1), 1, 15);
            assertThat(manager.value(Peers.id(1)))
                    .as("what is above a ceiling stays")
                    .isEqualTo(25);
        });
    }

    @Test
    void marksLieBelowTheLimitsOfTheResourceManager() {
        WaterMarks marks = new WaterMarks(160, 192);
        assertThat(marks.within(Long.MAX_VALUE)).isEqualTo(marks);
        assertThat(marks.within(220)).isEqualTo(marks);
        assertThat(marks.within(64)).isEqualTo(new WaterMarks(46, 56));
        assertThat(marks.within(1))
                .as("room for one is room for one")
                .extracting(WaterMarks::high)
                .isEqualTo(1);
        assertThat(marks.within(-3)).isEqualTo(new WaterMarks(0, 0));
    }
}
