package libp2p.node;

import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Protocol;
import libp2p.node.host.Exit;
import libp2p.protocols.echo.Echo;
import libp2p.protocols.perf.Perf;
import libp2p.security.pnet.PreSharedKey;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dialing commands against a host that serves what {@code p2p listen} serves: the JSON they print and how they end.
 * A cold machine may need long for a first handshake, so they dial without limits.
 */
class CommandsTest {
    private static final String STRANGER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    private static final String NUMBER = "[0-9.E-]+";

    @TempDir
    Path folder;

    private Host host;
    private String address;

    private static Host start(HostBuilder builder) throws Exception {
        return start(builder, "/ip4/127.0.0.1/tcp/0");
    }

    private static Host start(HostBuilder builder, String... listen) throws Exception {
        return builder.listen(listen).with(new Echo()).with(new Perf()).start();
    }

    private static String address(Host host, Object peer) {
        return host.addresses().getFirst() + "/p2p/" + peer;
    }

    @BeforeEach
    void listen() throws Exception {
        host = start(Libp2p.host().muxers("yamux", "mplex"));
        address = address(host, host.peerId());
    }

    @AfterEach
    void close() {
        host.close();
    }

    private static String dial(int exit, String command, String address, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of(address, "--json", "--limits", "none"));
        arguments.addAll(List.of(more));
        return run(exit, arguments.toArray(String[]::new));
    }

    private static Pattern lines(int count, String line) {
        return Pattern.compile("(\\Q{\"event\":\\E" + line + "\\}\n){" + count + "}");
    }

    @Test
    void pingPrintsTheRoundTrips() {
        assertThat(dial(Exit.DONE, "ping", address, "--count", "3")).matches(lines(3, "\"ping\",\"rtt_us\":" + NUMBER));
    }

    @Test
    void identifyPrintsWhoThePeerIs() {
        assertThat(dial(Exit.DONE, "identify", address))
                .startsWith("{\"event\":\"identify\",\"peer\":\"" + host.peerId() + "\",\"agent\":\"java-libp2p")
                .contains(
                        ",\"protocols\":[\"/echo/1.0.0\",\"/ipfs/id/1.0.0\",\"/ipfs/id/push/1.0.0\",\"/ipfs/ping/1.0.0\","
                                + "\"/perf/1.0.0\"]")
                .contains(",\"addrs\":[\"" + host.addresses().getFirst() + "\"]")
                .containsPattern(",\"observed\":\"/ip4/127\\.0\\.0\\.1/tcp/[0-9]+\"");
    }

    @Test
    void echoComparesWhatComesBack() {
        assertThat(dial(Exit.DONE, "echo", address, "--size", "300000"))
                .isEqualTo("{\"event\":\"echo\",\"bytes\":300000,\"equal\":true}\n");
    }

    @Test
    void perfMovesBytesBothWaysOverSeveralStreams() {
        assertThat(dial(Exit.DONE, "perf", address, "--upload", "100001", "--download", "200002", "--streams", "3"))
                .matches(lines(
                        1,
                        "\"perf\",\"upload_bytes\":100001,\"upload_s\":" + NUMBER
                                + ",\"download_bytes\":200002,\"download_s\":" + NUMBER + ",\"cpu_s\":" + NUMBER));
    }

    @Test
    void everyDialingCommandTakesTheFlagsOfHosts() throws Exception {
        Path key = folder.resolve("client.key");
        for (String command : List.of("ping", "identify", "echo")) {
            for (String security : List.of("noise", "tls")) {
                for (String muxer : List.of("yamux", "mplex")) {
                    dial(
                            Exit.DONE,
                            command,
                            address,
                            "--security",
                            security,
                            "--muxer",
                            muxer,
                            "--key",
                            key.toString());
                }
            }
        }
        assertThat(host.peerstore().peers())
                .as("every dial was made under the key of the file")
                .contains(Identity.load(key).peerId());
        dial(Exit.REFUSED, "ping", address, "--security", "plaintext");
    }

    @Test
    void everyDialingCommandTakesTheAddressesOfEveryTransport() throws Exception {
        String tcp = "/ip4/127.0.0.1/tcp/0";
        List<List<String>> commands = List.of(
                List.of("ping", "--count", "2"),
                List.of("identify"),
                List.of("echo", "--size", "100000"),
                List.of("perf", "--upload", "100000", "--download", "100000", "--streams", "2"),
                List.of("debug halfclose"),
                List.of("debug reset"),
                List.of("debug streams", "--count", "10"),
                List.of("debug connects", "--count", "3"));
        try (Host every = start(Libp2p.host(), "/ip4/127.0.0.1/udp/0/quic-v1", tcp + "/ws", tcp + "/tls/ws")) {
            assertThat(every.addresses()).hasSize(3);
            for (Multiaddr listening : every.addresses()) {
                String there = listening + "/p2p/" + every.peerId();
                for (List<String> command : commands) {
                    List<String> more = new ArrayList<>(command.subList(1, command.size()));
                    more.add("--tls-insecure");
                    assertThat(dial(Exit.DONE, command.getFirst(), there, more.toArray(String[]::new)))
                            .as("%s %s", command, there)
                            .isNotEmpty();
                }
            }
            Multiaddr overTls = every.addresses().stream()
                    .filter(address -> address.has(Protocol.TLS))
                    .findFirst()
                    .orElseThrow();
            assertThat(dial(Exit.REFUSED, "ping", overTls + "/p2p/" + every.peerId()))
                    .as("a certificate that only its own key has signed")
                    .isEmpty();
        }
    }

    @Test
    void aPrivateNetworkIsReachedWithItsKeyOnly() throws Exception {
        PreSharedKey shared = PreSharedKey.generate(SystemEnvironment.shared());
        Path file = Files.writeString(folder.resolve("swarm.key"), shared.toFile());
        try (Host member = start(Libp2p.host().privateNetwork(shared))) {
            String there = address(member, member.peerId());
            assertThat(dial(Exit.DONE, "ping", there, "--psk", file.toString())).startsWith("{\"event\":\"ping\"");
            assertThat(P2p.run("ping", there, "--limits", "none")).isNotEqualTo(Exit.DONE);
        }
    }

    @Test
    void theExitCodeTellsWhoIsWrong() {
        assertThat(dial(Exit.REFUSED, "ping", address(host, STRANGER))).isEmpty();
        String silent = address;
        host.close();
        assertThat(dial(Exit.NOT_REACHED, "ping", silent)).isEmpty();
        assertThat(dial(Exit.USAGE, "ping", "/ip4/127.0.0.1/tcp/-1")).isEmpty();
    }

    @Test
    void keysAreMadeShownAndConverted() throws Exception {
        Path file = folder.resolve("key");
        String made = run(Exit.DONE, "key", "new", file.toString(), "--type", "secp256k1", "--json");
        PeerId peer = Identity.load(file).peerId();
        assertThat(made)
                .isEqualTo("{\"event\":\"key\",\"peer\":\"" + peer + "\",\"cid\":\"" + peer.toCidString()
                        + "\",\"type\":\"secp256k1\"}\n")
                .isEqualTo(run(Exit.DONE, "key", "show", file.toString(), "--json"));
        assertThat(run(Exit.USAGE, "key", "new", file.toString()))
                .as("a key is never overwritten")
                .isEmpty();
        assertThat(run(Exit.DONE, "key", "convert", peer.toString())).isEqualTo(peer.toCidString() + "\n");
        assertThat(run(Exit.DONE, "key", "convert", peer.toCidString())).isEqualTo(peer + "\n");
        String base64 = run(Exit.DONE, "key", "convert", file.toString());
        assertThat(Base64.getDecoder().decode(base64.strip())).isEqualTo(Files.readAllBytes(file));
        Path text = Files.writeString(folder.resolve("key.txt"), base64);
        Path copy = folder.resolve("copy");
        run(Exit.DONE, "key", "convert", text.toString(), "--out", copy.toString());
        assertThat(copy).hasSameBinaryContentAs(file);
    }

    @Test
    void theSimulatorPrintsTheSameHashForTheSameSeed() {
        String first = simulate("7");
        assertThat(first).startsWith("{\"event\":\"sim\",\"hash\":").isEqualTo(simulate("7"));
        assertThat(first.split(",")[2])
                .startsWith("\"schedule_hash\":")
                .isNotEqualTo(simulate("8").split(",")[2]);
    }

    private static String simulate(String seed) {
        return run(Exit.DONE, "debug", "sim", "--hosts", "5", "--peers", "2", "--json", "--seed", seed);
    }
}
