package libp2p.node;

import static libp2p.node.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.Limits;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;
import libp2p.node.content.ContentServer;
import libp2p.node.content.DenylistOptions;
import libp2p.node.content.GatewayOptions;
import libp2p.node.content.RoutingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A node that asks servers of delegated routing, and the gateway of another that answers. */
class RoutingOptionsTest {
    private static Host node(Path data, List<String> urls, String... routing) throws Exception {
        HostBuilder builder = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").dataDirectory(data);
        CommandLine.populateCommand(new RoutingOptions(), routing).addTo(builder);
        GatewayOptions gateway = CommandLine.populateCommand(
                new GatewayOptions(), "--gateway-port", "0", "--gateway-auth", "--gateway-trustless");
        ContentServer.install(builder, data, Limits.ofThisMachine(), gateway, null, new DenylistOptions(), urls::add);
        return builder.start();
    }

    @Test
    void providersThatAServerKnowsAreFoundAndTheirContentIsFetched(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "found through a server");
        List<String> urls = new ArrayList<>();
        try (Host provider = node(folder.resolve("provider"), urls)) {
            run(0, "add", file.toString(), "--data", folder.resolve("provider").toString(), "--cid-version=1");
            Cid cid = Cid.v1(
                    libp2p.multiformats.Multicodec.RAW, libp2p.multiformats.Multihash.sha256(Files.readAllBytes(file)));
            try (Host seeker = node(folder.resolve("seeker"), new ArrayList<>(), "--routing", urls.getFirst());
                    Results<PeerAddress> found =
                            seeker.find(ContentRouting.class).orElseThrow().findProviders(cid, Deadline.NONE)) {
                PeerAddress first = found.next();
                assertThat(first).isNotNull();
                assertThat(first.peer()).isEqualTo(provider.peerId());
                assertThat(found.next()).isNull();
                Path out = folder.resolve("out");
                run(0, "get", cid.toString(), "--data", folder.resolve("seeker").toString(), "--out", out.toString());
                assertThat(out).hasSameBinaryContentAs(file);
                assertThat(seeker.connections(provider.peerId())).isNotEmpty();
            }
            assertThat(run(0, "auth", urls.getFirst() + "/auth", "--json"))
                    .contains("\"peer\":\"" + provider.peerId() + "\",\"status\":200,\"token\":false")
                    .contains("\"peer\":\"" + provider.peerId() + "\",\"status\":200,\"token\":true");
        }
    }

    @Test
    void theServersAreFew() {
        String[] many = IntStream.range(0, 17)
                .mapToObj(i -> "--routing=http://127.0.0.1:" + (i + 1))
                .collect(Collectors.toList())
                .toArray(String[]::new);
        RoutingOptions options = CommandLine.populateCommand(new RoutingOptions(), many);
        assertThatThrownBy(() -> options.addTo(Libp2p.host())).isInstanceOf(IllegalArgumentException.class);
    }
}
