package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.exactly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.LinkInterface;
import libp2p.core.environment.UdpSocket;
import org.junit.jupiter.api.Test;

class MulticastTest {
    private static final InetSocketAddress GROUP = new InetSocketAddress("224.0.0.251", 5353);

    private static UdpSocket join(SimulatedEnvironment host, String name) throws Exception {
        LinkInterface link = host.network().interfaces().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return host.network().joinMulticast(link, GROUP);
    }

    /** Notes what a socket receives, and from where. */
    private static List<String> hear(UdpSocket socket) {
        List<String> heard = new ArrayList<>();
        socket.onReadable(() -> {
            ByteBuffer target = ByteBuffer.allocate(100);
            try {
                for (InetSocketAddress from; (from = socket.tryReceive(target.clear())) != null; ) {
                    String text = new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII);
                    heard.add(text + " from " + from.getAddress().getHostAddress() + ":" + from.getPort());
                }
            } catch (java.io.IOException e) {
                heard.add("closed");
            }
            return 0;
        });
        return heard;
    }

    @Test
    void aGroupIsHeardByItsMembersOnTheSameNetworkAlone() {
        exactly(hosts -> {
            Lan home = hosts.network().lan("home").attach(hosts.alice()).attach(hosts.bob());
            SimulatedEnvironment carol = hosts.simulation().host("carol", "10.0.0.3");
            hosts.network().lan("elsewhere").attach(carol);
            UdpSocket alice = join(hosts.alice(), "home");
            UdpSocket bob = join(hosts.bob(), "home");
            List<String> atAlice = hear(alice);
            List<String> atBob = hear(bob);
            List<String> atBobToo = hear(join(hosts.bob(), "home"));
            List<String> atCarol = hear(join(carol, "elsewhere"));
            alice.send(bytes("hello"), GROUP);
            hosts.simulation().sleep(Duration.ofMillis(10));
            assertThat(atAlice).as("also by who sent it").containsExactly("hello from 10.0.0.1:5353");
            assertThat(atBob).containsExactly("hello from 10.0.0.1:5353");
            assertThat(atBobToo).containsExactly("hello from 10.0.0.1:5353");
            assertThat(atCarol).isEmpty();
            hosts.link().cut();
            alice.send(bytes("again"), GROUP);
            home.detach(hosts.bob());
            hosts.link().heal();
            alice.send(bytes("gone"), GROUP);
            hosts.simulation().sleep(Duration.ofMillis(10));
            assertThat(atAlice).hasSize(3);
            assertThat(atBob).hasSize(1);
            assertThatThrownBy(() -> join(hosts.alice(), "lo")).isInstanceOf(SocketException.class);
        });
    }

    @Test
    void aHostHasAnInterfaceForEachNetworkAndAMemberAnswersFromItsAddressThere() {
        exactly(hosts -> {
            hosts.alice().join("10.9.0.1");
            Lan one =
                    hosts.network().lan("one").attach(hosts.alice(), "10.0.0.1").attach(hosts.bob());
            hosts.network().lan("two").attach(hosts.alice(), "10.9.0.1");
            assertThat(hosts.alice().network().interfaces())
                    .extracting(link -> link.name() + " " + link.index() + " " + link.multicast())
                    .containsExactly("lo 1 false", "one 2 true", "two 3 true");
            List<String> atBob = hear(join(hosts.bob(), one.name()));
            join(hosts.alice(), "two").send(bytes("no host hears"), GROUP);
            UdpSocket ordinary = hosts.bob().network().bindUdp(new InetSocketAddress("0.0.0.0", 7_000));
            List<String> direct = hear(ordinary);
            join(hosts.alice(), "one").send(bytes("answer"), new InetSocketAddress("10.0.0.2", 7_000));
            hosts.simulation().sleep(Duration.ofMillis(10));
            assertThat(atBob).isEmpty();
            assertThat(direct).containsExactly("answer from 10.0.0.1:5353");
            ordinary.send(bytes("search"), GROUP);
            hosts.simulation().sleep(Duration.ofMillis(10));
            assertThat(atBob)
                    .as("a socket that chose no interface sends to the network of its own address")
                    .containsExactly("search from 10.0.0.2:7000");
        });
    }
}
