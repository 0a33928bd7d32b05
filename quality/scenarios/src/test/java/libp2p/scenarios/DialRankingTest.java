package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.environment.TcpListener;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.scenarios.StandIn.Fate;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.websocket.WebSocketTransport;
import org.junit.jupiter.api.Test;

/**
 * The instants, to the millisecond, at which a whole host dials the addresses of a peer over QUIC, TCP, WebSocket and
 * relays, and what it learns of black holes. TCP and WebSocket are the real ones; QUIC and the relay have stand-ins.
 */
class DialRankingTest {
    private static final int SEEDS = 3;
    private static final Duration LATENCY = Duration.ofMillis(10);
    private static final String RELAY =
            "/ip4/8.8.1.8/tcp/4001/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit";

    /** WebTransport at an IP address and a port. */
    private static final String BROWSERS =
            "/ip4/%s/udp/%d/quic-v1/webtransport/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ";

    /** A dialing host, and machines that nothing reaches. */
    private static final class Scene {
        final World world;
        final DialTimes times;
        final TestNode alice;
        Fate quic = Fate.SWALLOWED;

        Scene(World world) throws IOException {
            this.world = world;
            SimulatedEnvironment from = world.simulation().host("alice", "10.0.0.1", "8.8.1.1", "fd00::1", "2a00::1");
            SimulatedEnvironment hole = world.simulation().host("hole", "10.0.9.9", "8.8.1.9", "fd00::9", "2a00::9");
            world.network().link(from, hole).cut();
            times = new DialTimes(from);
            alice = world.node(
                    from,
                    builder -> builder.transports(
                            times.watch(StandIn.of(Protocol.P2P_CIRCUIT, address -> Fate.SWALLOWED)),
                            times.watch(StandIn.of(Protocol.QUIC_V1, address -> quic)),
                            times.watch(TcpTransport.factory(TcpTransport.Options.DEFAULT)),
                            times.watch(WebSocketTransport.factory(
                                    WebSocketTransport.Options.DEFAULT, new SharedTcpPorts()))));
        }

        /** A host that can be reached. */
        TestNode bob(String... ips) throws IOException {
            SimulatedEnvironment to = world.simulation().host("bob", ips);
            world.network().link(alice.environment(), to).latency(LATENCY);
            return world.node(
                    to,
                    builder -> {},
                    Stream.of(ips)
                            .map(ip -> (ip.contains(":") ? "/ip6/" : "/ip4/") + ip + "/tcp/4001")
                            .toArray(String[]::new));
        }

        Connection dial(PeerId peer, DialOptions options, String... addresses) throws IOException {
            times.begin();
            return alice.host()
                    .connect(
                            PeerAddress.of(
                                    peer,
                                    Stream.of(addresses).map(Multiaddr::parse).toList()),
                            options);
        }

        /** Dials in vain; every address is expected at a time. */
        void requireDials(Map<String, Long> milliseconds) {
            PeerId absent = Identity.generate(alice.environment()).peerId();
            String[] addresses = milliseconds.keySet().toArray(String[]::new); // in any order
            assertThatThrownBy(() -> dial(absent, DialOptions.DEFAULT, addresses))
                    .isInstanceOf(DialException.class);
            assertThat(times.milliseconds()).isEqualTo(milliseconds);
        }

        /** Dials a peer that is there, hangs up, and returns which addresses it took. */
        Map<String, Long> visit(TestNode bob, String... addresses) throws Exception {
            dial(bob.id(), DialOptions.DEFAULT, addresses).close(0, "enough");
            world.sleep(Duration.ofSeconds(6)); // oftener, and bob would refuse
            return times.milliseconds();
        }
    }

    private interface Story {
        void tell(Scene scene) throws Exception;
    }

    private static void play(Story story) {
        World.inExactTime(SEEDS, world -> story.tell(new Scene(world)));
    }

