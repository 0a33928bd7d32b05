package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.NetworkChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Hosts whose machine joins and leaves networks: what they announce, whom they tell, and what becomes of connections.
 */
class NetworkChangeTest {
    private static final int SEEDS = 5;
    private static final Duration SOON = Duration.ofSeconds(7); // two looks are 5 s apart

    // Over the wire of the run, so that the class has them anew for each form.
    private final Multiaddr home = Multiaddr.parse(World.address("10.2.0.1"));
    private final Multiaddr away = Multiaddr.parse(World.address("10.3.0.1"));
    private final Multiaddr six = Multiaddr.parse(World.address("fd00::1"));

    private static TestNode laptop(World world) throws Exception {
        return world.node(
                world.simulation().host("laptop", "10.2.0.1"),
                builder -> {},
                World.address("0.0.0.0"),
                World.address("::"));
    }

    @Test
    void aNewInterfaceIsAnnouncedPushedAndDialed() {
        World.underSeeds(SEEDS, world -> {
            TestNode laptop = laptop(world);
            TestNode friend = world.node("friend");
            laptop.connect(friend);
            laptop.awaitIdentified();
            friend.awaitIdentified();
            assertThat(laptop.host().addresses()).contains(home).doesNotContain(away, six);
            laptop.environment().join("10.3.0.1");
            laptop.environment().join("fd00::1");
            laptop.environment().join("fe80::1");
            world.sleep(SOON);
            assertThat(laptop.host().addresses())
                    .contains(home, away, six)
                    .noneMatch(address -> address.toString().contains("fe80"));
            assertThat(friend.host().peerstore().addresses(laptop.id()))
                    .as("pushed to the friend")
                    .contains(away, six);
            TestNode other = world.node("other");
            other.host().connect(PeerAddress.of(laptop.id(), List.of(away)));
            assertThat(laptop.connections(friend))
                    .as("the old connection lives on")
                    .hasSize(1);
            laptop.ping(friend);
        });
    }

    @Test
    void whatIsGoneIsNoLongerAnnouncedAndItsConnectionsEnd() {
        World.underSeeds(SEEDS, world -> {
            TestNode laptop = laptop(world);
            TestNode friend = world.node("friend");
            laptop.environment().join("10.3.0.1");
            world.sleep(SOON);
            Connection overHome = friend.host().connect(PeerAddress.of(laptop.id(), List.of(home)));
            TestNode other = world.node("other");
            Connection overAway = other.host().connect(PeerAddress.of(laptop.id(), List.of(away)));
            laptop.awaitIdentified();
            other.awaitIdentified();
            laptop.environment().leave("10.2.0.1");
            world.sleep(SOON);
            assertThat(laptop.host().addresses()).contains(away).doesNotContain(home);
            assertThat(laptop.connections(friend)).isEmpty();
            assertThat(overAway.isOpen()).isTrue();
            assertThat(other.host().peerstore().addresses(laptop.id()))
                    .as("told that it has gone")
                    .contains(away)
                    .doesNotContain(home);
            other.ping(laptop);
            overHome.close(0, "its other end is silent");
        });
    }

    @Test
    void aKeptPeerIsReachedFromTheNewNetworkWithoutWaitingForTimeouts() {
        World.underSeeds(SEEDS, world -> {
            TestNode laptop = laptop(world);
            TestNode friend = world.node("friend");
            Registration kept = laptop.host().connectionManager().keep(friend.address());
            world.sleep(Duration.ofMinutes(2));
            laptop.environment().leave("10.2.0.1");
            world.sleep(Duration.ofMinutes(1));
            assertThat(laptop.connections(friend)).as("without a network").isEmpty();
            laptop.environment().join("10.3.0.1");
            world.sleep(Duration.ofMinutes(3));
            assertThat(laptop.connections(friend))
                    .singleElement()
                    .satisfies(connection -> assertThat(
                                    connection.localAddress().ip().getHostAddress())
                            .isEqualTo("10.3.0.1"));
            laptop.ping(friend);
            kept.close();
            friend.connections(laptop).forEach(connection -> connection.close(0, "done"));
        });
    }

    @Test
    void whatFailedOnTheOldNetworkMayBeDialedOnTheNewOneAtOnce() {
        World.underSeeds(SEEDS, world -> {
            TestNode laptop = laptop(world);
            TestNode friend = world.node("friend");
            laptop.environment().leave("10.2.0.1");
            assertThatThrownBy(() -> laptop.connect(friend)).isInstanceOf(DialException.class);
            assertThatThrownBy(() -> laptop.connect(friend))
                    .isInstanceOfSatisfying(
                            DialException.class,
                            refused -> assertThat(refused.causes().values())
                                    .singleElement()
                                    .satisfies(cause -> assertThat(cause).hasMessageContaining("failed a moment ago")));
            try (Subscription<NetworkChanged> events = laptop.host().events().subscribe(NetworkChanged.class)) {
                laptop.environment().join("10.3.0.1");
                Deadline deadline = Deadline.after(laptop.environment(), SOON);
                NetworkChanged change = events.take(deadline);
                while (change != null
                        && change.interfaces().stream()
                                .noneMatch(ip -> away.ip().equals(ip))) {
                    change = events.take(deadline);
                }
                assertThat(change).isNotNull();
            }
            laptop.connect(friend);
        });
    }

    @Test
    void aListenerOnOneInterfaceIsAnnouncedWhileTheInterfaceIsThere() {
        World.underSeeds(SEEDS, world -> {
            TestNode server = world.node(
                    world.simulation().host("server", "10.2.0.1", "10.3.0.1"), builder -> {}, home.toString());
            assertThat(server.host().addresses()).containsExactly(home);
            server.environment().leave("10.2.0.1");
            world.sleep(SOON);
            assertThat(server.host().addresses()).isEmpty();
            server.environment().join("10.2.0.1");
            world.sleep(SOON);
            assertThat(server.host().addresses()).containsExactly(home);
            world.node("friend").connect(server);
        });
    }
}
