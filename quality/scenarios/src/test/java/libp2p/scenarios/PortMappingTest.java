package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Registration;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.AddressBook.Origin;
import libp2p.core.peer.AddressBook.State;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.mapping.MappingChanged;
import libp2p.nat.mapping.Method;
import libp2p.simulator.Lan;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.UpnpRouter;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Ports of simulated routers, asked for by each method. */
class PortMappingTest {
    private static final String INSIDE = "192.168.1.2";
    private static final Duration LEASE = Duration.ofMinutes(2);

    /** A host behind a router at 8.9.1.1. */
    private static final class Home {
        final World world;
        final libp2p.simulator.SimulatedNat router;
        private final Lan lan;

        Home(World world) {
            this(world, world.network().nat("8.9.1.1"));
        }

        Home(World world, libp2p.simulator.SimulatedNat router) {
            this.world = world;
            this.router = router;
            this.lan = world.network().lan("home");
        }

        UpnpRouter upnp() {
            SimulatedEnvironment gateway = world.simulation().host("gateway", router, "192.168.1.1");
            lan.attach(gateway);
            return UpnpRouter.of(router, gateway, LEASE);
        }

        TestNode host(Method... methods) throws IOException {
            return host(Set.of(methods), "/ip4/" + INSIDE + "/tcp/4001");
        }

        TestNode host(Set<Method> methods, String... listen) throws IOException {
            SimulatedEnvironment inside = world.simulation().host("inside", router, INSIDE);
            lan.attach(inside);
            Nat family = Nat.create().withPortMapping(methods);
            return world.node(inside, builder -> builder.with(family), listen);
        }
    }

    private static MappingChanged next(Subscription<MappingChanged> changes, boolean held) throws InterruptedException {
        MappingChanged change;
        do {
            change = changes.take(Deadline.NONE);
            assertThat(change).isNotNull();
        } while (change.held() != held);
        return change;
    }

