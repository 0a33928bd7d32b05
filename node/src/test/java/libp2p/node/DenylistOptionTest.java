package libp2p.node;

import static libp2p.node.Commands.complaint;
import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.metrics.CounterSource;
import libp2p.graphsync.GraphSync;
import libp2p.graphsync.GraphSyncRequest;
import libp2p.graphsync.RequestFailedException;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.selector.Selector;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A node with a denylist, as those meet it who ask for what is on it. */
class DenylistOptionTest {
    @TempDir
    Path folder;

    private Host node(Path data, List<String> urls, Path list) throws Exception {
        HostBuilder builder = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").dataDirectory(data);
        ContentServer.install(
                builder,
                data,
                Limits.ofThisMachine(),
                CommandLine.populateCommand(new GatewayOptions(), "--gateway-port", "0"),
                null,
                CommandLine.populateCommand(new DenylistOptions(), "--denylist", list.toString()),
                urls::add);
        return builder.start();
    }

    private Cid add(Path data, String text) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), text);
        run(0, "add", file.toString(), "--data", data.toString(), "--cid-version=1");
        return Cid.v1(Multicodec.RAW, Multihash.sha256(Files.readAllBytes(file)));
    }

    @Test
    void whatIsOnAListIsServedByNoProtocolAndGotByNoCommand() throws Exception {
        Path data = folder.resolve("data");
        Cid good = add(data, "good");
        Cid bad = add(data, "bad");
        Path list = Files.writeString(
                folder.resolve("bad.deny"), "name: The list\n---\n/ipfs/" + bad.toV1() + " reason:malware\n");
        List<String> urls = new ArrayList<>();
        try (Host host = node(data, urls, list);
                HttpClient client = HttpClient.newHttpClient()) {
            String reason = "blocked by the denylist The list, line 3 (reason:malware)";
            for (String format : List.of("", "?format=raw", "?format=car", "?format=tar")) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(
                                        urls.getFirst().replace("localhost", "127.0.0.1") + "/ipfs/" + bad + format))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(410);
                assertThat(answer.body()).isEqualTo(reason + "\n");
                assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            }
            assertThat(complaint(4, "cat", bad.toString(), "--data", data.toString()))
                    .contains(reason);
            assertThat(complaint(4, "block", "get", bad.toString(), "--data", data.toString()))
                    .contains(reason);
            assertThat(run(0, "cat", good.toString(), "--data", data.toString()))
                    .isEqualTo("good");
            String peer = host.fullAddresses().getFirst().toString();
            MemoryBlockStore blocks = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            try (Host other = Libp2p.host()
                    .with(Bitswap.over(blocks))
                    .with(GraphSync.over(blocks))
                    .start()) {
                other.connect(PeerAddress.parse(peer));
                BitswapSession session =
                        other.find(Bitswap.class).orElseThrow().session(Duration.ofMinutes(1));
                session.prefetch(List.of(bad, good));
                assertThat(session.get(good)).isEqualTo("good".getBytes(StandardCharsets.UTF_8));
                session.close();
                GraphSync graphSync = other.find(GraphSync.class).orElseThrow();
                for (Cid cid : List.of(bad, good)) {
                    assertThat(isGiven(graphSync, peer, cid)).isEqualTo(cid.equals(good));
                }
                assertThat(blocks.has(bad)).isFalse();
            }
            complaint(1, "cat", bad.toString(), "--memory", "--peer", peer, "--via", "http", "--patience", "5");
            assertThat(complaint(4, "cat", bad.toString(), "--memory", "--peer", peer, "--denylist", list.toString()))
                    .contains(reason);
            assertThat(complaint(2, "cat", good.toString(), "--data", data.toString(), "--denylist", list.toString()))
                    .contains("--denylist is for a command that runs alone");
            Map<String, Long> counts = new LinkedHashMap<>();
            host.find(CounterSource.class)
                    .orElseThrow()
                    .counters()
                    .forEach(counter ->
                            counts.put(counter.event(), counter.count().getAsLong()));
            assertThat(counts.get("gateway")).isGreaterThanOrEqualTo(5); // once over streams
            assertThat(counts.get("bitswap")).as("%s", counts).isPositive();
            assertThat(counts.get("graphsync")).as("%s", counts).isPositive();
            assertThat(counts.get("commands")).isEqualTo(2);
        }
    }

    private static boolean isGiven(GraphSync graphSync, String peer, Cid cid) throws IOException {
        try (GraphSyncRequest request =
                graphSync.request(PeerAddress.parse(peer), cid, Selector.ofJson("{\".\":{}}"))) {
            return request.run(visit -> {}).isComplete();
        } catch (RequestFailedException | BlockNotFoundException absent) {
            return false;
        }
    }

    @Test
    void aListThatCannotBeReadIsToldBeforeAnythingStarts() throws Exception {
        Path list = Files.writeString(folder.resolve("bad.deny"), "version: 7\n---\n");
        assertThatThrownBy(() -> node(folder.resolve("data"), new ArrayList<>(), list))
                .hasMessageContaining("bad.deny")
                .hasMessageContaining("version \"7\"");
        assertThat(complaint(1, "cat", "bafkqaaa", "--memory", "--denylist", list.toString()))
                .contains("version \"7\"");
        assertThat(complaint(2, "node", "--memory", "--denylist", list.toString()))
                .contains("not with --memory");
    }
}
