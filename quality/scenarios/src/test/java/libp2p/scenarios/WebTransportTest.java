package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.multiformats.Multihash;
import libp2p.multiformats.multiaddr.Component;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Hosts over WebTransport whose certificates change, which the addresses of hosts have the hashes of. */
class WebTransportTest {
    /** Longer than a certificate is shown, and not as long as two of them. */
    private static final Duration PERIOD = Duration.ofDays(14);

    private static String listen(String ip) {
        return "/ip4/" + ip + "/udp/4001/quic-v1/webtransport";
    }

    private static TestNode node(World world, String name, String ip) throws IOException {
        return world.node(world.simulation().host(name, ip), host -> {}, listen(ip));
    }

    private static List<String> hashes(Multiaddr address) {
        return address.components().stream()
                .filter(component -> component.protocol() == Protocol.CERTHASH)
                .map(component -> component.value())
                .toList();
    }

    private static void echo(TestNode from, TestNode to) throws Exception {
        try (Stream stream = from.open(to, Echo.PROTOCOL)) {
            Bytes.write(stream, 5, 100_000);
            stream.closeWrite();
            Bytes.expect(stream, 5, 100_000);
        }
    }

    @Test
    void aNewCertificateKeepsConnectionsAndIsAnnounced() {
        World.underManySeeds(world -> {
            TestNode alice = node(world, "alice", "10.0.0.1");
            TestNode bob = node(world, "bob", "10.0.0.2");
            Connection connection = bob.connect(alice);
            bob.awaitIdentified();
            PeerAddress before = alice.address();
            for (TestNode node : world.nodes()) {
                node.environment().jumpWallClock(PERIOD);
            }
            Multiaddr old = before.addresses().getFirst();
            world.simulation()
                    .await(
                            "a new address, also of a clock that was set",
                            Duration.ofMinutes(2),
                            () -> !alice.host().addresses().getFirst().equals(old));
            Multiaddr renewed = alice.host().addresses().getFirst();
            assertThat(hashes(renewed).getFirst())
                    .as("the certificate that was announced as the next one")
                    .isEqualTo(hashes(old).getLast());
            world.simulation()
                    .await(
                            "the push of identify",
                            Duration.ofMinutes(1),
                            () -> bob.host().peerstore().addresses(alice.id()).contains(renewed));
            assertThat(connection.isOpen()).isTrue();
            echo(bob, alice);

            TestNode carol = node(world, "carol", "10.0.0.3");
            carol.environment().jumpWallClock(PERIOD);
            carol.host().connect(before);
            TestNode dave = node(world, "dave", "10.0.0.4");
            dave.environment().jumpWallClock(PERIOD);
            echo(dave, alice);
        });
    }

    @Test
    void anAddressOfLongAgoIsRefused() {
        World.underManySeeds(world -> {
            TestNode alice = node(world, "alice", "10.0.0.1");
            TestNode bob = node(world, "bob", "10.0.0.2");
            PeerAddress before = alice.address();
            for (TestNode node : world.nodes()) {
                node.environment().jumpWallClock(PERIOD.multipliedBy(2));
            }
            assertThatThrownBy(() -> bob.host().connect(before)).hasMessageContaining("none of the hashes");
            assertThat(bob.host().connections()).isEmpty();
        });
    }

    /** The server has to know every hash by which it was dialed: one of them may be of another server in between. */
    @Test
    void anAddressWithAForeignHashIsRefused() {
        World.underManySeeds(world -> {
            TestNode alice = node(world, "alice", "10.0.0.1");
            TestNode bob = node(world, "bob", "10.0.0.2");
            Component foreign = Component.ofBytes(
                    Protocol.CERTHASH, Multihash.sha256(new byte[1]).toBytes());
            Multiaddr address = alice.host().addresses().getFirst().with(foreign);
            assertThatThrownBy(() -> bob.host().connect(PeerAddress.of(alice.id(), List.of(address))))
                    .hasMessageContaining("does not know the certificate hash");
        });
    }

    @Test
    void aHostHasTheSameAddressAfterARestart() {
        World.underManySeeds(world -> {
            SimulatedEnvironment machine = world.simulation().host("alice", "10.0.0.1");
            Identity identity = Identity.generate(machine);
            TestNode alice = world.node(machine, host -> host.identity(identity), listen("10.0.0.1"));
            PeerAddress before = alice.address();
            alice.close(world.simulation());
            TestNode again = world.node(machine, host -> host.identity(identity), listen("10.0.0.1"));
            assertThat(again.address()).isEqualTo(before);
            TestNode bob = node(world, "bob", "10.0.0.2");
            bob.host().connect(before);
        });
    }
}
