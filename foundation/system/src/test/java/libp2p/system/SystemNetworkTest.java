package libp2p.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Network;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.UdpSocket;
import libp2p.core.failure.DeadlineExceededException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemNetworkTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);

    private final SystemEnvironment environment = SystemEnvironment.create();
    private final Network network = environment.network();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        environment.close();
    }

    private <C extends AutoCloseable> C keep(C closeable) {
        opened.add(closeable);
        return closeable;
    }

    private TcpListener listen(InetSocketAddress local, boolean reusePort) throws IOException {
        return keep(network.listenTcp(local, 16, reusePort));
    }

    private TcpChannel connect(InetSocketAddress remote) throws IOException {
        return keep(network.connectTcp(null, remote, Deadline.NONE));
    }

    @Test
    void afterAResetTheSameTwoPortsConnectAnewAtOnce() throws IOException {
        TcpListener listener = listen(ANY_PORT, false);
        TcpListener other = listen(ANY_PORT, true);
        InetSocketAddress local = other.localAddress();
        for (int i = 0; i < 3; i++) {
            TcpChannel client = keep(network.connectTcp(local, listener.localAddress(), Deadline.NONE));
            TcpChannel server = keep(listener.accept());
            client.resetOnClose(true);
            client.close();
            assertThatThrownBy(() -> server.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void carriesBytesBothWaysAndTheEnd() throws IOException {
        TcpListener listener = listen(ANY_PORT, false);
        TcpChannel client = connect(listener.localAddress());
        TcpChannel server = keep(listener.accept());
        assertThat(client.remoteAddress()).isEqualTo(server.localAddress()).isEqualTo(listener.localAddress());
        assertThat(server.remoteAddress()).isEqualTo(client.localAddress());

        byte[] sent = new byte[3_000_000];
        environment.random("data").nextBytes(sent);
        Thread writer = environment.start("writer", () -> {
            try {
                client.write(ByteBuffer.wrap(sent));
                client.shutdownOutput();
            } catch (IOException failure) {
                client.close();
            }
        });
        ByteBuffer received = ByteBuffer.allocate(sent.length + 1);
        while (server.read(received) >= 0) {}
        assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(sent));
        assertThat(writer.isVirtual()).isTrue();

        server.write(ByteBuffer.wrap(new byte[] {1}));
        assertThat(client.read(received.clear())).isEqualTo(1);
        server.close();
        server.close();
        assertThat(client.read(received)).isEqualTo(-1);
    }

    @Test
    void closingEndsABlockedReadAndABlockedAccept() throws Exception {
        TcpListener listener = listen(ANY_PORT, false);
        TcpChannel client = connect(listener.localAddress());
        keep(listener.accept());
        CompletableFuture<Throwable> read = failure(() -> client.read(ByteBuffer.allocate(1)));
        CompletableFuture<Throwable> accept = failure(listener::accept);
        client.close();
        listener.close();
        assertThat(read.get()).isInstanceOf(ClosedChannelException.class);
        assertThat(accept.get()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aRefusedConnectSaysSo() throws IOException {
        TcpListener listener = listen(ANY_PORT, false);
        listener.close();
        assertThatThrownBy(() -> connect(listener.localAddress())).isInstanceOf(ConnectException.class);
    }

    @Test
    void refusesNamesThatWereNotResolved() {
        assertThatThrownBy(() -> connect(InetSocketAddress.createUnresolved("example", 1)))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aDeadlineInThePastConnectsNothing() throws IOException {
        TcpListener listener = listen(ANY_PORT, false);
        Set<String> before = openSockets();
        assertThatThrownBy(() -> network.connectTcp(null, listener.localAddress(), new Deadline(1)))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(before).containsAll(openSockets());
    }

    @Test
    void theDeadlineEndsAConnectAndLeavesNoSocket() throws IOException {
        InetSocketAddress silent = silentListener();
        Set<String> before = openSockets();
        assertThatThrownBy(() -> network.connectTcp(null, silent, Deadline.afterNanos(environment, 20_000_000)))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("connecting to");
        assertThat(before).containsAll(openSockets());
    }

    @Test
    void anInterruptEndsAConnectAndLeavesNoSocket() throws Exception {
        InetSocketAddress silent = silentListener();
        Set<String> before = openSockets();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread dialing = environment.start("dialing", () -> {
            try (TcpChannel channel = network.connectTcp(null, silent, Deadline.NONE)) {
                outcome.complete(new AssertionError("connected " + channel));
            } catch (IOException failure) {
                outcome.complete(failure);
            }
            flag.complete(Thread.currentThread().isInterrupted());
        });
        dialing.interrupt();
        assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(flag.get()).isTrue();
        assertThat(before).containsAll(openSockets());
    }

    @Test
    void aDialMayLeaveFromAPortThatListens() throws IOException {
        TcpListener mine = listen(ANY_PORT, true);
        TcpListener other = listen(ANY_PORT, false);
        TcpChannel dial = keep(network.connectTcp(mine.localAddress(), other.localAddress(), Deadline.NONE));
        assertThat(dial.localAddress()).isEqualTo(mine.localAddress());
        assertThat(keep(other.accept()).remoteAddress()).isEqualTo(mine.localAddress());
        TcpChannel inbound = connect(mine.localAddress());
        assertThat(keep(mine.accept()).remoteAddress()).isEqualTo(inbound.localAddress());
    }

    @Test
    void aDialMayLeaveFromTheWildcardThatListens() throws IOException {
        TcpListener mine = listen(new InetSocketAddress("0.0.0.0", 0), true);
        TcpListener other = listen(ANY_PORT, false);
        TcpChannel dial = keep(network.connectTcp(mine.localAddress(), other.localAddress(), Deadline.NONE));
        assertThat(dial.localAddress().getPort()).isEqualTo(mine.localAddress().getPort());
    }

    @Test
    void aDialMayNotLeaveFromAPortThatIsNotShared() throws IOException {
        TcpListener mine = listen(ANY_PORT, false);
        TcpListener other = listen(ANY_PORT, false);
        Set<String> before = openSockets();
        assertThatThrownBy(() -> network.connectTcp(mine.localAddress(), other.localAddress(), Deadline.NONE))
                .isInstanceOf(BindException.class);
        assertThat(before).containsAll(openSockets());
    }

    @Test
    void aSecondListenerOnAPortFailsEvenIfBothShareIt() throws IOException {
        InetSocketAddress taken = listen(ANY_PORT, true).localAddress();
        InetSocketAddress wildcard = new InetSocketAddress("0.0.0.0", taken.getPort());
        Set<String> before = openSockets();
        for (boolean share : new boolean[] {true, false}) {
            assertThatThrownBy(() -> network.listenTcp(taken, 16, share)).isInstanceOf(BindException.class);
            assertThatThrownBy(() -> network.listenTcp(wildcard, 16, share)).isInstanceOf(BindException.class);
        }
        assertThat(before).containsAll(openSockets());
    }

    @Test
    void aPortWithOldConnectionsCanListenAgain() throws IOException {
        TcpListener first = listen(ANY_PORT, true);
        TcpListener other = listen(ANY_PORT, false);
        connect(first.localAddress());
        keep(first.accept());
        keep(network.connectTcp(first.localAddress(), other.localAddress(), Deadline.NONE));
        first.close();
        assertThat(listen(first.localAddress(), true).localAddress()).isEqualTo(first.localAddress());
    }

    @Test
    void listensOnTheWildcardsOfBothFamiliesWithOnePort() throws IOException {
        assumeTrue(hasIpv6());
        for (String[] order : new String[][] {{"0.0.0.0", "::"}, {"::", "0.0.0.0"}}) {
            TcpListener first = listen(new InetSocketAddress(order[0], 0), true);
            int port = first.localAddress().getPort();
            TcpListener second = listen(new InetSocketAddress(order[1], port), true);
            TcpListener ipv4 = order[0].equals("::") ? second : first;
            TcpListener ipv6 = order[0].equals("::") ? first : second;
            connect(new InetSocketAddress("127.0.0.1", port));
            connect(new InetSocketAddress("::1", port));
            assertThat(keep(ipv4.accept()).remoteAddress().getAddress().getAddress())
                    .hasSize(4);
            assertThat(keep(ipv6.accept()).remoteAddress().getAddress().getAddress())
                    .hasSize(16);
            for (String again : order) {
                assertThatThrownBy(() -> network.listenTcp(new InetSocketAddress(again, port), 16, true))
                        .isInstanceOf(BindException.class);
            }
            first.close();
            second.close();
            listen(new InetSocketAddress(order[1], port), true).close();
        }
    }

    @Test
    void doesNotShareTheOtherWildcardWithAnotherProcess() throws IOException {
        assumeTrue(hasIpv6());
        TcpListener mine = listen(new InetSocketAddress("0.0.0.0", 0), true);
        int port = mine.localAddress().getPort();
        keep(ServerSocketChannel.open(StandardProtocolFamily.INET6)) // stands for a socket of another process
                .bind(new InetSocketAddress("::1", port));
        assertThatThrownBy(() -> network.listenTcp(new InetSocketAddress("::", port), 16, true))
                .isInstanceOf(BindException.class);
    }

    @Test
    void carriesDatagrams() throws IOException {
        UdpSocket a = keep(network.bindUdp(ANY_PORT));
        UdpSocket b = keep(network.bindUdp(ANY_PORT));
        a.send(ByteBuffer.wrap(new byte[] {1, 2, 3}), b.localAddress());
        ByteBuffer received = ByteBuffer.allocate(10);
        assertThat(b.receive(received)).isEqualTo(a.localAddress());
        assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    @Test
    void aUdpPortIsNotShared() throws IOException {
        UdpSocket socket = keep(network.bindUdp(ANY_PORT));
        assertThatThrownBy(() -> network.bindUdp(socket.localAddress())).isInstanceOf(BindException.class);
    }

    @Test
    void bindsTheUdpWildcardsOfBothFamiliesWithOnePort() throws IOException {
        assumeTrue(hasIpv6());
        UdpSocket ipv4 = keep(network.bindUdp(new InetSocketAddress("0.0.0.0", 0)));
        int port = ipv4.localAddress().getPort();
        UdpSocket ipv6 = keep(network.bindUdp(new InetSocketAddress("::", port)));
        UdpSocket from4 = keep(network.bindUdp(ANY_PORT));
        UdpSocket from6 = keep(network.bindUdp(new InetSocketAddress("::1", 0)));
        from4.send(ByteBuffer.allocate(1), new InetSocketAddress("127.0.0.1", port));
        from6.send(ByteBuffer.allocate(1), new InetSocketAddress("::1", port));
        assertThat(ipv4.receive(ByteBuffer.allocate(1))).isEqualTo(from4.localAddress());
        assertThat(ipv6.receive(ByteBuffer.allocate(1)).getPort())
                .isEqualTo(from6.localAddress().getPort());
        for (String again : List.of("0.0.0.0", "::")) {
            assertThatThrownBy(() -> network.bindUdp(new InetSocketAddress(again, port)))
                    .isInstanceOf(BindException.class);
        }
    }

    @Test
    void closingEndsABlockedReceive() throws Exception {
        UdpSocket socket = keep(network.bindUdp(ANY_PORT));
        CompletableFuture<Throwable> receive = failure(() -> socket.receive(ByteBuffer.allocate(1)));
        socket.close();
        socket.close();
        assertThat(receive.get()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void resolvesLiteralsAndTheOwnName() throws IOException {
        assertThat(network.resolve("192.0.2.1", Deadline.NONE)).containsExactly(InetAddress.getByName("192.0.2.1"));
        assertThat(network.resolve("localhost", Deadline.NONE)).allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void refusesNamesThatAreTooLong() {
        for (String name : List.of("", "a".repeat(254))) {
            assertThatThrownBy(() -> network.resolve(name, Deadline.NONE)).isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void listsTheInterfacesInAStableOrder() throws IOException {
        assertThat(network.interfaceAddresses())
                .contains(InetAddress.getByName("127.0.0.1"))
                .isEqualTo(network.interfaceAddresses());
    }

    /** A listener whose queue is full, so that the next connect is neither taken nor refused. */
    private InetSocketAddress silentListener() throws IOException {
        TcpListener listener = keep(network.listenTcp(ANY_PORT, 1, false));
        int unanswered = 0;
        for (int i = 0; i < 64; i++) {
            try {
                Deadline soon = Deadline.after(environment, Duration.ofMillis(500));
                keep(network.connectTcp(null, listener.localAddress(), soon));
                unanswered = 0;
            } catch (DeadlineExceededException full) {
                if (++unanswered == 3) { // one alone may come from a busy machine
                    return listener.localAddress();
                }
            }
        }
        return Assumptions.abort("this system queues without bound");
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private CompletableFuture<Throwable> failure(Action action) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        environment.start("blocked", () -> {
            try {
                action.run();
                outcome.complete(new AssertionError("did not fail"));
            } catch (IOException failure) {
                outcome.complete(failure);
            }
        });
        return outcome;
    }

    private static boolean hasIpv6() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.isLoopbackAddress() && address.getAddress().length == 16);
    }

    private static Set<String> openSockets() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors), "needs /proc to count sockets");
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(SystemNetworkTest::target)
                    .filter(target -> target.startsWith("socket:"))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
