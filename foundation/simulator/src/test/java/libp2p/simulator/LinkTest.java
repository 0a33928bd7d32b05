package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.exactly;
import static libp2p.simulator.TwoHosts.read;
import static libp2p.simulator.TwoHosts.underSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.simulator.TwoHosts.Connected;
import org.junit.jupiter.api.Test;

class LinkTest {
    @Test
    void connectingTakesARoundTrip() {
        exactly(hosts -> {
            hosts.link().latency(Duration.ofMillis(30));
            hosts.listen(1);
            hosts.connect();
            assertThat(hosts.simulation().elapsed()).isEqualTo(Duration.ofMillis(60));
        });
    }

    @Test
    void anEchoTakesARoundTrip() {
        exactly(hosts -> {
            hosts.link().latency(Duration.ofMillis(30));
            Connected pair = hosts.connected();
            Duration before = hosts.simulation().elapsed();
            hosts.simulation().spawn("echo", () -> pair.server().write(bytes(read(pair.server(), 4))));
            pair.client().write(bytes("ping"));
            assertThat(read(pair.client(), 4)).isEqualTo("ping");
            assertThat(hosts.simulation().elapsed().minus(before)).isEqualTo(Duration.ofMillis(60));
        });
    }

    @Test
    void bandwidthIsSharedByAllConnectionsOfALink() {
        exactly(hosts -> {
            hosts.link().latency(Duration.ofMillis(10)).bandwidth(1_000_000);
            Connected one = hosts.connected();
            Connected two = hosts.connected();
            Duration before = hosts.simulation().elapsed();
            one.client().write(ByteBuffer.allocate(50_000));
            two.client().write(ByteBuffer.allocate(50_000));
            read(one.server(), 50_000);
            read(two.server(), 50_000);
            assertThat(hosts.simulation().elapsed().minus(before)).isEqualTo(Duration.ofMillis(110));
        });
    }

    @Test
    void aSmallBufferBoundsTheThroughputByTheRoundTrip() {
        exactly(hosts -> {
            hosts.network().socketBuffer(10_000);
            hosts.link().latency(Duration.ofMillis(50));
            Connected pair = hosts.connected();
            Duration before = hosts.simulation().elapsed();
            hosts.simulation().spawn("writer", () -> pair.client().write(ByteBuffer.allocate(100_000)));
            read(pair.server(), 100_000);
            Duration took = hosts.simulation().elapsed().minus(before);
            assertThat(took).isEqualTo(Duration.ofMillis(50 + 9 * 100));
        });
    }

    @Test
    void jitterDelaysButKeepsTheOrder() {
        underSeeds(20, hosts -> {
            hosts.link().latency(Duration.ofMillis(10)).jitter(Duration.ofMillis(10));
            Connected pair = hosts.connected();
            for (int i = 0; i < 100; i++) {
                pair.client().write(bytes(i + ","));
                hosts.simulation().sleep(Duration.ofMillis(1));
            }
            pair.client().close();
            String[] numbers = TwoHosts.readAll(pair.server()).split(",");
            for (int i = 0; i < 100; i++) {
                assertThat(numbers[i]).isEqualTo(Integer.toString(i));
            }
        });
    }

    @Test
    void aLostSegmentArrivesLate() {
        exactly(hosts -> {
            Connected pair = hosts.connected();
            hosts.link().loss(0.3);
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 50; i++) {
                Duration before = hosts.simulation().elapsed();
                pair.client().write(bytes("x"));
                read(pair.server(), 1);
                Duration took = hosts.simulation().elapsed().minus(before);
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            assertThat(longest).isGreaterThanOrEqualTo(Duration.ofMillis(201));
        });
    }

