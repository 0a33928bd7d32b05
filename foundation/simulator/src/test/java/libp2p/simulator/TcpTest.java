package libp2p.simulator;

import static libp2p.simulator.TwoHosts.bytes;
import static libp2p.simulator.TwoHosts.read;
import static libp2p.simulator.TwoHosts.readAll;
import static libp2p.simulator.TwoHosts.underSeeds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.simulator.TwoHosts.Connected;
import org.junit.jupiter.api.Test;

class TcpTest {
    private static final int SEEDS = 50;

    @Test
    void bytesArriveInOrderAndTheEndAfterThem() {
        underSeeds(SEEDS, hosts -> {
            hosts.link().jitter(Duration.ofMillis(5)).loss(0.1);
            Connected pair = hosts.connected();
            StringBuilder sent = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                String piece = "piece " + i + ";";
                sent.append(piece);
                pair.client().write(bytes(piece));
            }
            pair.client().shutdownOutput();
            assertThat(readAll(pair.server())).isEqualTo(sent.toString());
            pair.server().write(bytes("still open this way"));
            pair.server().close();
            assertThat(readAll(pair.client())).isEqualTo("still open this way");
        });
    }

    @Test
    void aConnectFromAPortToItselfMakesASocketThatHearsItself() {
        underSeeds(SEEDS, hosts -> {
            InetSocketAddress own = new InetSocketAddress("10.0.0.1", 4001);
            try (TcpListener listener = hosts.alice().network().listenTcp(own, 1, true)) {
                TcpChannel lonely = hosts.alice().network().connectTcp(own, listener.localAddress(), Deadline.NONE);
                lonely.write(bytes("hello"));
                assertThat(read(lonely, 5)).isEqualTo("hello");
                assertThat(hosts.network().openConnections(hosts.alice())).isEqualTo(1);
                lonely.close();
            }
            assertThat(hosts.network().openConnections(hosts.alice())).isZero();
        });
    }

    @Test
    void aWriteBlocksWhileTheBuffersAreFull() {
        underSeeds(SEEDS, hosts -> {
            hosts.network().socketBuffer(10_000);
            Connected pair = hosts.connected();
            ByteBuffer source = ByteBuffer.allocate(25_000);
            SimulatedTask writer =
                    hosts.simulation().spawn("writer", () -> pair.client().write(source));
            hosts.simulation().sleep(Duration.ofSeconds(5));
            assertThat(source.position()).isEqualTo(10_000);
            read(pair.server(), 4_000);
            hosts.simulation().sleep(Duration.ofSeconds(5));
            assertThat(source.position()).isEqualTo(14_000);
            read(pair.server(), 21_000);
            writer.join();
        });
    }

    @Test
    void closingWithUnreadBytesResetsTheOtherSide() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            pair.client().write(bytes("this is not read"));
            hosts.simulation().sleep(Duration.ofMillis(10));
            pair.server().close();
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
            assertThatThrownBy(() -> pair.client().write(bytes("x"))).hasMessage("Broken pipe");
        });
    }

    @Test
    void closingWithAResetReachesTheOtherSideThoughNothingIsUnread() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            pair.client().resetOnClose(true);
            pair.client().close();
            assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        });
    }

    @Test
    void writingToAClosedPeerIsAnsweredWithAReset() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            pair.server().close();
            assertThat(pair.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            pair.client().write(bytes("into the void"));
            hosts.simulation().sleep(Duration.ofMillis(10));
            assertThatThrownBy(() -> pair.client().write(bytes("again"))).isInstanceOf(SocketException.class);
        });
    }

    @Test
    void bytesThatArrivedBeforeAResetCanBeRead() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            pair.server().write(bytes("last words"));
            pair.client().write(bytes("unread"));
            hosts.simulation().sleep(Duration.ofMillis(10));
            pair.server().close();
            hosts.simulation().sleep(Duration.ofMillis(10));
            assertThat(read(pair.client(), 10)).isEqualTo("last words");
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
        });
    }

    @Test
    void closeEndsABlockedReadAndABlockedWrite() {
        underSeeds(SEEDS, hosts -> {
            hosts.network().socketBuffer(100);
            Connected pair = hosts.connected();
            List<Throwable> ends = new ArrayList<>();
            SimulatedTask reader = hosts.simulation()
                    .spawn("reader", () -> ends.add(failure(() -> pair.client().read(ByteBuffer.allocate(1)))));
            SimulatedTask writer = hosts.simulation()
                    .spawn("writer", () -> ends.add(failure(() -> pair.client().write(ByteBuffer.allocate(1_000)))));
            hosts.simulation().sleep(Duration.ofSeconds(1));
            pair.client().close();
            pair.client().close();
            reader.join();
            writer.join();
            assertThat(ends).hasSize(2).hasOnlyElementsOfType(AsynchronousCloseException.class);
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isExactlyInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> pair.client().write(bytes("x"))).isExactlyInstanceOf(ClosedChannelException.class);
        });
    }

    private static Throwable failure(Simulation.Action action) {
        try {
            action.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("no failure");
    }

    @Test
    void anInterruptClosesTheChannelForAllThreads() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            boolean[] flag = {false};
            SimulatedTask reader = hosts.simulation().spawn("reader", () -> {
                assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                        .isInstanceOf(ClosedByInterruptException.class);
                flag[0] = Thread.currentThread().isInterrupted();
            });
            hosts.simulation().sleep(Duration.ofSeconds(1));
            reader.interrupt();
            hosts.simulation().await("reader", reader::isDone);
            assertThat(flag[0]).isTrue();
            assertThatThrownBy(() -> pair.client().write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
            assertThat(readAll(pair.server())).isEmpty();
        });
    }

    @Test
    void aConnectionToAPortWithoutListenerIsRefused() {
        underSeeds(SEEDS, hosts -> {
            assertThatThrownBy(hosts::connect)
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
            assertThat(hosts.simulation().elapsed()).isBetween(Duration.ofMillis(2), Duration.ofNanos(2_500_000));
        });
    }

    @Test
    void aConnectionThatFindsTheBacklogFullIsRefused() {
        underSeeds(SEEDS, hosts -> {
            TcpListener listener = hosts.listen(2);
            hosts.connect();
            hosts.connect();
            assertThatThrownBy(hosts::connect).isInstanceOf(ConnectException.class);
            hosts.simulation().sleep(Duration.ofMillis(5));
            listener.accept();
            hosts.connect();
        });
    }

    @Test
    void aConnectionToNowhereTimesOut() {
        underSeeds(5, hosts -> {
            InetSocketAddress nowhere = new InetSocketAddress("10.9.9.9", 1);
            Deadline deadline = Deadline.after(hosts.alice(), Duration.ofSeconds(5));
            assertThatThrownBy(() -> hosts.alice().network().connectTcp(null, nowhere, deadline))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(hosts.simulation().elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_010));
            assertThatThrownBy(() -> hosts.alice().network().connectTcp(null, nowhere, Deadline.NONE))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection timed out");
        });
    }

    @Test
    void anInterruptEndsAConnectAndLeavesNothingBehind() {
        underSeeds(SEEDS, hosts -> {
            TcpListener listener = hosts.listen(1);
            SimulatedTask dialer = hosts.simulation()
                    .spawn(
                            "dialer",
                            () -> assertThatThrownBy(hosts::connect)
                                    .isInstanceOf(InterruptedIOException.class)
                                    .isNotInstanceOf(DeadlineExceededException.class));
            hosts.simulation()
                    .sleep(Duration.ofNanos(hosts.simulation().random("when").nextLong(2_000_000)));
            dialer.interrupt();
            dialer.join();
            hosts.simulation().sleep(Duration.ofSeconds(1));
            assertThat(hosts.network().openConnections(hosts.alice())).isZero();
            hosts.connect(); // the only place in the backlog is free
            listener.accept();
        });
    }

    @Test
    void acceptEndsWhenTheListenerCloses() {
        underSeeds(SEEDS, hosts -> {
            TcpListener listener = hosts.listen(1);
            SimulatedTask acceptor = hosts.simulation()
                    .spawn(
                            "acceptor",
                            () -> assertThatThrownBy(listener::accept).isInstanceOf(ClosedChannelException.class));
            hosts.simulation().sleep(Duration.ofSeconds(1));
            listener.close();
            acceptor.join();
            assertThatThrownBy(listener::accept).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(hosts::connect).isInstanceOf(ConnectException.class);
            hosts.listen(1).close();
        });
    }

    @Test
    void connectionsThatWereNotAcceptedAreResetWhenTheListenerCloses() {
        underSeeds(SEEDS, hosts -> {
            TcpListener listener = hosts.listen(1);
            TcpChannel client = hosts.connect();
            listener.close();
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessage("Connection reset");
        });
    }

    @Test
    void portsAreTakenFreedAndReused() {
        underSeeds(SEEDS, hosts -> {
            var network = hosts.bob().network();
            TcpListener listener = hosts.listen(1);
            assertThatThrownBy(() -> hosts.listen(1)).isInstanceOf(BindException.class);
            assertThatThrownBy(() -> network.listenTcp(new InetSocketAddress("0.0.0.0", 4001), 1, true))
                    .isInstanceOf(BindException.class);
            network.listenTcp(new InetSocketAddress("::", 4001), 1, true).close();
            assertThatThrownBy(() -> network.listenTcp(new InetSocketAddress("10.0.0.7", 4001), 1, true))
                    .isInstanceOf(BindException.class);
            listener.close();
            TcpListener any = network.listenTcp(new InetSocketAddress("0.0.0.0", 0), 1, true);
            assertThat(any.localAddress().getPort()).isBetween(32_768, 60_999);
            assertThat(any.localAddress().getAddress().isAnyLocalAddress()).isTrue();
        });
    }

    @Test
    void aDialLeavesFromTheListenersPortIfItMayBeReused() {
        underSeeds(SEEDS, hosts -> {
            InetSocketAddress from = new InetSocketAddress("10.0.0.1", 4001);
            TcpListener target = hosts.listen(8);
            TcpListener exclusive = hosts.alice().network().listenTcp(from, 1, false);
            assertThatThrownBy(() -> hosts.alice().network().connectTcp(from, TwoHosts.SERVER, Deadline.NONE))
                    .isInstanceOf(BindException.class);
            exclusive.close();
            hosts.alice().network().listenTcp(new InetSocketAddress("0.0.0.0", 4001), 1, true);
            TcpChannel client = hosts.alice().network().connectTcp(from, TwoHosts.SERVER, Deadline.NONE);
            assertThat(client.localAddress()).isEqualTo(from);
            TcpChannel server = target.accept();
            assertThat(server.remoteAddress()).isEqualTo(from);
            assertThat(server.localAddress()).isEqualTo(TwoHosts.SERVER);
            assertThatThrownBy(() -> hosts.alice().network().connectTcp(from, TwoHosts.SERVER, Deadline.NONE))
                    .isInstanceOf(BindException.class);
            client.close();
            hosts.alice().network().connectTcp(from, TwoHosts.SERVER, Deadline.NONE);
        });
    }

    @Test
    void loopbackAndIpv6Work() {
        underSeeds(SEEDS, hosts -> {
            var bob = hosts.bob().network();
            TcpListener listener = bob.listenTcp(new InetSocketAddress("::", 5_000), 4, true);
            TcpChannel self = bob.connectTcp(null, new InetSocketAddress("::1", 5_000), Deadline.NONE);
            assertThat(self.localAddress().getAddress().isLoopbackAddress()).isTrue();
            listener.accept();
            TcpChannel client =
                    hosts.alice().network().connectTcp(null, new InetSocketAddress("fd00::2", 5_000), Deadline.NONE);
            assertThat(client.localAddress().getAddress().getHostAddress()).startsWith("fd00:");
            assertThatThrownBy(() -> hosts.alice()
                            .network()
                            .connectTcp(null, new InetSocketAddress("10.0.0.2", 5_000), Deadline.NONE))
                    .isInstanceOf(ConnectException.class);
            SimulatedEnvironment four = hosts.simulation().host("four", "10.0.0.4");
            assertThatThrownBy(() ->
                            four.network().connectTcp(null, new InetSocketAddress("fd00::2", 5_000), Deadline.NONE))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Network is unreachable");
        });
    }

    @Test
    void aResetFromTheNetworkHitsBothEnds() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            SimulatedTask reader = hosts.simulation()
                    .spawn(
                            "reader",
                            () -> assertThatThrownBy(() -> pair.server().read(ByteBuffer.allocate(1)))
                                    .hasMessage("Connection reset"));
            hosts.simulation().sleep(Duration.ofMillis(5));
            hosts.network().resetConnections(hosts.bob(), hosts.alice());
            reader.join();
            assertThatThrownBy(() -> pair.client().write(bytes("x"))).isInstanceOf(IOException.class);
        });
    }

    @Test
    void aSecondReaderIsAMistake() {
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            hosts.simulation().spawn("reader", () -> pair.client().read(ByteBuffer.allocate(1)));
            hosts.simulation().sleep(Duration.ofMillis(5));
            assertThatThrownBy(() -> pair.client().read(ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalStateException.class);
            pair.server().close();
            hosts.simulation().settle();
        });
    }

    @Test
    void shortReadsHappenAndLoseNothing() {
        int[] reads = {0};
        underSeeds(SEEDS, hosts -> {
            Connected pair = hosts.connected();
            pair.client().write(ByteBuffer.allocate(5_000));
            hosts.simulation().sleep(Duration.ofMillis(10));
            ByteBuffer target = ByteBuffer.allocate(5_000);
            while (target.hasRemaining()) {
                pair.server().read(target);
                reads[0]++;
            }
        });
        assertThat(reads[0]).isGreaterThan(SEEDS);
    }
}
