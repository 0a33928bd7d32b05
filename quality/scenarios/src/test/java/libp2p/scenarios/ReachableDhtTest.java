package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.Nat;
import libp2p.nat.autonat.AutoNat;
import libp2p.nat.mapping.Method;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Kademlia and AutoNAT in one host: who can be reached serves the DHT of the internet, and no other host does. */
class ReachableDhtTest {
    private static final String WIDE = "/test/kad/1.0.0";

    private static List<TestNode> servers(World world) throws IOException {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            String ip = "8.8." + i + ".1";
            servers.add(world.node(
                    world.simulation().host("server" + i, ip),
                    builder -> builder.with(Kad.server().withPrefix("/test"))
                            .with(Nat.create().withAutoNatService()),
                    World.address(ip)));
        }
        return servers;
    }

    private static TestNode auto(World world, SimulatedEnvironment machine, Nat family) throws IOException {
        String ip = machine.addresses().getFirst().getHostAddress();
        return world.node(
                machine, builder -> builder.with(Kad.auto().withPrefix("/test")).with(family), World.address(ip));
    }

    private static Reachability reachability(TestNode node) {
        return node.host().find(AutoNat.class).orElseThrow().report().state();
    }

    private static boolean isInTableOf(TestNode server, TestNode node) {
        return server.host().find(Dht.class).orElseThrow().tablePeers().contains(node.id());
    }

    @Test
    void aHostInTheOpenServesAndOneBehindARouterDoesNot() {
        World.underSeeds(2, world -> {
            List<TestNode> servers = servers(world);
            TestNode open = auto(world, world.simulation().host("open", "8.9.0.1"), Nat.create());
            SimulatedEnvironment inside =
                    world.simulation().host("inside", world.network().nat("8.9.1.1"), "10.0.0.2");
            TestNode hidden = auto(world, inside, Nat.create());
            for (TestNode server : servers) {
                open.connect(server);
                hidden.connect(server);
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(reachability(open)).isEqualTo(Reachability.PUBLIC);
            assertThat(open.host().protocols()).contains(WIDE);
            assertThat(servers).anyMatch(server -> isInTableOf(server, open));
            assertThat(reachability(hidden)).isEqualTo(Reachability.PRIVATE);
            assertThat(hidden.host().protocols()).doesNotContain(WIDE);
            assertThat(servers).noneMatch(server -> isInTableOf(server, hidden));
        });
    }

    @Test
    void aHostServesAsLongAsItsRouterLeadsThePortInside() {
        World.underSeeds(2, world -> {
            List<TestNode> servers = servers(world);
            libp2p.simulator.SimulatedNat router =
                    world.network().nat("8.9.1.1").mapsPorts("10.0.0.1", Duration.ofMinutes(2));
            SimulatedEnvironment inside = world.simulation().host("inside", router, "10.0.0.2");
            TestNode node = auto(world, inside, Nat.create().withPortMapping(Set.of(Method.PCP, Method.PMP)));
            for (TestNode server : servers) {
                node.connect(server);
            }
            world.sleep(Duration.ofMinutes(3));
            assertThat(reachability(node)).isEqualTo(Reachability.PUBLIC);
            assertThat(node.host().protocols()).contains(WIDE);
            router.stopMappingPorts();
            world.sleep(Duration.ofMinutes(5));
            assertThat(reachability(node))
                    .as(
                            "%s, %s",
                            node.host().find(AutoNat.class).orElseThrow().report(),
                            node.host().addressBook().entries())
                    .isEqualTo(Reachability.PRIVATE);
            assertThat(node.host().protocols()).doesNotContain(WIDE);
            assertThat(node.host().addresses()).noneMatch(Multiaddr::isPublic);
        });
    }
}
