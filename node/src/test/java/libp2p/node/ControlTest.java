package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.Libp2p;
import libp2p.core.connection.NegotiationException;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Exit;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for a node that runs: {@code p2p gate} over the socket in its data directory. */
class ControlTest {
    private static final Pattern ADDRESS = Pattern.compile("\"(/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/\\w+)\"");
    private static final String STRANGER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void name() {
        data = folder.resolve("data");
    }

    private Host node() throws IOException {
        return node(new ControlServer(data));
    }

    private Host node(ControlServer control) throws IOException {
        return Libp2p.host()
                .dataDirectory(data)
                .listen("/ip4/127.0.0.1/tcp/0")
                .service(control)
                .start();
    }

    private String gate(String... words) {
        List<String> all = new ArrayList<>(List.of("gate", "--data", data.toString()));
        all.addAll(List.of(words));
        return Commands.run(Exit.DONE, all.toArray(String[]::new));
    }

    /** Waits until a host has no connection with a peer. */
    private static void awaitEnd(Host host, PeerAddress peer, Subscription<ConnectednessChanged> events)
            throws InterruptedException {
        Deadline limit = Deadline.after(host.environment(), Duration.ofSeconds(60));
        ConnectednessChanged event;
        do {
            event = events.take(limit);
            assertThat(event).as("the end of the connection").isNotNull();
        } while (!event.peer().equals(peer.peer()) || event.connectedness() != Connectedness.NOT_CONNECTED);
    }

    @Test
    void blockingOnARunningNodeClosesWhatIsOpenAndIsKept() throws Exception {
        try (Host client = Libp2p.host().start();
                Subscription<ConnectednessChanged> events = client.events().subscribe(ConnectednessChanged.class)) {
            String self = client.peerId().toString();
            try (Host node = node()) {
                PeerAddress address = PeerAddress.of(node.peerId(), node.addresses());
                assertThat(Ping.once(client, address)).isPositive();
                assertThat(gate("block", self, "203.0.113.0/24"))
                        .isEqualTo("everybody is allowed\nthese are blocked:\n  " + self + "\n  203.0.113.0/24\n");
                awaitEnd(client, address, events);
                assertThatThrownBy(() -> Ping.once(client, address)).isInstanceOf(IOException.class);
                gate("unblock", self);
                assertThat(gate()).isEqualTo("everybody is allowed\nthese are blocked:\n  203.0.113.0/24\n");
            }
            assertThat(gate("show"))
                    .as("after the end of the node")
                    .isEqualTo("everybody is allowed\nthese are blocked:\n  203.0.113.0/24\n");
        }
    }

    @Test
    void nobodyButTheOwnerMayEnterTheFolderOfTheSocket() throws Exception {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
        Path control = ControlServer.socket(data).getParent();
        Files.createDirectories(
                control, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Host node = node();
        try (node) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(control)))
                    .isEqualTo("rwx------");
            assertThat(ControlServer.socket(data)).exists();
        }
        assertThat(ControlServer.socket(data)).doesNotExist();
    }

    @Test
    void anAcceptThatFailsEndsNothing() throws Exception {
        AtomicInteger accepts = new AtomicInteger();
        ControlServer control = new ControlServer(data, listener -> {
            if (accepts.getAndIncrement() == 0) {
                throw new IOException("Too many open files");
            }
            return listener.accept();
        });
        Host node = node(control);
        try (node) {
            assertThat(gate("block", STRANGER)).contains(STRANGER);
        }
        assertThat(accepts.get()).isGreaterThan(1);
    }

    private static String say(SocketChannel channel, String request) throws IOException {
        channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
        return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }

    @Test
    void whatIsNotUnderstoodIsAnsweredWithAMistakeAndOthersAreServed() throws Exception {
        try (Host node = node()) {
            assertThat(node.peerId()).isNotNull();
            for (String wrong : List.of("dance\n", "gate BLOCK somebody\n", "gate BLOW\n", "gate\n", "\n", " \n")) {
                try (SocketChannel channel = connected()) {
                    assertThat(say(channel, wrong)).as(wrong).matches("failed [12] .+\n");
                }
            }
            assertThat(gate()).contains("nobody is blocked");
        }
    }

    private SocketChannel connected() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(ControlServer.socket(data)));
    }

    @Test
    void moreThanEightConversationsAtATimeAreNotHeld() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try (Host node = node()) {
            assertThat(node.peerId()).isNotNull();
            for (int i = 0; i < 8; i++) {
                silent.add(connected());
            }
            try (SocketChannel ninth = connected()) {
                assertThat(ninth.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void aNodeInAFolderWithAVeryLongNameRunsWithoutControl() throws Exception {
        data = folder.resolve("d".repeat(120));
        try (Host node = node();
                Host client = Libp2p.host().start()) {
            assertThat(Ping.once(client, PeerAddress.of(node.peerId(), node.addresses())))
                    .isPositive();
            assertThat(Commands.complaint(Exit.FAILED, "gate", "--data", data.toString(), "block", STRANGER))
                    .contains("another process uses it");
        }
    }

    private Process process() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "libp2p.node.P2p",
                        "node",
                        "--json",
                        "--data",
                        data.toString(),
                        "--listen",
                        "/ip4/127.0.0.1/tcp/0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static PeerAddress listening(BufferedReader output) throws IOException {
        Matcher address = ADDRESS.matcher(output.readLine());
        assertThat(address.find()).isTrue();
        return PeerAddress.parse(address.group(1));
    }

    /** They cost as much as any peer likes: a node serves them only when its owner says so. */
    @Test
    void aNodeServesNeitherPerfNorEchoUnlessAsked() throws Exception {
        Process node = process();
        try (BufferedReader output = node.inputReader(UTF_8);
                Host client = Libp2p.host().start()) {
            PeerAddress address = listening(output);
            assertThat(Ping.once(client, address)).isPositive();
            for (String protocol : List.of(Perf.PROTOCOL, Echo.PROTOCOL)) {
                assertThatThrownBy(() -> client.open(address, DialOptions.DEFAULT, protocol))
                        .as(protocol)
                        .isInstanceOf(NegotiationException.class);
            }
        } finally {
            node.destroyForcibly();
        }
    }

    /** Acknowledged changes exist, and a socket that was left behind hinders nobody. */
    @Test
    void aProcessThatWasKilledKeepsItsListsAndCanBeStartedAgain() throws Exception {
        Process first = process();
        try (BufferedReader output = first.inputReader(UTF_8)) {
            listening(output);
            assertThat(gate("block", STRANGER)).contains(STRANGER);
            first.destroyForcibly();
            first.waitFor();
        }
        assertThat(ControlServer.socket(data)).exists();
        assertThat(gate("block", "203.0.113.7")).contains(STRANGER, "203.0.113.7");
        Process second = process();
        try (BufferedReader output = second.inputReader(UTF_8);
                Host client = Libp2p.host().start();
                Subscription<ConnectednessChanged> events = client.events().subscribe(ConnectednessChanged.class)) {
            PeerAddress address = listening(output);
            assertThat(gate()).contains(STRANGER, "203.0.113.7");
            assertThat(Ping.once(client, address)).isPositive();
            gate("block", client.peerId().toString());
            awaitEnd(client, address, events);
            assertThatThrownBy(() -> Ping.once(client, address)).isInstanceOf(IOException.class);
            second.destroy();
            assertThat(second.waitFor()).isZero();
        } finally {
            second.destroyForcibly();
        }
        assertThat(ControlServer.socket(data)).doesNotExist();
    }
}