    private static List<TestNode> servers(World world) throws IOException {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            String ip = "9.0." + i + ".1";
            servers.add(world.node(
                    world.simulation().host("server" + i, ip),
                    builder -> builder.with(Nat.create().withAutoNatService()),
                    "/ip4/" + ip + "/tcp/4001"));
        }
        return servers;
    }

    /** Mapped within six seconds, confirmed within twelve, and taken back at the end. */
    private static void isMappedAndConfirmed(Home home, Method method) throws Exception {
        List<TestNode> servers = servers(home.world);
        Duration begin = home.world.simulation().elapsed();
        TestNode host = home.host(method);
        try (Subscription<MappingChanged> changes = host.host().events().subscribe(MappingChanged.class);
                Subscription<ReachabilityChanged> verdicts =
                        host.host().events().subscribe(ReachabilityChanged.class)) {
            for (TestNode server : servers) {
                host.connect(server);
            }
            if (home.router.forwardedPorts() == 0) {
                MappingChanged mapped = next(changes, true);
                assertThat(mapped.method()).isEqualTo(method);
                assertThat(mapped.address().getHostAddress()).isEqualTo("8.9.1.1");
            }
            assertThat(home.world.simulation().elapsed().minus(begin)).isLessThan(Duration.ofSeconds(6));
            ReachabilityChanged verdict;
            do {
                verdict = verdicts.take(Deadline.NONE);
            } while (verdict != null && verdict.reachability() != Reachability.PUBLIC);
            assertThat(home.world.simulation().elapsed().minus(begin)).isLessThan(Duration.ofSeconds(12));
        }
        assertThat(host.host().addressBook().entries())
                .anyMatch(entry -> entry.origin() == Origin.MAPPED && entry.state() == State.CONFIRMED);
        host.host().close();
        assertThat(home.router.forwardedPorts()).as("left behind").isZero();
    }

    @Test
    void aPortThatIsMappedByUpnpIsConfirmedAndTakenBack() {
        World.underSeeds(3, world -> {
            Home home = new Home(world);
            try (UpnpRouter _ = home.upnp().start()) {
                isMappedAndConfirmed(home, Method.UPNP);
            }
        });
    }

    @Test
    void aPortThatIsMappedByVersionTwoOfUpnpIsConfirmedAndTakenBack() {
        World.underSeeds(1, world -> {
            Home home = new Home(world);
            try (UpnpRouter _ = home.upnp().version(2).start()) {
                isMappedAndConfirmed(home, Method.UPNP);
            }
        });
    }

    @Test
    void aPortThatIsMappedByPcpOrNatPmpIsConfirmedAndTakenBack() {
        for (Method method : List.of(Method.PCP, Method.PMP)) {
            World.underSeeds(2, world -> {
                Home home = new Home(world);
                home.router.mapsPorts("192.168.1.1", LEASE);
                isMappedAndConfirmed(home, method);
            });
        }
    }

    @Test
    void aRouterThatKnowsPermanentLeasesOnlyIsAskedForOneAndCleanedUp() {
        World.underSeeds(2, world -> {
            Home home = new Home(world);
            try (UpnpRouter _ = home.upnp().onlyPermanentLeases().start()) {
                TestNode host = home.host(Method.UPNP);
                world.sleep(Duration.ofMinutes(5));
                assertThat(home.router.forwardedPorts()).isEqualTo(1);
                host.host().close();
                assertThat(home.router.forwardedPorts()).isZero();
            }
        });
    }

    @Test
    void anotherPortIsAskedForWhereOneIsTaken() {
        World.underSeeds(2, world -> {
            Home home = new Home(world);
            SimulatedEnvironment other = world.simulation().host("other", home.router, "192.168.1.3");
            home.router.forwardTcp(4001, other, new InetSocketAddress("192.168.1.3", 4001));
            try (UpnpRouter _ = home.upnp().start()) {
                TestNode host = home.host(Method.UPNP);
                world.sleep(Duration.ofSeconds(10));
                assertThat(home.router.forwardedPorts()).isEqualTo(2);
                assertThat(host.host().addressBook().entries())
                        .filteredOn(entry -> entry.origin() == Origin.MAPPED)
                        .extracting(entry -> entry.address().port())
                        .isNotEmpty()
                        .doesNotContain(4001);
            }
        });
    }

    @Test
    void aMappingThatTheRouterHasForgottenIsRestoredWithinThirtyFiveSeconds() {
        World.underSeeds(3, world -> {
            Home home = new Home(world);
            try (UpnpRouter _ = home.upnp().start()) {
                home.host(Method.UPNP);
                world.sleep(Duration.ofSeconds(10));
                assertThat(home.router.forwardedPorts()).isEqualTo(1);
                home.router.restart();
                assertThat(home.router.forwardedPorts()).isZero();
                world.sleep(Duration.ofSeconds(35));
                assertThat(home.router.forwardedPorts()).isEqualTo(1);
            }
        });
    }

    @Test
    void oneMappingLeadsToAllThatListensOnAUdpPort() {
        World.underSeeds(2, world -> {
            Home home = new Home(world);
            home.router.mapsPorts("192.168.1.1", LEASE);
            String quic = "/ip4/%s/udp/4001/quic-v1";
            TestNode host =
                    home.host(Set.of(Method.PCP), quic.formatted(INSIDE), quic.formatted(INSIDE) + "/webtransport");
            world.sleep(Duration.ofSeconds(10));
            assertThat(home.router.forwardedPorts()).isEqualTo(1);
            List<String> inside = host.host().addressBook().entries().stream()
                    .filter(entry -> entry.origin() == Origin.LISTEN)
                    .map(entry -> entry.address().toString())
                    .toList();
            assertThat(inside).hasSize(2);
            assertThat(host.host().addressBook().entries())
                    .filteredOn(entry -> entry.origin() == Origin.MAPPED)
                    .map(entry -> entry.address().toString())
                    .as("with the hashes of the certificates")
                    .containsExactlyElementsOf(inside.stream()
                            .map(address -> address.replace(INSIDE, "8.9.1.1"))
                            .toList());
        });
    }

    @Test
    void aRouterWhoseOwnAddressIsNotPublicIsToldAndNotAnnounced() {
        World.underSeeds(2, world -> {
            libp2p.simulator.SimulatedNat provider = world.network().nat("8.9.1.1");
            Home home = new Home(world, world.network().nat("100.64.0.2", provider));
            try (UpnpRouter _ = home.upnp().start()) {
                TestNode host = home.host(Method.UPNP);
                try (Subscription<MappingChanged> changes = host.host().events().subscribe(MappingChanged.class)) {
                    assertThat(next(changes, true).behindAnother()).isTrue();
                }
                world.sleep(Duration.ofMinutes(1));
                assertThat(host.host().addressBook().entries())
                        .extracting(AddressBook.Entry::origin)
                        .doesNotContain(Origin.MAPPED);
            }
        });
    }

    /** The other ports go on being renewed. */
    @Test
    void aMappingOfAPortOnWhichTheHostListensNoMoreIsTakenBack() {
        World.underSeeds(2, world -> {
            Home home = new Home(world);
            try (UpnpRouter _ = home.upnp().start()) {
                TestNode host = home.host(Method.UPNP);
                Registration second = host.host().listen(Multiaddr.parse("/ip4/" + INSIDE + "/tcp/4002"));
                world.sleep(Duration.ofSeconds(30));
                assertThat(mapped(host)).contains(4001, 4002);
                second.close();
                world.sleep(Duration.ofMinutes(5));
                assertThat(mapped(host)).containsExactly(4001);
                assertThat(home.router.forwardedPorts()).isEqualTo(1);
            }
        });
    }

    private static List<Integer> mapped(TestNode host) {
        return host.host().addressBook().entries().stream()
                .filter(entry -> entry.origin() == Origin.MAPPED)
                .map(entry -> entry.address().port())
                .toList();
    }
}
