package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields that the specifications ask for on every answer. */
class GatewayHeadersTest {
    private static final String FOLDER = "/ipfs/bafybeihchr7vmgjaasntayyatmp5sv6xza57iy2h4xj7g46bpjij6yhrmy";
    private static final String NAME = "/ipns/k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w";
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        gateway = Fixtures.gateway();
    }

    @ParameterizedTest
    @CsvSource({
        FOLDER + "/ascii.txt, 200, " + FOLDER + "/ascii.txt",
        FOLDER + "/ascii.txt?format=raw, 200, " + FOLDER + "/ascii.txt",
        FOLDER + "/ascii.txt?format=car, 200, " + FOLDER + "/ascii.txt",
        FOLDER + "/, 200, " + FOLDER + "/",
        FOLDER + ", 301, " + FOLDER,
        FOLDER + "/absent%20%C3%B1, 404, " + FOLDER + "/absent%20%C3%B1",
        NAME + ", 200, " + NAME,
        NAME + "?format=ipns-record, 200, " + NAME,
        "/ipfs/bafyinvalid/x, 400, /ipfs/bafyinvalid/x",
    })
    void everyAnswerTellsThePathThatWasAskedFor(String target, int status, String path) {
        HttpResponse response = Fixtures.get(gateway, "127.0.0.1", target);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().get("X-Ipfs-Path")).isEqualTo(path);
        assertThat(response.headers().get("Vary")).isEqualTo("Accept");
    }

    @Test
    void aHostOfARootIsTheStartOfThePath() {
        String cid = FOLDER.substring(6);
        HttpResponse response = Fixtures.get(gateway, cid + ".ipfs.example.com", "/ascii.txt");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("X-Ipfs-Path")).isEqualTo(FOLDER + "/ascii.txt");
        HttpResponse redirect = Fixtures.get(gateway, "example.com", FOLDER + "/ascii.txt");
        assertThat(redirect.status()).isEqualTo(301);
        assertThat(redirect.headers().get("Vary")).isEqualTo("Accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void scriptsOfOtherOriginsMayReadTheHeaders(String method) {
        HttpResponse response = gateway.handle(HttpRequest.of(method, FOLDER + "/ascii.txt", Map.of()));
        assertThat(response.headers().get("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(response.headers().get("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, OPTIONS");
        assertThat(response.headers().get("Access-Control-Allow-Headers"))
                .isEqualTo("Content-Type, Range, User-Agent, X-Requested-With");
        assertThat(response.headers().get("Access-Control-Expose-Headers"))
                .isEqualTo("Content-Length, Content-Range, Ipfs-Uri, X-Chunked-Output, X-Ipfs-Path, X-Ipfs-Roots,"
                        + " X-Stream-Output");
    }

    @ParameterizedTest
    @CsvSource({
        "/ipfs/bafybeib3ffl2teiqdncv3mkz4r23b5ctrwkzrrhctdbne6iboayxuxk5ui/root2/root3/root4/",
        "/ipfs/bafybeib3ffl2teiqdncv3mkz4r23b5ctrwkzrrhctdbne6iboayxuxk5ui/root2/root3/root4/?filename=a.html",
    })
    void aDirectoryWithAnIndexHasTheTagOfTheDirectory(String target) throws IOException {
        String cid = new PathResolver(Fixtures.blocks())
                .resolve(target.split("\\?")[0])
                .cid()
                .toString();
        HttpResponse response = Fixtures.get(gateway, "127.0.0.1", target);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.headers().get("Etag")).isEqualTo("\"" + cid + "\"");
        assertThat(response.headers().get("Cache-Control")).isEqualTo("public, max-age=29030400, immutable");
        for (String condition : List.of("\"" + cid + "\"", "W/\"" + cid + "\"", "\"x\", \"" + cid + "\"", "*")) {
            HttpResponse known = Fixtures.get(gateway, "127.0.0.1", target, "If-None-Match", condition);
            assertThat(known.status()).isEqualTo(304);
            assertThat(Fixtures.bytes(known)).isEmpty();
            assertThat(known.headers().get("Etag")).isEqualTo("\"" + cid + "\"");
        }
        String file = new PathResolver(Fixtures.blocks())
                .resolve(target.split("\\?")[0] + "index.html")
                .cid()
                .toString();
        assertThat(Fixtures.get(gateway, "127.0.0.1", target, "If-None-Match", "\"" + file + "\"")
                        .status())
                .isEqualTo(200);
        assertThat(Fixtures.get(gateway, "127.0.0.1", target.split("\\?")[0] + "index.html")
                        .headers()
                        .get("Etag"))
                .isEqualTo("\"" + file + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {";", ",;,", ";;q=1", "text/html,;"})
    void anAcceptWithoutATypeAcceptsNothing(String accept) throws IOException {
        Gateway plain = Fixtures.gateway();
        assertThat(Fixtures.get(plain, "127.0.0.1", "/ipfs/bafkqaaa", "Accept", accept)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theArchiveOfANameHasAnotherTagOnceItsRootIsAnother() throws IOException {
        UnixFsTree tree = new UnixFsTree(Fixtures.blocks());
        Cid file = tree.file("it stays");
        Cid before = tree.folder(Map.of("a", file));
        Cid after = tree.folder(Map.of("a", file, "b", file));
        Cid[] root = {before};
        Gateway named = new Gateway(
                tree.store(),
                GatewayOptions.DEFAULT.withNames(
                        (name, client) -> new Names.Name("/ipfs/" + root[0], Duration.ofMinutes(1), null)));
        String target = "/ipns/site.example.org/a?format=car";
        String tag = Fixtures.get(named, "127.0.0.1", target).headers().getOrDefault("Etag", "");
        assertThat(Fixtures.get(named, "127.0.0.1", target, "If-None-Match", tag)
                        .status())
                .isEqualTo(304);
        root[0] = after;
        assertThat(Fixtures.get(named, "127.0.0.1", target, "If-None-Match", tag)
                        .status())
                .as("it begins with another root")
                .isEqualTo(200);
    }
}
