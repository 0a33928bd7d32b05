package libp2p.swarm.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import libp2p.simulator.Simulation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AddressLimiterTest {
    @FunctionalInterface
    private interface Scene {
        void play(Simulation simulation, CountingResourceManager manager) throws Exception;
    }

    private static void play(Scene scene) {
        play(ResourceLimits.unlimited().withAddresses(AddressLimits.DEFAULT), scene);
    }

    private static void play(ResourceLimits limits, Scene scene) {
        Simulation.run(
                1, simulation -> scene.play(simulation, new CountingResourceManager(simulation.host("a"), limits)));
    }

    private static @Nullable LimitExceededException open(
            CountingResourceManager manager, String ip, List<ConnectionScope> open) {
        String family = ip.indexOf(':') < 0 ? "/ip4/" : "/ip6/";
        return catchThrowableOfType(
                LimitExceededException.class,
                () -> open.add(
                        manager.openConnection(Direction.INBOUND, true, Multiaddr.parse(family + ip + "/tcp/4001"))));
    }

    @Test
    void aConnectionIsChargedToTheAddressThatAProxyTells() {
        play((simulation, manager) -> {
            Multiaddr client = Multiaddr.parse("/ip4/5.6.7.8/tcp/0/ws");
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                assertThat(open(manager, "127.0.0.1", open)).isNull();
                open.getLast().setRemote(client);
            }
            assertThat(open(manager, "127.0.0.1", open)).isNull();
            LimitExceededException refused = catchThrowableOfType(
                    LimitExceededException.class, () -> open.getLast().setRemote(client));
            assertThat(refused.scope()).isEqualTo("network:5.6.7.8/32");
            assertThat(open(manager, "5.6.7.8", open)).as("without a proxy").isNotNull();
            open.getFirst().close();
            open.get(8).setRemote(client);
            assertThat(open(manager, "5.6.7.8", open)).isNotNull();
            open.forEach(ConnectionScope::close);
            assertThat(manager.usage()).isEmpty();
        });
    }

    @Test
    void aPeerThatMovesIsChargedToItsNewAddressAndGivesTheFormerBack() {
        play((simulation, manager) -> {
            Multiaddr elsewhere = Multiaddr.parse("/ip4/5.6.7.9/udp/4001/quic-v1");
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                assertThat(open(manager, "5.6.7.8", open)).isNull();
                assertThat(open(manager, "5.6.7.9", open)).isNull();
            }
            ConnectionScope moving = open.getFirst();
            moving.setPeer(PeerId.parse("12D3KooWRQvJpszu75CuXR6V5vngAtn22n2nHhYCEdZ8RzTMdFoa"));
            assertThat(catchThrowableOfType(LimitExceededException.class, () -> moving.setRemote(elsewhere)))
                    .isNotNull();
            assertThat(open(manager, "5.6.7.8", open))
                    .as("it is still charged here")
                    .isNotNull();
            open.get(1).close();
            moving.setRemote(elsewhere);
            assertThat(open(manager, "5.6.7.8", open)).isNull();
            open.forEach(ConnectionScope::close);
            assertThat(manager.usage()).isEmpty();
        });
    }

    @Test
    void aPeerMovesWithinItsOwnFullNetworkAndIntoNoOtherThatIsFull() {
        play((simulation, manager) -> {
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 1; i <= 8; i++) {
                assertThat(open(manager, "2001:db8::" + i, open)).isNull();
                assertThat(open(manager, "2001:db8:0:100::" + i, open)).isNull();
            }
            ConnectionScope moving = open.getFirst();
            for (int i = 0; i < 100; i++) { // without a token
                moving.setRemote(Multiaddr.parse("/ip6/2001:db8:0:ff::" + i + "/udp/4001/quic-v1"));
            }
            assertThat(open(manager, "2001:db8::9", open)).as("the ninth").isNotNull();
            LimitExceededException refused = catchThrowableOfType(
                    LimitExceededException.class,
                    () -> moving.setRemote(Multiaddr.parse("/ip6/2001:db8:0:100::9/udp/4001/quic-v1")));
            assertThat(refused.scope()).isEqualTo("network:2001:db8:0:100:0:0:0:0/56");
            assertThat(open(manager, "2001:db8::9", open))
                    .as("it is still charged here")
                    .isNotNull();
            moving.setRemote(Multiaddr.parse("/ip6/2001:db8:0:200::1/udp/4001/quic-v1"));
            assertThat(open(manager, "2001:db8::9", open)).isNull();
            assertThat(open(manager, "2001:db8::a", open)).isNotNull();
            open.forEach(ConnectionScope::close);
            assertThat(manager.usage()).isEmpty();
            simulation.sleep(Duration.ofHours(1)); // until there are all tokens again
            for (int i = 0; i < 64; i++) {
                assertThat(open(manager, "2001:db8:0:" + Integer.toHexString(i % 8 << 8) + "::1", open))
                        .as("connection " + i)
                        .isNull();
            }
            assertThat(open(manager, "2001:db8:0:800::1", open).scope()).isEqualTo("network:2001:db8:0:0:0:0:0:0/48");
        });
    }

    /** Packets in the name of an honest peer take neither its places nor its turns. */
    @Test
    void packetsWithAForgedAddressLockItsOwnerOutOfNothing() {
        play((simulation, manager) -> {
            Multiaddr forged = Multiaddr.parse("/ip4/5.6.7.8/udp/4001/quic-v1");
            List<ConnectionScope> pretended = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                ConnectionScope place = manager.openUnproved(forged);
                if (place == null) { // all are taken, until three seconds later
                    pretended.forEach(ConnectionScope::close);
                    pretended.clear();
                } else {
                    pretended.add(place);
                }
            }
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                assertThat(open(manager, "5.6.7.8", open)).isNull();
            }
            assertThat(open(manager, "5.6.7.8", open)).as("the ninth").isNotNull();
            open.forEach(ConnectionScope::close);
            pretended.forEach(ConnectionScope::close);
            assertThat(manager.usage()).isEmpty();
        });
    }

    /** From then on as those whose address was known from the start, also before they say which peer they are. */
    @Test
    void aProvedAddressHasEightConnectionsAtATime() {
        play((simulation, manager) -> {
            Multiaddr proved = Multiaddr.parse("/ip4/5.6.7.8/udp/4001/quic-v1");
            List<ConnectionScope> places = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                ConnectionScope place = manager.openUnproved(proved);
                assertThat(place).isNotNull();
                places.add(place);
            }
            for (ConnectionScope place : places.subList(0, 8)) {
                place.addressProved();
                place.addressProved();
            }
            LimitExceededException refused = catchThrowableOfType(
                    LimitExceededException.class, () -> places.getLast().addressProved());
            assertThat(refused.scope()).isEqualTo("network:5.6.7.8/32");
            assertThat(manager.usage().get("transient").connectionsInbound()).isEqualTo(8);
            assertThat(manager.usage().get("unproved").connectionsInbound()).isEqualTo(1);
            places.getFirst().setPeer(PeerId.parse("12D3KooWRQvJpszu75CuXR6V5vngAtn22n2nHhYCEdZ8RzTMdFoa"));
            assertThat(manager.usage().get("transient").connectionsInbound()).isEqualTo(7);
            places.getFirst().close();
            places.getLast().addressProved();
            places.forEach(ConnectionScope::close);
            assertThat(manager.usage()).isEmpty();
        });
    }

    @Test
    void anIpv4AddressHasEightConnectionsAtATime() {
        play((simulation, manager) -> {
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                assertThat(open(manager, "5.6.7.8", open)).isNull();
            }
            LimitExceededException refused = open(manager, "5.6.7.8", open);
            assertThat(refused).isNotNull();
            assertThat(refused.scope()).isEqualTo("network:5.6.7.8/32");
            assertThat(refused.limit()).isEqualTo("connections");
            assertThat(refused.value()).isEqualTo(9);
            assertThat(open(manager, "5.6.7.9", open)).as("a neighbour").isNull();
            open.getFirst().close();
            assertThat(open(manager, "5.6.7.8", open)).isNull();
            assertThat(manager.refusals()).hasToString("{network.connections=1}");
        });
    }

    @Test
    void sixteenConnectionsAtOnceThenOneEveryFiveSeconds() {
        play((simulation, manager) -> {
            for (int i = 0; i < 16; i++) {
                assertThat(openAndClose(manager, "5.6.7.8")).isNull();
            }
            LimitExceededException refused = openAndClose(manager, "5.6.7.8");
            assertThat(refused).isNotNull();
            assertThat(refused.limit()).isEqualTo("newConnections");
            simulation.sleep(Duration.ofMillis(4900));
            assertThat(openAndClose(manager, "5.6.7.8")).isNotNull();
            simulation.sleep(Duration.ofMillis(110));
            assertThat(openAndClose(manager, "5.6.7.8")).isNull();
            assertThat(openAndClose(manager, "5.6.7.8")).isNotNull();
            simulation.sleep(Duration.ofHours(1));
            for (int i = 0; i < 16; i++) {
                assertThat(openAndClose(manager, "5.6.7.8")).isNull();
            }
            assertThat(openAndClose(manager, "5.6.7.8")).isNotNull();
        });
    }

    private static @Nullable LimitExceededException openAndClose(CountingResourceManager manager, String ip) {
        List<ConnectionScope> open = new ArrayList<>();
        LimitExceededException refused = open(manager, ip, open);
        open.forEach(ConnectionScope::close);
        return refused;
    }

    @Test
    void ipv6AddressesAreCountedByTheir56And48BitPrefixes() {
        play((simulation, manager) -> {
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                assertThat(open(manager, "2a00:1:2:300::" + i, open)).isNull();
            }
            assertThat(open(manager, "2a00:1:2:3ff::1", open).scope()).isEqualTo("network:2a00:1:2:300:0:0:0:0/56");
            for (int net = 4; net < 11; net++) {
                for (int i = 0; i < 8; i++) {
                    assertThat(open(manager, "2a00:1:2:" + Integer.toHexString(net) + "00::" + i, open))
                            .isNull();
                }
            }
            LimitExceededException refused = open(manager, "2a00:1:2:f00::1", open);
            assertThat(refused.scope()).isEqualTo("network:2a00:1:2:0:0:0:0:0/48");
            assertThat(refused.value()).isEqualTo(65);
            assertThat(open(manager, "2a00:1:3:f00::1", open)).isNull();
            int remembered = manager.addresses.remembered();
            open.forEach(ConnectionScope::close);
            assertThat(manager.addresses.remembered()).isEqualTo(remembered);
        });
    }

    @Test
    void aRefusedConnectionCostsNoToken() {
        play(
                ResourceLimits.unlimited()
                        .with(ScopeKind.SYSTEM, ScopeLimit.UNLIMITED.with(Resource.CONNECTIONS, 1))
                        .withAddresses(AddressLimits.DEFAULT),
                (simulation, manager) -> {
                    List<ConnectionScope> open = new ArrayList<>();
                    assertThat(open(manager, "5.6.7.8", open)).isNull();
                    for (int i = 0; i < 7; i++) {
                        assertThat(open(manager, "5.6.7.8", open).scope()).isEqualTo("system");
                    }
                    open.getFirst().close();
                    assertThat(open(manager, "5.6.7.8", open)).isNull();
                });
    }

    @Test
    void loopbackTheAllowListAndOwnDialsAreExempt() {
        ResourceLimits limits = ResourceLimits.unlimited()
                .withAddresses(AddressLimits.DEFAULT)
                .withAllowed(new AllowList.Entry(Subnet.parse("10.0.0.0/8"), null));
        play(limits, (simulation, manager) -> {
            List<ConnectionScope> open = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                assertThat(open(manager, "127.0.0.1", open)).isNull();
                assertThat(open(manager, "::1", open)).isNull();
                assertThat(open(manager, "10.3.4.5", open)).isNull();
                open.add(manager.openConnection(
                        Direction.OUTBOUND, true, Multiaddr.parse("/ip4/5.6.7.8/tcp/" + (1 + i))));
                open.add(manager.openConnection(Direction.INBOUND, true, Multiaddr.parse("/memory/7")));
            }
            assertThat(manager.addresses.remembered()).isZero();
        });
    }

    @Test
    void remembersABoundedNumberOfNetworksWithoutForgettingThoseThatAreConnected() {
        AddressLimits limits = new AddressLimits(AddressLimits.DEFAULT.rules(), 1000);
        play(ResourceLimits.unlimited().withAddresses(limits), (simulation, manager) -> {
            List<ConnectionScope> kept = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                open(manager, "6.0.0." + i, kept);
            }
            for (int i = 0; i < 300_000; i++) {
                openAndClose(manager, "5." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
            }
            assertThat(manager.addresses.remembered()).isEqualTo(1050);
            for (int i = 0; i < 7; i++) {
                assertThat(open(manager, "6.0.0.0", kept)).isNull();
            }
            assertThat(open(manager, "6.0.0.0", kept)).isNotNull();
        });
    }
}