    @Test
    void publicAddresses() {
        play(scene -> scene.requireDials(Map.of(
                "/ip6/2a00::9/udp/4001/quic-v1",
                0L,
                "/ip4/8.8.1.9/udp/4001/quic-v1",
                250L,
                "/ip4/8.8.1.9/udp/4002/quic-v1",
                500L,
                RELAY,
                500L,
                "/ip6/2a00::9/tcp/4001",
                750L,
                "/ip4/8.8.1.9/tcp/4001",
                1000L,
                "/ip4/8.8.1.9/tcp/4002/ws",
                1250L,
                "/ip4/8.8.1.9/tcp/4001/ws",
                2250L)));
    }

    @Test
    void webTransportIsNotDialedBesideQuicOnItsPort() {
        play(scene -> {
            Map<String, Long> quicAlone =
                    Map.of("/ip4/8.8.1.9/udp/4001/quic-v1", 0L, BROWSERS.formatted("8.8.1.9", 4002), 250L);
            PeerId absent = Identity.generate(scene.alice.environment()).peerId();
            String[] all = {
                "/ip4/8.8.1.9/udp/4001/quic-v1",
                BROWSERS.formatted("8.8.1.9", 4001),
                BROWSERS.formatted("8.8.1.9", 4002)
            };
            assertThatThrownBy(() -> scene.dial(absent, DialOptions.DEFAULT, all))
                    .hasMessageContaining("QUIC is dialed at the same port");
            assertThat(scene.times.milliseconds()).isEqualTo(quicAlone);
            scene.world.simulation().settle();
            assertThatThrownBy(() -> scene.dial(absent, DialOptions.DEFAULT, all))
                    .as("while QUIC is left alone, which has failed a moment ago")
                    .isInstanceOf(DialException.class);
            assertThat(scene.times.milliseconds()).isEmpty();
        });
    }

    @Test
    void webTransportIsDialedByAHostWithoutQuic() {
        play(scene -> {
            SimulatedEnvironment machine = scene.world.simulation().host("carol", "10.0.0.3", "8.8.1.3");
            DialTimes times = new DialTimes(machine);
            TestNode carol = scene.world.node(
                    machine,
                    builder -> builder.transports(
                            times.watch(StandIn.of(Protocol.WEBTRANSPORT, address -> Fate.REFUSED))));
            PeerId absent = Identity.generate(carol.environment()).peerId();
            Multiaddr browsers = Multiaddr.parse(BROWSERS.formatted("8.8.1.9", 4001));
            PeerAddress both =
                    PeerAddress.of(absent, List.of(Multiaddr.parse("/ip4/8.8.1.9/udp/4001/quic-v1"), browsers));
            times.begin();
            assertThatThrownBy(() -> carol.host().connect(both)).isInstanceOf(DialException.class);
            assertThat(times.order()).containsExactly(browsers.toString());
        });
    }

    @Test
    void privateAddressesAndTheRelayBeside() {
        play(scene -> scene.requireDials(Map.of(
                "/ip6/fd00::9/udp/4001/quic-v1",
                0L,
                RELAY,
                0L,
                "/ip4/10.0.9.9/udp/4001/quic-v1",
                30L,
                "/ip6/fd00::9/tcp/4001",
                60L,
                "/ip4/10.0.9.9/tcp/4001",
                90L,
                "/ip4/10.0.9.9/tcp/4002/tls/ws",
                120L,
                "/ip4/10.0.9.9/tcp/4001/ws",
                220L)));
    }

    @Test
    void privateAndPublicAddressesRunBesideEachOther() {
        play(scene -> scene.requireDials(Map.of(
                "/ip4/10.0.9.9/udp/4001/quic-v1",
                0L,
                "/ip4/8.8.1.9/udp/4001/quic-v1",
                0L,
                "/ip4/10.0.9.9/tcp/4001",
                30L,
                "/ip4/8.8.1.9/tcp/4001",
                250L,
                RELAY,
                500L)));
    }

