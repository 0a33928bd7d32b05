package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Registration;
import libp2p.protocols.echo.Echo;
import libp2p.security.pnet.PreSharedKey;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The secure channels, muxers and private networks of complete hosts, and what identify pushes. */
class StackTest {
    private static final Duration LATENCY = Duration.ofMillis(25);

    @Test
    void everySecureChannelAndMuxerMovesBytesWhileThePeerDialsBack() {
        for (String security : List.of("noise", "tls", "plaintext")) {
            for (String muxer : List.of("yamux", "mplex")) {
                World.underSeeds(5, world -> {
                    TestNode alice =
                            world.node("alice", host -> host.security(security).muxers(muxer));
                    TestNode bob =
                            world.node("bob", host -> host.security(security).muxers(muxer));
                    world.network()
                            .link(alice.environment(), bob.environment())
                            .latency(LATENCY)
                            .jitter(LATENCY);
                    if (security.equals("plaintext")) { // has no roles, so it cannot tell that two dials have crossed
                        roundTrip(alice, bob, 1);
                        roundTrip(bob, alice, 2);
                    } else {
                        world.together(() -> roundTrip(alice, bob, 1), () -> roundTrip(bob, alice, 2));
                    }
                    for (Connection connection : alice.connections(bob)) {
                        assertThat(connection.state().security()).contains(security);
                        assertThat(connection.state().muxer()).contains(muxer);
                    }
                });
            }
        }
    }

    @Test
    void mplexIsAcceptedFromPeersThatHaveNothingBetterAndNeverPreferred() {
        for (String security : List.of("noise", "tls")) {
            World.underSeeds(5, world -> {
                TestNode host = world.node("host", builder -> builder.security(security));
                TestNode old =
                        world.node("old", builder -> builder.security(security).muxers("mplex"));
                TestNode both =
                        world.node("both", builder -> builder.security(security).muxers("yamux", "mplex"));
                roundTrip(old, host, 1);
                roundTrip(both, host, 2);
                assertThat(old.connections(host))
                        .singleElement()
                        .satisfies(connection ->
                                assertThat(connection.state().muxer()).contains("mplex"));
                assertThat(both.connections(host))
                        .singleElement()
                        .satisfies(connection ->
                                assertThat(connection.state().muxer()).contains("yamux"));
                old.connections(host).getFirst().close(0, "over");
                world.sleep(Duration.ofSeconds(1));
                assertThatThrownBy(() -> host.connect(old)).hasMessageContaining("yamux");
            });
        }
    }

    private static void roundTrip(TestNode from, TestNode to, long seed) throws IOException {
        try (Stream stream = from.open(to, Echo.PROTOCOL)) {
            Bytes.write(stream, seed, 40_000);
            stream.closeWrite();
            Bytes.expect(stream, seed, 40_000);
        }
    }

    @Test
    void aMutualDialOverTlsSucceedsForBoth() {
        World.underSeeds(10, world -> {
            TestNode alice = world.node("alice", host -> host.security("tls"));
            TestNode bob = world.node("bob", host -> host.security("tls"));
            world.network().link(alice.environment(), bob.environment()).latency(LATENCY);
            world.together(() -> alice.connect(bob), () -> bob.connect(alice));
            alice.ping(bob);
            bob.ping(alice);
            assertThat(alice.connections(bob)).isNotEmpty().hasSameSizeAs(bob.connections(alice));
        });
    }

    @Test
    void aPrivateNetworkIsClosedToOthersAtOnce() {
        World.underManySeeds(world -> {
            PreSharedKey key = PreSharedKey.generate(world.machine("keys"));
            PreSharedKey foreign = PreSharedKey.generate(world.machine("foreign keys"));
            TestNode alice = world.node("alice", host -> host.privateNetwork(key));
            TestNode bob = world.node("bob", host -> host.privateNetwork(key));
            TestNode mallory = world.node("mallory", host -> host.privateNetwork(foreign));
            TestNode open = world.node("open");
            roundTrip(alice, bob, 5);
            assertThat(world.timed(() ->
                            assertThatThrownBy(() -> mallory.connect(alice)).isInstanceOf(IOException.class)))
                    .as("a wrong key is noticed with the first bytes")
                    .isLessThan(Duration.ofSeconds(1));
            assertThatThrownBy(() -> open.connect(alice)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> alice.connect(open)).isInstanceOf(IOException.class);
            alice.ping(bob);
        });
    }

    @Test
    void changedProtocolsArePushedToEveryConnectedPeer() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            List<TestNode> peers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestNode peer = world.node("peer-" + i);
                world.network()
                        .link(alice.environment(), peer.environment())
                        .latency(LATENCY)
                        .jitter(Duration.ofMillis(200));
                peer.connect(alice);
                peers.add(peer);
            }
            world.simulation()
                    .await("all are connected", () -> alice.host().connections().size() == 4);
            alice.awaitIdentified();
            List<Registration> registrations = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                registrations.add(alice.host().handle("/burst/" + i, stream -> {}));
            }
            for (TestNode peer : peers) {
                world.simulation()
                        .await(
                                "the last protocol is known",
                                Duration.ofSeconds(10),
                                () -> peer.host()
                                        .peerstore()
                                        .protocols(alice.id())
                                        .contains("/burst/9"));
            }
            Collections.reverse(registrations);
            registrations.forEach(Registration::close);
            for (TestNode peer : peers) {
                world.simulation()
                        .await(
                                "all are taken back",
                                Duration.ofSeconds(10),
                                () -> peer.host().peerstore().protocols(alice.id()).stream()
                                        .noneMatch(protocol -> protocol.startsWith("/burst/")));
            }
        });
    }

    @Test
    void aBurstOfChangesIsPushedAFewTimesAndNotOnceForEach() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            bob.connect(alice);
            bob.awaitIdentified();
            alice.awaitIdentified();
            try (Subscription<PeerIdentified> pushes = bob.host().events().subscribe(PeerIdentified.class)) {
                for (int i = 0; i < 100; i++) {
                    alice.host().handle("/burst/" + i, stream -> {});
                }
                world.sleep(Duration.ofSeconds(30));
                int seen = 0;
                while (pushes.poll() != null) {
                    seen++;
                }
                assertThat(seen).isBetween(1, 20);
                assertThat(bob.host().peerstore().protocols(alice.id())).contains("/burst/0", "/burst/99");
            }
        });
    }
}
