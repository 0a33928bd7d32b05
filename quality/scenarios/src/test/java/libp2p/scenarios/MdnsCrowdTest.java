package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import libp2p.core.environment.UdpSocket;
import libp2p.core.identity.Identity;
import libp2p.discovery.mdns.Mdns;
import libp2p.discovery.mdns.Mdns.Options;
import libp2p.discovery.mdns.dns.DnsMessage;
import libp2p.discovery.mdns.dns.DnsName;
import libp2p.discovery.mdns.dns.DnsRecord;
import libp2p.discovery.mdns.dns.DnsType;
import libp2p.simulator.Lan;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** One machine of a local network that takes what multicast DNS has for all. */
class MdnsCrowdTest {
    private static final DnsName SERVICE = DnsName.parse("_p2p._udp.local");
    private static final InetSocketAddress GROUP = new InetSocketAddress("224.0.0.251", 5353);
    private static final int AT_ONCE = 16;

    private static TestNode node(World world, SimulatedEnvironment machine, Options options) throws Exception {
        String ip = machine.addresses().getFirst().getHostAddress();
        return world.node(machine, builder -> builder.with(new Mdns(options)), World.address(ip));
    }

    private static boolean knows(TestNode one, TestNode other) {
        return one.host().find(Mdns.class).orElseThrow().peers().stream()
                .anyMatch(peer -> other.id().equals(peer.peer()));
    }

    /** A local network with a node, a machine for another, and one that has joined the group. */
    private record Home(TestNode one, SimulatedEnvironment second, SimulatedEnvironment attacker, UdpSocket socket) {
        static Home of(World world, Options options) throws Exception {
            Lan lan = world.network().lan("home");
            SimulatedEnvironment first = world.simulation().host("first", "10.0.0.1");
            SimulatedEnvironment second = world.simulation().host("second", "10.0.0.2");
            SimulatedEnvironment attacker = world.simulation().host("attacker", "10.0.0.66");
            lan.attach(first).attach(second).attach(attacker);
            return new Home(node(world, first, options), second, attacker, join(attacker));
        }
    }

    private static UdpSocket join(SimulatedEnvironment machine) throws Exception {
        return machine.network().joinMulticast(machine.network().interfaces().getLast(), GROUP);
    }

    private static byte[] invented(SimulatedEnvironment attacker, int number) {
        DnsName instance = SERVICE.child("invented" + number);
        String text = "dnsaddr=/ip4/10.0.0.200/tcp/" + (1 + number % 60_000) + "/p2p/"
                + Identity.generate(attacker).peerId();
        return DnsMessage.answer(
                        List.of(new DnsRecord(SERVICE, false, 2, new DnsRecord.Pointer(instance))),
                        List.of(new DnsRecord(instance, true, 2, new DnsRecord.Text(List.of(text)))))
                .encode();
    }

    @Test
    void oneMachineThatNamesPeersWhereNoneIsLeavesDialsToOthers() {
        World.underSeeds(2, world -> {
            Home home = Home.of(world, Options.DEFAULT);
            world.sleep(Duration.ofSeconds(5));
            TestNode two = null;
            int number = 0;
            for (int second0 = 0; second0 < 60; second0++) {
                for (int i = 0; i < AT_ONCE; i++) {
                    home.socket.send(ByteBuffer.wrap(invented(home.attacker, number++)), GROUP);
                }
                if (second0 == 5) {
                    two = node(world, home.second, Options.DEFAULT.withConnections(0));
                }
                world.sleep(Duration.ofSeconds(1));
            }
            assertThat(knows(home.one, two)).isTrue();
            assertThat(home.one.connections(two)).isNotEmpty();
            home.socket.close();
        });
    }

    @Test
    void strangersThatConnectLeaveDialsToThoseThatAreFound() {
        World.underSeeds(2, world -> {
            Home home = Home.of(world, Options.DEFAULT.withConnections(2));
            for (int i = 0; i < 2; i++) {
                world.node(home.attacker, builder -> {}).connect(home.one);
            }
            TestNode two = node(world, home.second, Options.DEFAULT.withConnections(0));
            world.sleep(Duration.ofSeconds(30));
            assertThat(home.one.connections(two)).isNotEmpty();
            home.socket.close();
        });
    }

    @Test
    void oneMachineThatFloodsLeavesOthersToBeHeard() {
        World.inExactTime(2, world -> {
            Home home = Home.of(world, Options.DEFAULT);
            byte[] question = DnsMessage.query(
                            List.of(new DnsMessage.Question(DnsName.parse("other.local"), DnsType.PTR, false)),
                            List.of())
                    .encode();
            TestNode two = null;
            for (int tick = 0; tick < 2_500; tick++) {
                for (int i = 0; i < AT_ONCE; i++) {
                    home.socket.send(ByteBuffer.wrap(question), GROUP);
                }
                if (tick == 500) {
                    two = node(world, home.second, Options.DEFAULT.withConnections(0));
                }
                world.sleep(Duration.ofMillis(2));
            }
            assertThat(knows(home.one, two)).isTrue();
            home.socket.close();
        });
    }
}
