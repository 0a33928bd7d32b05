package libp2p.node.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.Limits;
import libp2p.blocks.BlockStoreLimits;
import libp2p.core.environment.Environment;
import libp2p.fetch.Fetcher;
import libp2p.http.HttpRequest;
import libp2p.ipfs.Repository;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.node.control.Arguments;
import libp2p.node.control.Query;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A server of delegated routing in the own network whose answers, which strangers have written, name local services. */
class ProviderServersTest {
    private static final byte[] DATA = "found".getBytes(StandardCharsets.UTF_8);
    private static final Cid ROOT = Cid.v1(Multicodec.RAW, Multihash.sha256(DATA));
    private static final String PEER = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> named = new ArrayList<>();
    private HttpServer service;
    private HttpServer routing;

    @BeforeEach
    void start() throws IOException {
        service = server();
        service.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.ipld.raw");
            exchange.sendResponseHeaders(200, DATA.length);
            exchange.getResponseBody().write(DATA);
            exchange.close();
        });
        routing = server();
        routing.createContext("/routing/v1/providers/", exchange -> {
            String addresses = "\"" + String.join("\",\"", named) + "\"";
            byte[] answer = ("{\"Providers\":[{\"Schema\":\"peer\",\"ID\":\"" + PEER + "\",\"Addrs\":[" + addresses
                            + "],\"Protocols\":[\"transport-ipfs-gateway-http\"]}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    @AfterEach
    void stop() {
        service.stop(0);
        routing.stop(0);
    }

    /** Whether the block is got with these options beside those that name the server of routing. */
    private boolean isFound(String... more) throws IOException {
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(
                List.of("--routing", "http://127.0.0.1:" + routing.getAddress().getPort(), "--patience", "1"));
        Query query = CommandLine.populateCommand(new PeerOptions(), options.toArray(String[]::new))
                .addTo(new Query());
        PeerChoice peers = PeerChoice.of(Arguments.of(
                HttpRequest.of("POST", "/?" + query, Map.of()), PeerChoice.OPTIONS.toArray(String[]::new)));
        Environment environment = SystemEnvironment.shared();
        Repository repository = Repository.inMemory(environment, BlockStoreLimits.DEFAULT);
        ContentAccess access = new ContentAccess(
                environment,
                Limits.ofThisMachine(),
                repository,
                repository.blocks(),
                () -> {
                    throw new IOException("no host");
                },
                roots -> false,
                ContentAccess.Peers.NAMED,
                ContentPolicy.OPEN);
        try (repository;
                Fetcher fetcher = peers.fetcher(access, ROOT)) {
            assertThat(fetcher.get(ROOT)).isEqualTo(DATA);
            return true;
        } catch (IOException nowhere) { // there is no host, and so no other way
            return false;
        }
    }

    @Test
    void aLocalServerOfRoutingDoesNotVouchForTheLocalServicesThatItsAnswersName() throws IOException {
        int port = service.getAddress().getPort();
        named.add("/ip4/127.0.0.1/tcp/" + port + "/http");
        named.add("/ip4/127.0.0.1/tcp/" + port + "/http/http-path/admin");
        named.add("/ip6/::ffff:127.0.0.1/tcp/" + port + "/http");
        named.add("/dns4/localhost/tcp/" + port + "/http");
        assertThat(isFound()).isFalse();
        assertThat(asked).isEmpty();
    }

    @Test
    void aLocalServerThatWasNamedToTheCommandIsAskedAtTheRootOfItsPathsAlone() throws IOException {
        int port = service.getAddress().getPort();
        named.add("/ip4/127.0.0.1/tcp/" + port + "/http/http-path/admin");
        named.add("/ip4/127.0.0.1/tcp/" + port + "/http");
        assertThat(isFound("--gateway", "http://127.0.0.1:" + port)).isTrue();
        assertThat(asked).isNotEmpty().allMatch(target -> target.startsWith("/ipfs/" + ROOT));
    }
}