    @Test
    void aHolePunchDialsEveryAddressAtOnceAndNoRelay() {
        play(scene -> {
            PeerId absent = Identity.generate(scene.alice.environment()).peerId();
            DialOptions punch = DialOptions.holePunch(Role.INITIATOR).withTimeout(Duration.ofSeconds(2));
            String[] direct = {
                "/ip6/2a00::9/udp/4001/quic-v1",
                "/ip4/8.8.1.9/udp/4001/quic-v1",
                "/ip4/8.8.1.9/tcp/4001",
                "/ip4/10.0.9.9/tcp/4001"
            };
            String[] all = Stream.concat(Stream.of(RELAY), Stream.of(direct)).toArray(String[]::new);
            for (int i = 0; i < 2; i++) { // also when they have failed a moment ago
                assertThatThrownBy(() -> scene.dial(absent, punch, all)).isInstanceOf(DeadlineExceededException.class);
                assertThat(scene.times.milliseconds().keySet()).containsExactlyInAnyOrder(direct);
                assertThat(scene.times.milliseconds().values()).containsOnly(0L);
                scene.world.simulation().settle();
            }
        });
    }

    @Test
    void withoutQuicTheFirstOfTcpAndWebSocketStartsAtOnce() {
        play(scene -> scene.requireDials(Map.of(
                "/ip6/2a00::9/tcp/443/tls/ws", 0L,
                "/ip4/8.8.1.9/tcp/443/tls/ws", 250L,
                "/ip6/2a00::9/tcp/4001", 500L,
                "/ip4/8.8.1.9/tcp/4001", 500L)));
    }

    @Test
    void eightAddressesOfAPeerAreDialedAtATime() {
        play(scene -> {
            Map<String, Long> expected = new HashMap<>();
            for (int i = 1; i <= 10; i++) {
                expected.put("/ip4/10.0.9.9/tcp/" + i, i == 1 ? 0L : i <= 8 ? 30L : i == 9 ? 10_000L : 10_030L);
            }
            scene.requireDials(expected);
        });
    }

    @Test
    void whenNothingIsInFlightNoDialWaits() {
        play(scene -> {
            scene.quic = Fate.REFUSED;
            scene.requireDials(Map.of(
                    "/ip6/2a00::9/udp/4001/quic-v1", 0L,
                    "/ip4/8.8.1.9/udp/4001/quic-v1", 0L,
                    "/ip6/2a00::9/tcp/4001", 0L,
                    "/ip4/8.8.1.9/tcp/4001", 750L)); // a step after the first of TCP, which was to start at 500
        });
    }

    @Test
    void aWebSocketWhoseTcpIsConnectedHoldsTheOthersBack() {
        play(scene -> {
            SimulatedEnvironment mute = scene.world.simulation().host("mute", "10.0.9.1");
            scene.world.network().link(scene.alice.environment(), mute).latency(LATENCY);
            try (TcpListener listener = mute.network().listenTcp(new InetSocketAddress("10.0.9.1", 4001), 10, false)) {
                scene.requireDials(Map.of(
                        "/ip4/10.0.9.1/tcp/4001/ws", 0L,
                        "/ip4/10.0.9.9/tcp/4002", 520L, // 10 ms to it, 10 ms back, 500 ms for its handshake
                        "/ip4/10.0.9.9/tcp/4003", 520L));
                listener.accept().close();
            }
        });
    }

    @Test
    void quicThatAnswersInTimeIsDialedAlone() {
        play(scene -> {
            scene.quic = Fate.REACHED;
            TestNode bob = scene.bob("8.8.1.2");
            Connection connection = scene.dial(
                    bob.id(),
                    DialOptions.DEFAULT,
                    "/ip4/8.8.1.2/tcp/4001",
                    "/ip4/8.8.1.2/tcp/4001/ws",
                    "/ip4/8.8.1.2/udp/4001/quic-v1");
            assertThat(connection.state().transport()).isEqualTo("quic-v1");
            assertThat(scene.times.milliseconds()).isEqualTo(Map.of("/ip4/8.8.1.2/udp/4001/quic-v1", 0L));
        });
    }

