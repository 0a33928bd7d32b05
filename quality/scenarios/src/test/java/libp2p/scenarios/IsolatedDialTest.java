package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.DialOptions;
import libp2p.core.host.IsolatedDialer;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** A host that finds out for others whether they can be dialed, as AutoNAT does. */
class IsolatedDialTest {
    private static final String BACK = "/dial-back/1";

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofSeconds(5));
    }

    @Test
    void aDialBackIsANewConnectionUnderAnotherIdentityFromAnotherPort() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode server = world.node("server");
            alice.connect(server);
            alice.awaitIdentified();
            server.awaitIdentified();
            List<Connection> before = server.host().connections();
            List<PeerId> known = server.host().peerstore().peers();
            List<Connection> cameIn = new ArrayList<>();
            alice.host().handle(BACK, stream -> cameIn.add(stream.connection()));
            try (IsolatedDialer dialer = server.host().isolatedDialer()) {
                Connection back = dialer.dial(alice.address(), DialOptions.DEFAULT);
                try (Stream stream = back.open(soon(server), BACK)) {
                    stream.closeWrite();
                    assertThat(stream.read(new byte[1], 0, 1)).isEqualTo(-1);
                }
                assertThat(back.remotePeer()).isEqualTo(alice.id());
                assertThat(cameIn).singleElement().satisfies(connection -> {
                    assertThat(connection.remotePeer())
                            .isEqualTo(dialer.peerId())
                            .isNotEqualTo(server.id());
                    assertThat(connection.remoteAddress().port()).isNotEqualTo(4001);
                });
                assertThat(server.host().connections()).isEqualTo(before);
                assertThat(dialer.dial(alice.address(), DialOptions.DEFAULT)).isNotSameAs(back);
            }
            world.sleep(Duration.ofSeconds(1));
            assertThat(server.host().peerstore().peers()).isEqualTo(known);
            assertThat(cameIn.getFirst().isOpen()).isFalse();
            assertThat(alice.ping(server)).isPositive();
        });
    }

    @Test
    void onlyTheAddressesThatAreNamedAreDialedAndTheGaterIsAsked() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            List<Multiaddr> forbidden = new ArrayList<>();
            TestNode server = world.node(
                    "server",
                    builder -> builder.gater(new ConnectionGater() {
                        @Override
                        public boolean interceptAddrDial(PeerId peer, Multiaddr address) {
                            return !forbidden.contains(address);
                        }
                    }));
            alice.connect(server);
            Multiaddr dead = Multiaddr.parse("/ip4/10.0.0.1/tcp/4444");
            try (IsolatedDialer dialer = server.host().isolatedDialer()) {
                for (int i = 0; i < 7; i++) { // neither back-off nor circuit breaker stands in the way
                    assertThatThrownBy(
                                    () -> dialer.dial(PeerAddress.of(alice.id(), List.of(dead)), DialOptions.DEFAULT))
                            .isInstanceOfSatisfying(
                                    DialException.class,
                                    e -> assertThat(e.causes().keySet()).containsExactly(dead));
                }
                forbidden.addAll(alice.host().addresses());
                assertThatThrownBy(() -> dialer.dial(alice.address(), DialOptions.DEFAULT))
                        .isInstanceOfSatisfying(
                                DialException.class,
                                e -> assertThat(e.causes().values()).allMatch(GatedException.class::isInstance));
            }
            assertThat(server.host().peerstore().history(alice.id(), dead).failures())
                    .isZero();
        });
    }

    @Test
    void closingTheHostEndsItsIsolatedDialsAndConnections() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode server = world.node("server");
            IsolatedDialer dialer = server.host().isolatedDialer();
            Connection back = dialer.dial(alice.address(), DialOptions.DEFAULT);
            server.close(world.simulation());
            assertThat(back.isOpen()).isFalse();
            assertThatThrownBy(() -> dialer.dial(alice.address(), DialOptions.DEFAULT))
                    .hasMessageContaining("closed");
            assertThatThrownBy(() -> server.host().isolatedDialer()).isInstanceOf(IllegalStateException.class);
        });
    }
}
