package libp2p.swarm.connmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.host.Decay;
import libp2p.core.host.DecayingTag;
import libp2p.core.resource.Direction;
import libp2p.simulator.Simulation;
import libp2p.swarm.testing.FakeConnection;
import libp2p.swarm.testing.FakeHost;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class TrimmingConnectionManagerTest {
    private static final TrimmingLimits SMALL =
            TrimmingLimits.DEFAULT.withMarks(10, 100).withTimes(Duration.ofMinutes(1), Duration.ofSeconds(10));

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, FakeHost host, TrimmingConnectionManager manager) throws Exception;
    }

    private static void play(TrimmingLimits options, Scene scene) {
        for (long seed = 1; seed <= 3; seed++) {
            Simulation.run(seed, simulation -> {
                FakeHost host = new FakeHost(simulation.host("host"));
                TrimmingConnectionManager manager = new TrimmingConnectionManager(host, options);
                scene.play(simulation, host, manager);
                manager.close();
                simulation.settle();
                assertThat(host.threads()).as("threads after close").isZero();
            });
        }
    }

    private static void connect(FakeHost host, int from, int to) {
        for (int peer = from; peer < to; peer++) {
            host.connect(peer, Direction.INBOUND);
        }
    }

    @Test
    void trimsToTheLowMarkWhenThereAreMoreThanTheHighMark() {
        play(SMALL.withTimes(Duration.ZERO, Duration.ofSeconds(10)), (simulation, host, manager) -> {
            connect(host, 1, 101);
            simulation.settle();
            assertThat(host.connections()).hasSize(100);
            connect(host, 101, 102);
            simulation.settle();
            assertThat(host.connections()).hasSize(10);
        });
    }

    @Test
    void saysWhyItClosedAConnection() {
        play(SMALL.withMarks(0, 0).withTimes(Duration.ZERO, Duration.ZERO), (simulation, host, manager) -> {
            FakeConnection connection = host.connect(1, Direction.INBOUND);
            simulation.settle();
            assertThat(connection.closeReason())
                    .isEqualTo(new CloseReason(
                            ErrorCode.CONNECTION_GARBAGE_COLLECTED, false, "too many connections", null));
        });
    }

    @Test
    void leavesProtectedPeersAndDoesNotCountThem() {
        play(SMALL.withTimes(Duration.ZERO, Duration.ofSeconds(10)), (simulation, host, manager) -> {
            for (int peer = 1; peer <= 50; peer++) {
                manager.protect(Peers.id(peer), "test");
            }
            connect(host, 1, 151);
            simulation.settle();
            assertThat(host.connections()).as("100 that count").hasSize(150);
            connect(host, 151, 152);
            simulation.sleep(Duration.ofSeconds(10));
            simulation.settle();
            assertThat(host.connections()).hasSize(60);
            for (int peer = 1; peer <= 50; peer++) {
                assertThat(host.connections(Peers.id(peer))).isNotEmpty();
            }
        });
    }

    @Test
    void aPeerIsProtectedUntilItsLastProtectionIsGivenBack() {
        play(SMALL, (simulation, host, manager) -> {
            manager.protect(Peers.id(1), "a");
            manager.protect(Peers.id(1), "b");
            assertThat(manager.unprotect(Peers.id(1), "a")).isTrue();
            assertThat(manager.isProtected(Peers.id(1))).isTrue();
            assertThat(manager.unprotect(Peers.id(1), "b")).isFalse();
            assertThat(manager.isProtected(Peers.id(1))).isFalse();
            assertThat(manager.unprotect(Peers.id(1), "b")).isFalse();
        });
    }

    @Test
    void newPeersAreLeftAloneUntilTheirGraceIsOver() {
        play(SMALL, (simulation, host, manager) -> {
            connect(host, 1, 60);
            simulation.sleep(Duration.ofSeconds(40));
            connect(host, 60, 101);
            simulation.sleep(Duration.ofSeconds(25));
            manager.trim();
            simulation.settle();
            assertThat(host.connections())
                    .as("ten of those whose grace is over, and all in grace")
                    .hasSize(10 + 41);
            simulation.sleep(Duration.ofMinutes(5));
            assertThat(host.connections())
                    .as("under the high mark nothing happens")
                    .hasSize(51);
            manager.trim();
            simulation.settle();
            assertThat(host.connections()).hasSize(10);
        });
    }

    @Test
    void newcomersDoNotPushOutThoseWhoWereThereBefore() {
        play(SMALL.withMarks(4, 6), (simulation, host, manager) -> {
            connect(host, 1, 5);
            simulation.sleep(Duration.ofMinutes(2));
            for (int wave = 0; wave < 20; wave++) {
                connect(host, 100 + 10 * wave, 105 + 10 * wave);
                simulation.sleep(Duration.ofSeconds(15));
                for (int honest = 1; honest < 5; honest++) {
                    assertThat(host.connections(Peers.id(honest)))
                            .as("honest %s in wave %s", honest, wave)
                            .isNotEmpty();
                    manager.tag(Peers.id(honest), "useful", 1);
                }
                assertThat(host.connections()).hasSizeLessThanOrEqualTo(6);
            }
        });
    }

    @Test
    void ofNewcomersTheNewestInboundOnesGoFirst() {
        play(SMALL.withMarks(4, 6), (simulation, host, manager) -> {
            for (int peer = 1; peer <= 4; peer++) {
                host.connect(peer, Direction.OUTBOUND);
            }
            connect(host, 5, 11);
            simulation.settle();
            assertThat(host.connections())
                    .extracting(connection -> connection.remotePeer())
                    .containsExactly(Peers.id(1), Peers.id(2), Peers.id(3), Peers.id(4), Peers.id(5), Peers.id(6));
        });
    }

    @Test
    void trimsAgainOnlyAfterTheSilence() {
        play(SMALL.withTimes(Duration.ZERO, Duration.ofSeconds(10)), (simulation, host, manager) -> {
            connect(host, 1, 102);
            simulation.settle();
            assertThat(host.connections()).hasSize(10);
            simulation.sleep(Duration.ofSeconds(9));
            connect(host, 200, 300);
            simulation.settle();
            assertThat(host.connections()).hasSize(110);
            simulation.sleep(Duration.ofSeconds(1));
            simulation.settle();
            assertThat(host.connections()).hasSize(10);
        });
    }

    @Test
    void anIdleHostHasNoTimer() {
        Simulation.of(1).limitTurns(1000).run(simulation -> {
            FakeHost host = new FakeHost(simulation.host("host"));
            TrimmingConnectionManager manager = new TrimmingConnectionManager(host, SMALL);
            connect(host, 1, 90);
            simulation.sleep(Duration.ofHours(23));
            manager.close();
        });
    }

    @Test
    void trimLeavesTheMostValuable() {
        play(SMALL.withMarks(3, 1000).withTimes(Duration.ZERO, Duration.ZERO), (simulation, host, manager) -> {
            connect(host, 1, 11);
            manager.tag(Peers.id(2), "a", 7);
            manager.tag(Peers.id(5), "a", 3);
            manager.tag(Peers.id(5), "b", 5);
            manager.tag(Peers.id(9), "a", 1);
            simulation.settle();
            manager.trim();
            simulation.settle();
            assertThat(host.connections())
                    .extracting(connection -> connection.remotePeer())
                    .containsExactly(Peers.id(2), Peers.id(5), Peers.id(9));
        });
    }

    @Test
    void tagsAreReplacedSummedAndTakenAway() {
        play(SMALL, (simulation, host, manager) -> {
            manager.tag(Peers.id(1), "a", 5);
            manager.tag(Peers.id(1), "a", 6);
            manager.tag(Peers.id(1), "b", -2);
            assertThat(manager.value(Peers.id(1))).isEqualTo(4);
            manager.untag(Peers.id(1), "a");
            assertThat(manager.value(Peers.id(1))).isEqualTo(-2);
            manager.tag(Peers.id(1), "c", Integer.MIN_VALUE);
            assertThat(manager.value(Peers.id(1))).as("saturates").isEqualTo(Integer.MIN_VALUE);
            assertThat(manager.value(Peers.id(2))).isZero();
        });
    }

    @Test
    void decayingTagsShrinkWithTime() {
        play(SMALL, (simulation, host, manager) -> {
            DecayingTag served = manager.decayingTag("served", Decay.factor(Duration.ofMinutes(1), 0.5));
            DecayingTag asked = manager.decayingTag("asked", Decay.step(Duration.ofSeconds(10), 3));
            served.bump(Peers.id(1), 100);
            asked.bump(Peers.id(1), 10);
            assertThat(manager.value(Peers.id(1))).isEqualTo(110);
            simulation.sleep(Duration.ofSeconds(30));
            assertThat(manager.value(Peers.id(1))).isEqualTo(101);
            simulation.sleep(Duration.ofSeconds(30));
            assertThat(manager.value(Peers.id(1))).isEqualTo(50);
            served.bump(Peers.id(1), 10);
            simulation.sleep(Duration.ofMinutes(2));
            assertThat(manager.value(Peers.id(1))).isEqualTo(15);
            served.bump(Peers.id(1), Integer.MAX_VALUE);
            served.bump(Peers.id(1), Integer.MAX_VALUE);
            assertThat(manager.value(Peers.id(1))).isEqualTo(Integer.MAX_VALUE);
            simulation.sleep(Duration.ofHours(2));
            assertThat(manager.value(Peers.id(1))).isZero();
            asked.bump(Peers.id(2), 100);
            served.bump(Peers.id(2), 100);
            served.close();
            served.bump(Peers.id(2), 100);
            asked.remove(Peers.id(2));
            assertThat(manager.value(Peers.id(2))).isZero();
        });
    }

    @Test
    void aQuarterOfTheConnectionsIsClosedWhenMemoryIsShortWorthLeastFirstWhateverTheGrace() {
        play(SMALL, (simulation, host, manager) -> {
            connect(host, 1, 9);
            for (int peer = 1; peer <= 4; peer++) {
                manager.tag(Peers.id(peer), "useful", 10);
            }
            manager.protect(Peers.id(5), "friend");
            FakeConnection heavy = host.connect(20, Direction.OUTBOUND);
            heavy.scope().reserve(1 << 20, 255);
            FakeConnection light = host.connect(21, Direction.INBOUND);
            light.scope().reserve(1 << 10, 255);
            simulation.settle();
            host.machine().runShortOfMemory();
            simulation.settle();
            assertThat(host.connections())
                    .as("3 of the 9 that are not protected")
                    .hasSize(7);
            assertThat(heavy.closeReason())
                    .isEqualTo(new CloseReason(ErrorCode.CONNECTION_GARBAGE_COLLECTED, false, "memory is short", null));
            assertThat(light.isOpen()).isFalse();
            assertThat(host.connections(Peers.id(8)))
                    .as("the newest of the rest")
                    .isEmpty();
        });
    }

    @Test
    void memoryThatIsShortIsTakenFromThoseThatHoldItHoweverMuchTheyHaveShown() {
        play(SMALL, (simulation, host, manager) -> {
            connect(host, 1, 9);
            FakeConnection greedy = host.connect(20, Direction.INBOUND);
            greedy.scope().reserve(8 << 20, 255);
            manager.tag(Peers.id(20), "talkative", 25);
            FakeConnection useful = host.connect(21, Direction.INBOUND);
            useful.scope().reserve(1 << 19, 255);
            manager.tag(Peers.id(21), "useful", 5);
            simulation.settle();
            host.machine().runShortOfMemory();
            simulation.settle();
            assertThat(greedy.isOpen()).as("8 MiB, and the best name").isFalse();
            assertThat(useful.isOpen()).as("what any connection may hold").isTrue();
            assertThat(host.connections()).hasSize(7);
        });
    }

    @Test
    void memoryThatStaysShortCostsAnotherPartAfterAPauseButNeverProtectedPeers() {
        play(SMALL.withRelief(0.5, Duration.ofSeconds(2)), (simulation, host, manager) -> {
            connect(host, 1, 18);
            manager.protect(Peers.id(17), "friend");
            simulation.settle();
            for (int collections = 0; collections < 5; collections++) { // one after the other, as in trouble
                host.machine().runShortOfMemory();
            }
            simulation.settle();
            assertThat(host.connections()).hasSize(9);
            simulation.sleep(Duration.ofMillis(1900));
            host.machine().runShortOfMemory();
            simulation.settle();
            assertThat(host.connections()).as("in the pause").hasSize(9);
            for (int left : new int[] {5, 3, 2, 1, 1}) {
                simulation.sleep(Duration.ofSeconds(2));
                host.machine().runShortOfMemory();
                simulation.settle();
                assertThat(host.connections()).hasSize(left);
            }
            assertThat(host.connections(Peers.id(17))).hasSize(1);
        });
    }

    @Test
    void reliefCanBeTurnedOffAndEndsWithTheManager() {
        play(SMALL.withRelief(0, Duration.ZERO), (simulation, host, manager) -> {
            connect(host, 1, 10);
            simulation.settle();
            host.machine().runShortOfMemory();
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(host.connections()).hasSize(9);
        });
        play(SMALL, (simulation, host, manager) -> {
            connect(host, 1, 10);
            simulation.settle();
            manager.close();
            host.machine().runShortOfMemory();
            simulation.sleep(Duration.ofSeconds(1));
            assertThat(host.connections()).hasSize(9);
        });
    }

    @Test
    void whatConnectedPeersHaveShownIsNotForgottenForThoseThatComeAndGo() {
        play(SMALL.withBounds(100, 3, 4), (simulation, host, manager) -> {
            connect(host, 1, 6);
            for (int peer = 1; peer < 6; peer++) {
                manager.tag(Peers.id(peer), "useful", 5);
            }
            simulation.settle();
            for (int peer = 1000; peer < 2000; peer++) {
                manager.tag(Peers.id(peer), "useful", 1);
            }
            for (int peer = 1; peer < 6; peer++) {
                assertThat(manager.value(Peers.id(peer))).as("peer %s", peer).isEqualTo(5);
            }
            assertThat(manager.value(Peers.id(1999))).isEqualTo(1);
            assertThat(manager.value(Peers.id(1000))).as("one that has gone").isZero();
        });
    }

    @Test
    void peersWhoseTagsWereNotTouchedForLongestAreForgottenFirst() {
        TrimmingLimits options = SMALL.withBounds(100, 3, 4);
        play(options, (simulation, host, manager) -> {
            for (int peer = 0; peer < 100; peer++) {
                manager.tag(Peers.id(peer), "a", 1);
            }
            manager.tag(Peers.id(0), "b", 1);
            for (int peer = 100; peer < 150; peer++) {
                manager.tag(Peers.id(peer), "a", 1);
            }
            assertThat(manager.value(Peers.id(0))).isEqualTo(2);
            assertThat(manager.value(Peers.id(1))).isZero();
            assertThat(manager.value(Peers.id(149))).isEqualTo(1);
            manager.tag(Peers.id(149), "b", 1);
            manager.tag(Peers.id(149), "c", 1);
            assertThatThrownBy(() -> manager.tag(Peers.id(149), "d", 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("3 tags");
        });
    }

    @Test
    void protectionsAreBounded() {
        TrimmingLimits options = SMALL.withBounds(2, 2, 4);
        play(options, (simulation, host, manager) -> {
            manager.protect(Peers.id(1), "a");
            manager.protect(Peers.id(2), "a");
            assertThatThrownBy(() -> manager.protect(Peers.id(3), "a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("2 peers are protected");
            manager.protect(Peers.id(2), "b");
            assertThatThrownBy(() -> manager.protect(Peers.id(2), "c")).isInstanceOf(IllegalStateException.class);
        });
    }
}
