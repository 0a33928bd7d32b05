package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.tcp.TcpTransport;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Test;

/**
 * Kept peers behind a proxy that cuts its connections: when and where they are dialed again, and a transfer that
 * resumes.
 */
class ReconnectionTest {
    private static final String PROTOCOL = "/resume/1.0.0";
    private static final int LENGTH = 1_000_000;
    /** The bytes of a connection until it is cut, handshakes included. */
    private static final int QUOTA = 250_000;

    private static final Duration LATENCY = Duration.ofMillis(10);

    /** A host that keeps another one. */
    private static final class Scene {
        final World world;
        final DialTimes times;
        final TestNode alice;
        final TestNode bob;
        StandIn.Fate quic = StandIn.Fate.REACHED;

        Scene(World world, String suffix) throws IOException {
            this.world = world;
            world.network().defaultLatency(LATENCY);
            SimulatedEnvironment here = world.simulation().host("alice", "10.0.0.1");
            WebSocketTransport.Options trusting = WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure());
            times = new DialTimes(here);
            alice = world.node(
                    here,
                    builder -> builder.transports(
                            times.watch(StandIn.of(Protocol.QUIC_V1, address -> quic)),
                            times.watch(TcpTransport.factory(TcpTransport.Options.DEFAULT)),
                            times.watch(WebSocketTransport.factory(trusting, new SharedTcpPorts()))));
            bob = world.node(
                    world.simulation().host("bob", "10.0.0.2"), builder -> {}, "/ip4/10.0.0.2/tcp/4001" + suffix);
        }

        TcpProxy proxy(String name, long quota) throws IOException {
            return new TcpProxy(world, world.machine(name), bob.socketAddress(), quota);
        }

        void keep(String... addresses) throws Exception {
            List<Multiaddr> all =
                    java.util.stream.Stream.of(addresses).map(Multiaddr::parse).toList();
            alice.host().connectionManager().keep(PeerAddress.of(bob.id(), all));
            awaitConnected();
            alice.awaitIdentified();
        }

        void awaitConnected() {
            world.simulation()
                    .await("a connection", () -> !alice.connections(bob).isEmpty());
        }

        void awaitLost() {
            world.simulation().await("a cut", () -> alice.connections(bob).isEmpty());
        }

        Multiaddr connectedTo() {
            return alice.connections(bob).getFirst().remoteAddress();
        }
    }

    @Test
    void aTransferGoesOnAfterEveryCut() {
        for (String suffix : List.of("", "/ws", "/tls/ws")) {
            World.underSeeds(1, world -> transfer(new Scene(world, suffix), suffix));
        }
    }

    private static void transfer(Scene scene, String suffix) throws Exception {
        byte[] content = Bytes.of(7, LENGTH);
        List<Integer> offsets = new ArrayList<>();
        scene.bob.host().handle(PROTOCOL, stream -> {
            int offset = new DataInputStream(stream.input()).readInt();
            offsets.add(offset);
            stream.write(content, offset, LENGTH - offset);
        });
        try (TcpProxy proxy = scene.proxy("proxy", QUOTA)) {
            scene.world
                    .network()
                    .link(scene.alice.environment(), scene.bob.environment())
                    .cut();
            scene.alice
                    .host()
                    .connectionManager()
                    .keep(PeerAddress.of(scene.bob.id(), List.of(Multiaddr.parse(proxy.address() + suffix))));
            assertThat(download(scene)).isEqualTo(content);
            assertThat(offsets).startsWith(0).isSorted();
            assertThat(offsets.stream().distinct())
                    .as("each connection carried on")
                    .hasSizeGreaterThan(4);
            requireGrowingPauses(proxy);
        }
    }

    /** Asks for what is missing on whatever connection there is; never dials, that is up to who keeps the peer. */
    private static byte[] download(Scene scene) throws Exception {
        byte[] got = new byte[LENGTH];
        int done = 0;
        while (done < LENGTH) {
            try (Stream stream = scene.alice
                    .host()
                    .open(PeerAddress.of(scene.bob.id()), DialOptions.DEFAULT.withNoDial(), PROTOCOL)) {
                stream.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, done));
                int count;
                while (done < LENGTH && (count = stream.read(got, done, LENGTH - done)) >= 0) {
                    done += count;
                }
            } catch (IOException cut) {
                scene.world.sleep(Duration.ofMillis(100)); // done says where to go on
            }
        }
        return got;
    }

    /** From each cut to the next connection: 1 s, and twice as long each time, a fifth more or less. */
    private static void requireGrowingPauses(TcpProxy proxy) {
        assertThat(proxy.cuts()).hasSizeGreaterThanOrEqualTo(4);
        for (int i = 0; i < proxy.cuts().size(); i++) {
            Duration pause = proxy.accepted().get(i + 1).minus(proxy.cuts().get(i));
            Duration expected = Duration.ofSeconds(Math.min(300, 1L << i));
            assertThat(pause)
                    .isBetween(
                            expected.multipliedBy(4).dividedBy(5),
                            expected.multipliedBy(6).dividedBy(5).plus(LATENCY.multipliedBy(5)));
        }
    }

    @Test
    void theAddressThatWorksNowIsDialedBeforeThoseThatFailed() {
        World.inExactTime(World.SEEDS, world -> {
            Scene scene = new Scene(world, "");
            world.network()
                    .link(scene.alice.environment(), scene.bob.environment())
                    .cut();
            try (TcpProxy east = scene.proxy("east", Long.MAX_VALUE);
                    TcpProxy west = scene.proxy("western", Long.MAX_VALUE)) {
                scene.keep(east.address(), west.address());
                assertThat(scene.times.order()).containsExactly(east.address());
                scene.times.begin();
                east.close();
                scene.awaitLost();
                scene.awaitConnected();
                assertThat(scene.connectedTo()).hasToString(west.address());
                assertThat(scene.times.order()).startsWith(east.address(), west.address());
                scene.times.begin();
                west.cutAll();
                scene.awaitLost();
                scene.awaitConnected();
                assertThat(scene.times.order())
                        .as("the other one has failed a moment ago")
                        .doesNotContain(east.address())
                        .startsWith(west.address());
            }
        });
    }

    @Test
    void aPeerThatIsNoLongerReachedOverUdpIsDialedAgainOverTcp() {
        World.inExactTime(World.SEEDS, world -> {
            Scene scene = new Scene(world, "");
            scene.keep("/ip4/10.0.0.2/udp/4001/quic-v1", "/ip4/10.0.0.2/tcp/4001");
            assertThat(scene.alice.connections(scene.bob).getFirst().state().transport())
                    .isEqualTo("quic-v1");
            scene.quic = StandIn.Fate.SWALLOWED;
            scene.bob.host().connections().getFirst().close(0, "as a link does that is cut");
            scene.awaitLost();
            scene.awaitConnected();
            assertThat(scene.alice.connections(scene.bob).getFirst().state().transport())
                    .isEqualTo("tcp");
        });
    }

    @Test
    void anAddressThatThePeerToldOfItselfTakesThePlaceOfOneThatIsGone() {
        World.inExactTime(World.SEEDS, world -> {
            Scene scene = new Scene(world, "");
            TcpProxy proxy = scene.proxy("proxy", Long.MAX_VALUE);
            scene.keep(proxy.address());
            assertThat(scene.connectedTo()).hasToString(proxy.address());
            proxy.close();
            scene.awaitLost();
            scene.awaitConnected();
            Connection direct = scene.alice.connections(scene.bob).getFirst();
            assertThat(direct.remoteAddress())
                    .isEqualTo(scene.bob.host().addresses().getFirst());
        });
    }
}