    @Test
    void withoutBackoffAddressesThatFailedWaitForTheOthers() {
        play(scene -> {
            DialOptions options = DialOptions.DEFAULT.withIgnoreBackoff();
            scene.quic = Fate.REFUSED;
            TestNode bob = scene.bob("8.8.1.2");
            String quic = "/ip4/8.8.1.2/udp/4001/quic-v1";
            String tcp = "/ip4/8.8.1.2/tcp/4001";
            scene.dial(bob.id(), options, quic, tcp).close(0, "enough");
            assertThat(scene.times.order()).containsExactly(quic, tcp);
            scene.world.simulation().settle();
            scene.dial(bob.id(), options, quic, tcp).close(0, "enough");
            assertThat(scene.times.milliseconds()).isEqualTo(Map.of(tcp, 0L));
            scene.world.simulation().settle();
            scene.world
                    .network()
                    .link(scene.alice.environment(), bob.environment())
                    .cut();
            scene.quic = Fate.SWALLOWED;
            assertThatThrownBy(() -> scene.dial(bob.id(), options, quic, tcp)).isInstanceOf(DialException.class);
            assertThat(scene.times.milliseconds()).isEqualTo(Map.of(tcp, 0L, quic, 1000L));
        });
    }

    @Test
    void whereUdpLeadsNowhereQuicIsTriedOnlyAtEveryHundredthDial() {
        World.inExactTime(1, world -> {
            Scene scene = new Scene(world);
            TestNode bob = scene.bob("8.8.1.2");
            String quic = "/ip4/8.8.1.2/udp/4001/quic-v1";
            String tcp = "/ip4/8.8.1.2/tcp/4001";
            Map<String, Long> both = Map.of(quic, 0L, tcp, 250L);
            for (int i = 1; i <= 200; i++) {
                assertThat(scene.visit(bob, quic, tcp))
                        .as("dial %s", i)
                        .isEqualTo(i <= 100 || i == 200 ? both : Map.of(tcp, 0L));
            }
            PeerId absent = Identity.generate(scene.alice.environment()).peerId();
            assertThatThrownBy(() -> scene.dial(absent, DialOptions.DEFAULT, quic))
                    .hasMessageContaining("UDP leads nowhere from here");
            scene.quic = Fate.REACHED;
            for (int i = 2; i <= 100; i++) {
                assertThat(scene.visit(bob, quic, tcp))
                        .as("dial %s after the hole is gone", i)
                        .isEqualTo(i < 100 ? Map.of(tcp, 0L) : Map.of(quic, 0L));
            }
            assertThat(scene.visit(bob, quic, tcp)).isEqualTo(Map.of(quic, 0L));
        });
    }

    @Test
    void whereIpv6LeadsNowhereOnlyIpv4IsDialedAndPrivateAddressesAsBefore() {
        World.inExactTime(1, world -> {
            Scene scene = new Scene(world);
            TestNode bob = scene.bob("8.8.1.2", "fd00::2");
            String six = "/ip6/2a00::9/tcp/4001";
            String four = "/ip4/8.8.1.2/tcp/4001";
            for (int i = 1; i <= 100; i++) {
                assertThat(scene.visit(bob, six, four)).isEqualTo(Map.of(six, 0L, four, 250L));
            }
            assertThat(scene.visit(bob, six, four)).isEqualTo(Map.of(four, 0L));
            String local = "/ip6/fd00::2/tcp/4001";
            assertThat(scene.visit(bob, six, four, local)).containsKey(local).doesNotContainKey(six);
        });
    }

    @Test
    void aDialThatItsCallerGivesUpTellsNothingOfTheNetwork() {
        World.inExactTime(1, world -> {
            Scene scene = new Scene(world);
            PeerId absent = Identity.generate(scene.alice.environment()).peerId();
            String quic = "/ip4/8.8.1.9/udp/4001/quic-v1";
            DialOptions hasty = DialOptions.DEFAULT.withTimeout(Duration.ofMillis(100));
            for (int i = 0; i < 120; i++) {
                assertThatThrownBy(() -> scene.dial(absent, hasty, quic)).isInstanceOf(DeadlineExceededException.class);
                world.simulation().settle();
            }
            assertThat(scene.times.milliseconds()).isEqualTo(Map.of(quic, 0L));
        });
    }
}
