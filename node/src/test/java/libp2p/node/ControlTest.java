package libp2p.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import libp2p.node.control.ControlService;
import libp2p.node.host.Exit;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.LimitsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands for a node that runs, over the socket in its data directory. */
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
        return Libp2p.host()
                .dataDirectory(data)
                .listen("/ip4/127.0.0.1/tcp/0")
                .with(new ControlService(data))
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
                        .isEqualTo("all peers are allowed\nthese are blocked:\n  " + self + "\n  203.0.113.0/24\n");
                awaitEnd(client, address, events);
                assertThatThrownBy(() -> Ping.once(client, address)).isInstanceOf(IOException.class);
                gate("unblock", self);
                assertThat(gate()).isEqualTo("all peers are allowed\nthese are blocked:\n  203.0.113.0/24\n");
            }
            assertThat(gate("show"))
                    .as("after the end of the node")
                    .isEqualTo("all peers are allowed\nthese are blocked:\n  203.0.113.0/24\n");
        }
    }

    @Test
    void onlyTheOwnerMayEnterTheFolderOfTheSocket() throws Exception {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
        Path control = ControlService.socket(data).getParent();
        Files.createDirectories(
                control, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Host node = node();
        try (node) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(control)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ControlService.socket(data))))
                    .isEqualTo("rw-------");
        }
        assertThat(ControlService.socket(data)).doesNotExist();
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

    @Test
    void theOwnerSeesAndChangesTheConnectionsOfARunningNode() throws Exception {
        try (Host node = node();
                Host other = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            String id = other.peerId().toString();
            String address = other.fullAddresses().getFirst().toString();
            assertThat(command("id"))
                    .startsWith("peer " + node.peerId() + "\nagent java-libp2p/")
                    .contains("\naddress " + node.fullAddresses().getFirst(), "\nprotocol " + Ping.PROTOCOL);
            assertThat(command("swarm", "peers")).isEmpty();
            assertThat(command("swarm", "connect", address)).isEqualTo("connected to " + id + "\n");
            assertThat(command("swarm", "peers")).isEqualTo(address + "\n");
            assertThat(command("swarm", "peers", "--verbose")).startsWith(address + " outbound /yamux/1.0.0 ");
            assertThat(command("swarm", "addrs")).contains(id + " (", address.substring(0, address.indexOf("/p2p/")));
            assertThat(command("swarm", "disconnect", id)).isEqualTo("disconnected from " + id + "\n");
            assertThat(command("swarm", "peers")).isEmpty();
            assertThat(complaint(Exit.FAILED, "swarm", "disconnect", id)).contains("there is no connection with " + id);
            assertThat(complaint(Exit.USAGE, "swarm", "connect", "/ip4/127.0.0.1/tcp/1"))
                    .contains("/p2p/ID");
            assertThat(complaint(Exit.NOT_REACHED, "swarm", "connect", "/ip4/127.0.0.1/tcp/1/p2p/" + STRANGER))
                    .contains(STRANGER);
        }
        assertThat(complaint(Exit.FAILED, "id")).contains("no node runs on " + data, "p2p node --data");
    }

    @Test
    void theOwnerSeesWhatANodeUsesAndMayUse() throws Exception {
        try (Host node = node()) {
            assertThat(command("resources")).containsPattern("unproved\n  unproved  connections 0/[0-9]+\n");
            try (Host client = Libp2p.host().start()) {
                assertThat(Ping.once(client, PeerAddress.of(node.peerId(), node.addresses())))
                        .isPositive();
                assertThat(command("resources"))
                        .contains("system\n  system  connections 1/")
                        .contains("connectionsInbound 1/")
                        .contains("peer\n  peer:" + client.peerId())
                        .contains("no refusals");
                assertThat(command("resources", "--json"))
                        .startsWith("{\"scopes\":[{\"kind\":\"system\",\"name\":\"system\",\"resources\":"
                                + "{\"connections\":{\"used\":1,")
                        .contains("\"refusals\":[]");
            }
            assertThat(command("resources", "--limits"))
                    .isEqualTo(LimitsFile.text(((CountingResourceManager) node.resourceManager()).limits()));
            assertThat(complaint(Exit.USAGE, "resources", "--limits", "--json")).contains("exclude each other");
        }
    }

    private String command(String... words) {
        return Commands.run(Exit.DONE, onNode(words));
    }

    private String complaint(int code, String... words) {
        return Commands.complaint(code, onNode(words));
    }

    private String[] onNode(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data", data.toString()));
        return all.toArray(String[]::new);
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

    /** Acknowledged changes exist, and a socket that was left behind hinders no command. */
    @Test
    void aProcessThatWasKilledKeepsItsListsAndCanBeStartedAgain() throws Exception {
        Process first = process();
        try (BufferedReader output = first.inputReader(UTF_8)) {
            listening(output);
            assertThat(gate("block", STRANGER)).contains(STRANGER);
            first.destroyForcibly();
            first.waitFor();
        }
        assertThat(ControlService.socket(data)).exists();
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
        assertThat(ControlService.socket(data)).doesNotExist();
    }
}
