package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.Libp2p;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code p2p node --role}: what others see of it, and that its memory tier gives nothing that was removed. */
class RoleOptionTest {
    private static final Pattern ADDRESS = Pattern.compile("\"addrs\":\\[\"([^\"]+)\"");
    private static final String RELAY = "/libp2p/circuit/relay/0.2.0/hop";
    private static final String DHT = "/ipfs/kad/1.0.0";
    private static final String GPU = "/example/gpu/1.0.0";

    @TempDir
    Path folder;

    /** Uses a node that runs as a process of its own. */
    private interface Use {
        void of(PeerAddress node, List<String> protocols) throws Exception;
    }

    private void node(List<String> more, Use use) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "libp2p.node.P2p",
                "node",
                "--json",
                "--data",
                folder.resolve("data").toString(),
                "--listen",
                "/ip4/127.0.0.1/tcp/0"));
        command.addAll(more);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                Host asking = Libp2p.host().start();
                Subscription<PeerIdentified> identified = asking.events().subscribe(PeerIdentified.class)) {
            Matcher address = ADDRESS.matcher(output.readLine());
            assertThat(address.find()).isTrue();
            PeerAddress node = PeerAddress.parse(address.group(1));
            asking.connect(node);
            use.of(node, identified.take(Deadline.NONE).protocols());
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    @Test
    void aMasterServesTheDhtAndRelaysAndALeecherDoesNot() throws Exception {
        node(
                List.of("--role", "master", "--capability", GPU),
                (node, protocols) -> assertThat(protocols).contains(RELAY, DHT, GPU));
        node(
                List.of("--role", "leecher"),
                (node, protocols) -> assertThat(protocols).doesNotContain(RELAY, DHT, GPU));
        node(
                List.of("--role", "leecher", "--dht", "server"),
                (node, protocols) ->
                        assertThat(protocols).as("an option that is given wins").contains(DHT));
    }

    @Test
    void whatIsReadOftenAndRemovedIsNotGivenFromMemory() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "read often");
        node(List.of("--role", "worker"), (node, protocols) -> {
            String data = folder.resolve("data").toString();
            Matcher added = Pattern.compile("baf[a-z0-9]+")
                    .matcher(run(0, "add", "--cid-version", "1", file.toString(), "--data", data));
            assertThat(added.find()).isTrue();
            Cid cid = Cid.parse(added.group());
            for (int i = 0; i < 4; i++) {
                assertThat(fetched(node, cid, Duration.ofMinutes(1))).asString().isEqualTo("read often");
            }
            run(0, "pin", "rm", cid.toString(), "--data", data);
            run(0, "repo", "gc", "--data", data);
            assertThatThrownBy(() -> fetched(node, cid, Duration.ofSeconds(1)))
                    .isInstanceOf(BlockNotFoundException.class);
        });
    }

    /** By a host of its own, which has nothing. */
    private static byte[] fetched(PeerAddress from, Cid cid, Duration patience) throws IOException {
        MemoryBlockStore empty = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        try (Host host = Libp2p.host().with(Bitswap.over(empty)).start();
                BitswapSession session = host.find(Bitswap.class).orElseThrow().session(patience)) {
            session.add(from);
            return session.get(cid);
        }
    }

    @Test
    void aRoleThatIsNoneAndOneWithoutADiskAreRefused() {
        assertThat(complaint(2, "node", "--role", "king")).contains("--role");
        assertThat(complaint(2, "node", "--role", "worker", "--memory"))
                .contains("--role has a budget for a data directory: not with --memory");
    }
}
