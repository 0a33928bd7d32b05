package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import libp2p.core.connection.DialException;
import libp2p.core.connection.GatedException;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.scenarios.StandIn.Fate;
import libp2p.security.pnet.PreSharedKey;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.gate.Gaters;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.tcp.TcpTransport;
import org.junit.jupiter.api.Test;

/** Dials that the rules of a host forbid, by whatever way they are asked for. */
class ForbiddenDialTest {
    private static void refusesToDialAnybodyAt(TestNode alice, TestNode bob) {
        PeerAddress anybody = new PeerAddress(null, bob.host().addresses());
        assertThatThrownBy(() -> alice.host().connect(anybody))
                .isInstanceOfSatisfying(
                        DialException.class,
                        e -> assertThat(e.causes().values()).singleElement().isInstanceOf(GatedException.class));
        assertThatThrownBy(() -> alice.connect(bob)).isInstanceOf(DialException.class);
        assertThat(bob.tally().connectionsOpened()).isZero();
    }

    @Test
    void theGaterIsAskedAlsoWhenADialNamesNoPeer() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice", builder -> builder.gater(Gaters.publicAddressesOnly()));
            refusesToDialAnybodyAt(alice, world.node("bob"));
        });
    }

    @Test
    void aBlockedNetworkIsNotDialedEvenForAnybodyThere() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            alice.host().service(GaterLists.class).orElseThrow().block(Subnet.parse("10.0.0.2/32"));
            refusesToDialAnybodyAt(alice, bob);
        });
    }

    @Test
    void aPrivateNetworkHasNoWayOutThroughTransportsWithSecurityOfTheirOwn() {
        PreSharedKey key = PreSharedKey.of(new byte[32]);
        World.underManySeeds(world -> {
            TestNode outside = world.node("outside");
            TestNode inside = world.node(
                    "inside",
                    builder -> builder.privateNetwork(key)
                            .transports(
                                    StandIn.of(Protocol.QUIC_V1, address -> Fate.REACHED),
                                    TcpTransport.factory(TcpTransport.Options.DEFAULT)));
            Multiaddr quic = Multiaddr.parse("/ip4/10.0.0.1/udp/4001/quic-v1");
            assertThatThrownBy(() -> inside.host().connect(PeerAddress.of(outside.id(), List.of(quic))))
                    .isInstanceOf(DialException.class)
                    .hasMessageContaining("no transport dials this address");
            TestNode member = world.node("member", builder -> builder.privateNetwork(key));
            assertThat(inside.ping(member)).isPositive();
            assertThat(outside.tally().connectionsOpened()).isZero();
        });
    }
}