    @Test
    void aPartitionHoldsBytesBackUntilItHeals() {
        underSeeds(50, hosts -> {
            Connected pair = hosts.connected();
            hosts.network().partition(List.of(hosts.alice()));
            pair.client().write(bytes("one "));
            hosts.simulation().sleep(Duration.ofSeconds(10));
            pair.client().write(bytes("two "));
            int[] got = {0};
            SimulatedTask reader = hosts.simulation().spawn("reader", () -> {
                assertThat(read(pair.server(), 14)).isEqualTo("one two three ");
                got[0] = 1;
            });
            hosts.simulation().sleep(Duration.ofSeconds(10));
            assertThat(got[0]).isZero();
            hosts.network().healPartitions();
            pair.client().write(bytes("three "));
            reader.join();
            assertThat(hosts.simulation().elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(60));
        });
    }

    @Test
    void hostsOfOneIslandStillReachEachOther() {
        underSeeds(20, hosts -> {
            SimulatedEnvironment carol = hosts.simulation().host("carol", "10.0.0.3");
            hosts.listen(4);
            hosts.network().partition(List.of(hosts.alice(), hosts.bob()));
            hosts.connect();
            Deadline deadline = Deadline.after(carol, Duration.ofSeconds(2));
            assertThatThrownBy(() -> carol.network().connectTcp(null, TwoHosts.SERVER, deadline))
                    .isInstanceOf(DeadlineExceededException.class);
        });
    }

    @Test
    void tcpGivesUpAfterAQuarterOfAnHour() {
        underSeeds(10, hosts -> {
            Connected pair = hosts.connected();
            hosts.link().cut();
            pair.client().write(bytes("anybody there?"));
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection timed out");
            assertThat(hosts.simulation().elapsed()).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(20));
        });
    }

    @Test
    void aConnectGoesThroughOnceTheLinkHeals() {
        underSeeds(20, hosts -> {
            hosts.listen(1);
            hosts.link().cut();
            SimulatedTask dialer = hosts.simulation().spawn("dialer", hosts::connect);
            hosts.simulation().sleep(Duration.ofSeconds(2));
            assertThat(dialer.isDone()).isFalse();
            hosts.link().heal();
            dialer.join();
            assertThat(hosts.simulation().elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        });
    }

    @Test
    void aSilencedConnectionSaysNothingWhileNewOnesWork() {
        underSeeds(20, hosts -> {
            Connected pair = hosts.connected();
            SimulatedTask reader = hosts.simulation()
                    .spawn(
                            "reader",
                            () -> assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1))));
            hosts.network().silenceConnections(hosts.alice(), hosts.bob());
            pair.client().write(bytes("x"));
            pair.client().close();
            hosts.simulation().sleep(Duration.ofHours(2));
            assertThat(reader.isDone()).isFalse();
            Connected fresh = hosts.connected();
            fresh.client().write(bytes("y"));
            assertThat(read(fresh.server(), 1)).isEqualTo("y");
            pair.server().close();
            reader.join();
        });
    }

    @Test
    void aPeerWithoutPowerNeitherAnswersNorRefuses() {
        underSeeds(20, hosts -> {
            hosts.listen(4);
            TcpChannel client = hosts.connect();
            hosts.bob().powerOff();
            client.write(bytes("x"));
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessage("Connection timed out");
            assertThatThrownBy(hosts::connect)
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection timed out");
        });
    }

    @Test
    void aResetThatGetsLostLeavesTheOtherSideHalfOpen() {
        underSeeds(20, hosts -> {
            Connected pair = hosts.connected();
            pair.client().write(bytes("unread"));
            hosts.simulation().sleep(Duration.ofMillis(10));
            hosts.link().cut();
            pair.server().close();
            hosts.simulation().sleep(Duration.ofSeconds(1));
            hosts.link().heal();
            SimulatedTask reader = hosts.simulation()
                    .spawn(
                            "reader",
                            () -> assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                                    .hasMessage("Connection reset"));
            hosts.simulation().sleep(Duration.ofHours(1));
            assertThat(reader.isDone()).isFalse();
            pair.client().write(bytes("that wakes it"));
            reader.join();
        });
    }
}
