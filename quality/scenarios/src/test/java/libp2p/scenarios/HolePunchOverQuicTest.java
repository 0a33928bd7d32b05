package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.UdpSocket;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.address.Circuits;
import libp2p.nat.dcutr.PunchEvent;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayLimits;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedNat.Filtering;
import libp2p.simulator.SimulatedNat.Mapping;
import libp2p.testkit.OverQuic;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hole punching over QUIC between whole hosts behind routers. */
@ExtendWith(OverQuic.class)
class HolePunchOverQuicTest {
    private static final Duration LATENCY = Duration.ofMillis(25);
    private static final int LEAST_INITIAL = 1200;

    /** The first try of two hosts behind routers; the dialer's keeps its port for all destinations. */
    private static PunchEvent first(World world, Filtering dialerFilter, Mapping targetMapping) throws Exception {
        SimulatedEnvironment a = world.simulation().host("a", "10.1.0.2");
        SimulatedEnvironment b = world.simulation().host("b", "10.2.0.2");
        world.network().defaultLatency(LATENCY);
        world.network()
                .putBehind(
                        world.network()
                                .nat("8.8.1.1")
                                .mapping(Mapping.ENDPOINT_INDEPENDENT)
                                .filtering(dialerFilter),
                        a);
        world.network()
                .putBehind(
                        world.network()
                                .nat("8.8.2.1")
                                .mapping(targetMapping)
                                .filtering(Filtering.ADDRESS_AND_PORT_DEPENDENT),
                        b);
        TestNode relay = world.node(
                world.simulation().host("relay", "8.8.0.1"),
                builder -> builder.with(Relay.server(RelayLimits.DEFAULT)),
                "/ip4/8.8.0.1/udp/4001/quic-v1");
        TestNode dialer = world.node(a, builder -> builder.with(Nat.create()), "/ip4/10.1.0.2/udp/4001/quic-v1");
        TestNode target = world.node(
                b, builder -> builder.with(Nat.create().withRelay(relay.address())), "/ip4/10.2.0.2/udp/4001/quic-v1");
        world.sleep(Duration.ofSeconds(10));
        try (Subscription<PunchEvent> events = target.host().events().subscribe(PunchEvent.class)) {
            Multiaddr circuit = Circuits.through(relay.host().addresses().getFirst(), relay.id());
            dialer.host().connect(PeerAddress.of(target.id(), List.of(circuit)));
            PunchEvent event = Objects.requireNonNull(events.take(Deadline.NONE));
            boolean direct = dialer.connections(target).stream().anyMatch(Connection::isDirect);
            assertThat(direct).isEqualTo(event.result() == PunchEvent.Result.CONNECTED);
            return event;
        }
    }

    @ParameterizedTest
    @EnumSource(Filtering.class)
    void routersThatKeepTheirPortsArePunchedAtTheFirstTry(Filtering dialerFilter) {
        World.underSeeds(2, world -> {
            PunchEvent first = first(world, dialerFilter, Mapping.ENDPOINT_INDEPENDENT);
            assertThat(first.result()).isEqualTo(PunchEvent.Result.CONNECTED);
            assertThat(first.after()).isLessThan(Duration.ofMillis(900));
        });
    }

    /**
     * The target's router gives it a port towards the dialer that no peer knows of, and the dialer's router lets its
     * datagrams in. So the dialer learns of the port from those.
     */
    @ParameterizedTest
    @EnumSource(
            value = Filtering.class,
            names = {"ENDPOINT_INDEPENDENT", "ADDRESS_DEPENDENT"})
    void aPortThatNoPeerHasToldOfIsFoundAtTheFirstTry(Filtering dialerFilter) {
        World.underSeeds(2, world -> {
            PunchEvent first = first(world, dialerFilter, Mapping.ADDRESS_AND_PORT_DEPENDENT);
            assertThat(first.result()).isEqualTo(PunchEvent.Result.CONNECTED);
            assertThat(first.attempt()).isEqualTo(1);
            assertThat(first.after()).isLessThan(Duration.ofMillis(900));
        });
    }

    /**
     * Datagrams from many ports of the peer's address, which anybody can forge, make two more dials and no connection.
     */
    @Test
    void strangersAtTheAddressOfAPeerAreDialedAtTwoPortsAtMost() {
        World.underSeeds(2, world -> {
            TestNode dialer = world.node("dialer", builder -> builder.with(Nat.create()));
            SimulatedEnvironment stranger = world.simulation().host("stranger", "9.9.9.9");
            TestNode peer = world.node("peer", builder -> {});
            AtomicInteger dialed = new AtomicInteger();
            List<UdpSocket> sockets = new ArrayList<>();
            for (int port = 5000; port < 5020; port++) {
                UdpSocket socket = stranger.network().bindUdp(new InetSocketAddress("9.9.9.9", port));
                sockets.add(socket);
                stranger.start("stranger", () -> {
                    if (hears(socket)) {
                        dialed.incrementAndGet();
                    }
                });
            }
            dialer.environment().start("punch", () -> {
                DialOptions options = DialOptions.holePunch(Role.INITIATOR)
                        .withExactAddresses()
                        .withTimeout(Duration.ofSeconds(5));
                try {
                    dialer.host()
                            .connect(
                                    PeerAddress.of(
                                            peer.id(), List.of(Multiaddr.parse("/ip4/9.9.9.9/udp/4001/quic-v1"))),
                                    options);
                } catch (IOException expected) {
                    return;
                }
                throw new AssertionError("connected to no peer");
            });
            world.sleep(Duration.ofMillis(500));
            Multiaddr own = dialer.host().addresses().getFirst();
            InetSocketAddress target =
                    new InetSocketAddress(Objects.requireNonNull(own.ip()).getHostAddress(), own.port());
            byte[] probe = new byte[64];
            for (int round = 0; round < 3; round++) {
                for (UdpSocket socket : sockets) {
                    probe[0] = (byte) (round * 90);
                    socket.send(ByteBuffer.wrap(probe), target);
                }
                world.sleep(Duration.ofMillis(300));
            }
            world.sleep(Duration.ofSeconds(10));
            assertThat(dialed).hasValueBetween(1, 2);
            assertThat(dialer.connections(peer)).isEmpty();
            for (UdpSocket socket : sockets) {
                socket.close();
            }
        });
    }

    /** Whether a connection is begun towards the socket before it is closed; other answers do not count. */
    private static boolean hears(UdpSocket socket) {
        ByteBuffer datagram = ByteBuffer.allocate(2000);
        try {
            do {
                socket.receive(datagram.clear());
            } while (datagram.position() < LEAST_INITIAL);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
