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
import libp2p.testkit.Node;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Hosts whose machine joins and leaves networks: what they announce, whom they tell, and what becomes of connections.
 */
class NetworkChangeTest {
    private static final int SEEDS = 5;
    private static final Duration SOON = Duration.ofSeconds(7); // two looks are 5 s apart
    private static final Multiaddr HOME = Multiaddr.parse("/ip4/10.2.0.1/tcp/4001");
    private static final Multiaddr AWAY = Multiaddr.parse("/ip4/10.3.0.1/tcp/4001");
    private static final Multiaddr SIX = Multiaddr.parse("/ip6/fd00::1/tcp/4001");

    private static Node laptop(World world) throws Exception {
        return world.node(
                world.simulation().host("laptop", "10.2.0.1"),
                builder -> {},
                "/ip4/0.0.0.0/tcp/4001",
                "/ip6/::/tcp/4001");
    }

    @Test
    void aNewInterfaceIsAnnouncedPushedAndDialed() {
        World.underSeeds(SEEDS, world -> {
            Node laptop = laptop(world);
            Node friend = world.node("friend");
            laptop.connect(friend);
            laptop.awaitIdentified();
            friend.awaitIdentified();
            assertThat(laptop.host().addresses()).contains(HOME).doesNotContain(AWAY, SIX);
            laptop.environment().join("10.3.0.1");
            laptop.environment().join("fd00::1");
            laptop.environment().join("fe80::1");
            world.sleep(SOON);
            assertThat(laptop.host().addresses())
                    .contains(HOME, AWAY, SIX)
                    .noneMatch(address -> address.toString().contains("fe80"));
            assertThat(friend.host().peerstore().addresses(laptop.id()))
                    .as("pushed to the friend")
                    .contains(AWAY, SIX);
            Node other = world.node("other");
            other.host().connect(PeerAddress.of(laptop.id(), List.of(AWAY)));
            assertThat(laptop.connections(friend))
                    .as("the old connection lives on")
                    .hasSize(1);
            laptop.ping(friend);
        });
    }

    @Test
    void whatIsGoneIsNoLongerAnnouncedAndItsConnectionsEnd() {
        World.underSeeds(SEEDS, world -> {
            Node laptop = laptop(world);
            Node friend = world.node("friend");
            laptop.environment().join("10.3.0.1");
            world.sleep(SOON);
            Connection overHome = friend.host().connect(PeerAddress.of(laptop.id(), List.of(HOME)));
            Node other = world.node("other");
            Connection overAway = other.host().connect(PeerAddress.of(laptop.id(), List.of(AWAY)));
            laptop.awaitIdentified();
            other.awaitIdentified();
            laptop.environment().leave("10.2.0.1");
            world.sleep(SOON);
            assertThat(laptop.host().addresses()).contains(AWAY).doesNotContain(HOME);
            assertThat(laptop.connections(friend)).isEmpty();
            assertThat(overAway.isOpen()).isTrue();
            assertThat(other.host().peerstore().addresses(laptop.id()))
                    .as("told that it has gone")
                    .contains(AWAY)
                    .doesNotContain(HOME);
            other.ping(laptop);
            overHome.close(0, "its other end is silent");
        });
    }

    @Test
    void aKeptPeerIsReachedFromTheNewNetworkWithoutWaitingForTimeouts() {
        World.underSeeds(SEEDS, world -> {
            Node laptop = laptop(world);
            Node friend = world.node("friend");
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
            Node laptop = laptop(world);
            Node friend = world.node("friend");
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
                                .noneMatch(ip -> AWAY.ip().equals(ip))) {
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
            Node server = world.node(
                    world.simulation().host("server", "10.2.0.1", "10.3.0.1"), builder -> {}, HOME.toString());
            assertThat(server.host().addresses()).containsExactly(HOME);
            server.environment().leave("10.2.0.1");
            world.sleep(SOON);
            assertThat(server.host().addresses()).isEmpty();
            server.environment().join("10.2.0.1");
            world.sleep(SOON);
            assertThat(server.host().addresses()).containsExactly(HOME);
            world.node("friend").connect(server);
        });
    }
}
