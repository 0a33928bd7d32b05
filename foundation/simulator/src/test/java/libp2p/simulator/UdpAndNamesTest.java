package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.exactly;
import static libp2p.simulator.TwoHosts.underSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import org.junit.jupiter.api.Test;

class UdpAndNamesTest {
    private static final InetSocketAddress BOB = new InetSocketAddress("10.0.0.2", 9_000);

    private static UdpSocket bind(SimulatedEnvironment host, int port) throws Exception {
        return host.network().bindUdp(new InetSocketAddress("0.0.0.0", port));
    }

    @Test
    void datagramsArriveWithTheirSender() {
        exactly(hosts -> {
            UdpSocket alice = bind(hosts.alice(), 7_000);
            UdpSocket bob = bind(hosts.bob(), 9_000);
            alice.send(bytes("hello"), BOB);
            ByteBuffer target = ByteBuffer.allocate(3);
            assertThat(bob.receive(target)).isEqualTo(new InetSocketAddress("10.0.0.1", 7_000));
            assertThat(target.array()).as("the rest is lost").isEqualTo("hel".getBytes());
            assertThat(hosts.simulation().elapsed()).isEqualTo(Duration.ofMillis(1));
        });
    }

    @Test
    void lossDuplicationAndJitterShow() {
        exactly(hosts -> {
            hosts.link().loss(0.2).duplication(0.1).jitter(Duration.ofMillis(20));
            UdpSocket alice = bind(hosts.alice(), 0);
            UdpSocket bob = bind(hosts.bob(), 9_000);
            List<Integer> got = new ArrayList<>();
            SimulatedTask receiver = hosts.simulation().spawn("receiver", () -> {
                ByteBuffer target = ByteBuffer.allocate(4);
                while (true) {
                    try {
                        bob.receive(target.clear());
                    } catch (AsynchronousCloseException e) {
                        return;
                    }
                    got.add(target.getInt(0));
                }
            });
            for (int i = 0; i < 1_000; i++) {
                alice.send(ByteBuffer.allocate(4).putInt(0, i), BOB);
                hosts.simulation().sleep(Duration.ofMillis(1));
            }
            hosts.simulation().sleep(Duration.ofSeconds(1));
            bob.close();
            receiver.join();
            long distinct = got.stream().distinct().count();
            assertThat(distinct).isBetween(740L, 860L);
            assertThat(got.size() - distinct).isBetween(40L, 130L);
            assertThat(got).isNotEqualTo(got.stream().sorted().toList());
        });
    }

    @Test
    void aFullBufferAndAFullLinkDrop() {
        exactly(hosts -> {
            UdpSocket alice = bind(hosts.alice(), 0);
            UdpSocket bob = bind(hosts.bob(), 9_000);
            for (int i = 0; i < 1_000; i++) {
                alice.send(ByteBuffer.allocate(1_000), BOB);
            }
            hosts.simulation().sleep(Duration.ofSeconds(1));
            assertThat(drain(hosts, bob)).isEqualTo(212);
            UdpSocket again = bind(hosts.bob(), 9_000); // the interrupt has closed the first
            hosts.link().bandwidth(10_000);
            for (int i = 0; i < 100; i++) {
                alice.send(ByteBuffer.allocate(1_000), BOB);
            }
            hosts.simulation().sleep(Duration.ofSeconds(20));
            assertThat(drain(hosts, again)).isEqualTo(11);
        });
    }

    private static int drain(TwoHosts hosts, UdpSocket socket) throws Exception {
        int[] count = {0};
        SimulatedTask receiver = hosts.simulation().spawn("drain", () -> {
            try {
                while (true) {
                    socket.receive(ByteBuffer.allocate(10));
                    count[0]++;
                }
            } catch (ClosedByInterruptException drained) {
                assertThat(Thread.interrupted()).isTrue();
            }
        });
        hosts.simulation().settle();
        int drained = count[0];
        receiver.interrupt();
        receiver.join();
        return drained;
    }

    @Test
    void closeEndsReceive() {
        underSeeds(30, hosts -> {
            UdpSocket bob = bind(hosts.bob(), 9_000);
            SimulatedTask receiver = hosts.simulation()
                    .spawn(
                            "receiver",
                            () -> assertThatThrownBy(() -> bob.receive(ByteBuffer.allocate(1)))
                                    .isInstanceOf(ClosedChannelException.class));
            hosts.simulation().sleep(Duration.ofSeconds(1));
            assertThatThrownBy(() -> bind(hosts.bob(), 9_000)).isInstanceOf(BindException.class);
            bob.close();
            receiver.join();
            assertThatThrownBy(() -> bob.send(bytes("x"), BOB)).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> bind(hosts.bob(), 9_000).send(ByteBuffer.allocate(70_000), BOB))
                    .isInstanceOf(SocketException.class);
        });
    }

    @Test
    void namesResolveAfterAWhile() {
        exactly(hosts -> {
            var names = hosts.network().names();
            names.addresses("Peer.Example.", "10.0.0.2", "fd00::2").texts("_dnsaddr.peer.example", "dnsaddr=/ip4/…");
            var network = hosts.alice().network();
            assertThat(network.resolve("peer.example", Deadline.NONE))
                    .containsExactly(InetAddress.ofLiteral("10.0.0.2"), InetAddress.ofLiteral("fd00::2"));
            assertThat(hosts.simulation().elapsed()).isEqualTo(Duration.ofMillis(20));
            assertThat(network.resolveText("_dnsaddr.peer.example", Deadline.NONE))
                    .containsExactly("dnsaddr=/ip4/…");
            assertThat(network.resolveText("peer.example", Deadline.NONE)).isEmpty();
            assertThatThrownBy(() -> network.resolve("absent.example", Deadline.NONE))
                    .isInstanceOf(UnknownHostException.class);
            assertThat(network.resolve("192.0.2.1", Deadline.NONE)).hasSize(1);
        });
    }

    @Test
    void aSilentNameServerEndsWithTheDeadlineOrAnInterrupt() {
        underSeeds(30, hosts -> {
            hosts.network().names().addresses("peer.example", "10.0.0.2").silent(true);
            var network = hosts.alice().network();
            Deadline deadline = Deadline.after(hosts.alice(), Duration.ofSeconds(3));
            assertThatThrownBy(() -> network.resolve("peer.example", deadline))
                    .isInstanceOf(DeadlineExceededException.class);
            SimulatedTask asker = hosts.simulation()
                    .spawn(
                            "asker",
                            () -> assertThatThrownBy(() -> network.resolveText("peer.example", Deadline.NONE))
                                    .isExactlyInstanceOf(InterruptedIOException.class));
            hosts.simulation().sleep(Duration.ofSeconds(1));
            asker.interrupt();
            asker.join();
        });
    }
}
