package libp2p.swarm.connmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.resource.Direction;
import libp2p.simulator.Simulation;
import libp2p.swarm.testing.FakeHost;
import libp2p.swarm.testing.Peers;
import org.junit.jupiter.api.Test;

class KeepTest {
    private static final PeerAddress PEER = PeerAddress.of(Peers.id(1), List.of(Peers.address(1)));

    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, FakeHost host, TrimmingConnectionManager manager) throws Exception;
    }

    private static void play(Scene scene) {
        for (long seed = 1; seed <= 5; seed++) {
            Simulation.run(seed, simulation -> {
                FakeHost host = new FakeHost(simulation.host("host"));
                TrimmingConnectionManager manager = new TrimmingConnectionManager(
                        host, TrimmingLimits.DEFAULT.withMarks(0, 1).withTimes(Duration.ZERO, Duration.ZERO));
                scene.play(simulation, host, manager);
                manager.close();
                simulation.settle();
                assertThat(host.threads()).as("threads after close").isZero();
            });
        }
    }

    @Test
    void dialsAtOnceProtectsAndLeavesThePeerAloneWhileItIsConnected() {
        play((simulation, host, manager) -> {
            List<Duration> attempts = new ArrayList<>();
            host.dial((peer, options) -> {
                attempts.add(simulation.elapsed());
                assertThat(options.ignoreBackoff()).isTrue();
                return host.connect(1, Direction.OUTBOUND);
            });
            manager.keep(PEER);
            simulation.sleep(Duration.ofHours(3));
            assertThat(attempts).hasSize(1);
            assertThat(manager.isProtected(Peers.id(1))).isTrue();
            manager.trim();
            simulation.settle();
            assertThat(host.connections()).hasSize(1);
        });
    }

    @Test
    void redialsALostPeerWithGrowingPauses() {
        play((simulation, host, manager) -> {
            List<Duration> attempts = new ArrayList<>();
            boolean[] reachable = {true};
            host.dial((peer, options) -> {
                attempts.add(simulation.elapsed());
                if (!reachable[0]) {
                    throw new IOException("unreachable");
                }
                return host.connect(1, Direction.OUTBOUND);
            });
            manager.keep(PEER);
            simulation.sleep(Duration.ofMinutes(2));
            reachable[0] = false;
            Duration lost = simulation.elapsed();
            host.connections().forEach(connection -> connection.close(0, "cut"));
            simulation.sleep(Duration.ofHours(1));
            double expected = 1;
            Duration before = lost;
            for (Duration attempt : attempts.subList(1, attempts.size())) {
                double pause = attempt.minus(before).toMillis() / 1000.0;
                assertThat(pause).isCloseTo(expected, within(expected * 0.21));
                before = attempt;
                expected = Math.min(300, expected * 2);
            }
            assertThat(attempts.size()).isBetween(18, 24);
            reachable[0] = true;
            simulation.sleep(Duration.ofMinutes(5));
            assertThat(host.connections()).hasSize(1);
            int so = attempts.size();
            simulation.sleep(Duration.ofMinutes(2));
            host.connections().forEach(connection -> connection.close(0, "cut"));
            simulation.sleep(Duration.ofMillis(1500));
            assertThat(attempts)
                    .as("a stable connection starts the pauses anew")
                    .hasSize(so + 1);
            assertThat(host.connections()).hasSize(1);
        });
    }

    @Test
    void aPeerThatHangsUpAtOnceIsNotDialedEverFaster() {
        play((simulation, host, manager) -> {
            List<Duration> attempts = new ArrayList<>();
            host.dial((peer, options) -> {
                attempts.add(simulation.elapsed());
                Connection connection = host.connect(1, Direction.OUTBOUND);
                host.environment().schedule(1_000_000, () -> connection.close(0, "go away"));
                return connection;
            });
            manager.keep(PEER);
            simulation.sleep(Duration.ofHours(1));
            assertThat(attempts.size()).isBetween(17, 24);
        });
    }

    @Test
    void anInboundConnectionOfTheKeptPeerIsAsGood() {
        play((simulation, host, manager) -> {
            List<Duration> attempts = new ArrayList<>();
            host.dial((peer, options) -> {
                attempts.add(simulation.elapsed());
                throw new IOException("unreachable");
            });
            manager.keep(PEER);
            simulation.sleep(Duration.ofMinutes(1));
            host.connect(1, Direction.INBOUND);
            simulation.sleep(Duration.ofMinutes(1));
            int so = attempts.size();
            simulation.sleep(Duration.ofHours(5));
            assertThat(attempts).hasSize(so);
        });
    }

    @Test
    void closingTheRegistrationEndsTheDialAndTheProtectionButNotTheConnection() {
        play((simulation, host, manager) -> {
            boolean[] interrupted = {false};
            host.dial((peer, options) -> {
                while (true) {
                    host.environment().park(this, Deadline.NONE);
                    if (Thread.interrupted()) {
                        interrupted[0] = true;
                        Thread.currentThread().interrupt();
                        throw new InterruptedIOException("interrupted");
                    }
                }
            });
            Registration kept = manager.keep(PEER);
            Registration again = manager.keep(PEER);
            simulation.settle();
            host.connect(1, Direction.INBOUND);
            kept.close();
            kept.close();
            simulation.settle();
            assertThat(interrupted[0]).isTrue();
            assertThat(manager.isProtected(Peers.id(1))).as("kept twice").isTrue();
            again.close();
            assertThat(manager.isProtected(Peers.id(1))).isFalse();
            assertThat(host.connections()).hasSize(1);
        });
    }

    @Test
    void keepsABoundedNumberOfPeersAndOnlyKnownOnes() {
        play((simulation, host, manager) -> {
            assertThatThrownBy(() -> manager.keep(PeerAddress.of(Peers.address(1))))
                    .isInstanceOf(IllegalArgumentException.class);
            for (int i = 0; i < 1024; i++) {
                manager.keep(PeerAddress.of(Peers.id(i)));
            }
            assertThatThrownBy(() -> manager.keep(PEER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1024 peers are kept");
            manager.close();
            assertThatThrownBy(() -> manager.keep(PEER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        });
    }
}
