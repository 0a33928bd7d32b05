package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.environment.Environment;
import libp2p.core.testing.Json;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipld.Block;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.PathResolver;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import libp2p.ipns.DnsLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts of roots, redirects, and requests that try to get something else. */
class GatewayHostsTest {
    private static BlockStore store;
    private static Gateway gateway;
    private static Cid root;

    @BeforeAll
    static void load() throws IOException {
        store = Fixtures.blocks();
        gateway = new Gateway(
                store,
                GatewayOptions.DEFAULT.withDomains(List.of("example.com")).withNames(Fixtures.names()));
        root = new CarReader(new ByteArrayInputStream(
                        Json.bytes("/vectors/gateway-exchanges/fixtures/redirects_file-redirects.car")))
                .roots()
                .getFirst();
    }

    private static HttpResponse get(String host, String target, String... headers) {
        return Fixtures.get(gateway, host, target, headers);
    }

    private static String body(HttpResponse response) throws IOException {
        return Fixtures.text(response);
    }

    private static String hostOf(String folder) throws IOException {
        Cid cid = new PathResolver(store).resolve(root, List.of(folder)).cid();
        return cid.toV1() + ".ipfs.example.com";
    }

    @ParameterizedTest
    @CsvSource({
        "/redirect-one, 301, /one.html",
        "/301-redirect-one, 301, /one.html",
        "/302-redirect-two, 302, /two.html",
        "/posts/2022/01/01/hello-world, 301, /articles/2022/01/01/hello-world",
        "/splat/one.html, 301, /redirected-splat/one.html",
    })
    void redirectsOfARootDecideAboutPathsThatDoNotExist(String path, int status, String location) throws IOException {
        HttpResponse response = get(hostOf("examples"), path);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().get("Location")).isEqualTo(location);
    }

    @ParameterizedTest
    @CsvSource({
        "/200-index, 200, my index",
        "/catch-all, 200, my index",
        "/not-found/has-no-redirects-entry, 404, my 404",
        "/gone/has-no-redirects-entry, 410, my 410",
        "/unavail/has-no-redirects-entry, 451, my 451",
    })
    void redirectsServeOtherFilesWithTheirOwnStatusAndTag(String path, int status, String text) throws IOException {
        HttpResponse response = get(hostOf("examples"), path);
        assertThat(response.status()).isEqualTo(status);
        assertThat(body(response)).contains(text);
        assertThat(response.headers().get("Etag")).matches("\"[A-Za-z0-9]+\"");
        assertThat(response.headers().get("Cache-Control")).isEqualTo("public, max-age=29030400, immutable");
    }

    @Test
    void redirectsThatCannotBeReadAreAnError() throws IOException {
        HttpResponse forced = get(hostOf("forced"), "/not-found");
        assertThat(forced.status()).isEqualTo(500);
        assertThat(body(forced)).contains("could not parse _redirects:");
        HttpResponse large = get(hostOf("too-large"), "/not-found");
        assertThat(large.status()).isEqualTo(500);
        assertThat(body(large)).contains("could not parse _redirects:", "redirects file size cannot exceed");
        assertThat(get(hostOf("newlines"), "/redirect-one").headers().get("Location"))
                .isEqualTo("/one.html");
        assertThat(get(hostOf("good-codes"), "/a301").headers().get("Location")).isEqualTo("/b301");
        assertThat(body(get(hostOf("bad-codes"), "/found.html"))).contains("my found");
    }

    @Test
    void redirectsOfAPathGatewayAreNotFollowed() throws IOException {
        String cid = hostOf("examples").split("\\.")[0];
        assertThat(get("127.0.0.1", "/ipfs/" + cid + "/redirect-one").status()).isEqualTo(404);
    }

    @Test
    void peopleAreSentToTheHostOfARootAndVerifiersAreNot() {
        String cid = root.toV1().toString();
        HttpResponse response = gateway.handle(
                HttpRequest.of("GET", "/ipfs/" + root.toV1() + "/a%20b/?x=1", Map.of("Host", "example.com:8080"))
                        .withContext(new RequestContext() {
                            @Override
                            public void check() {}

                            @Override
                            public boolean isSecure() {
                                return true;
                            }
                        }));
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.headers().get("Location"))
                .isEqualTo("https://" + cid + ".ipfs.example.com:8080/a%20b/?x=1");
        assertThat(get("example.com", "/ipfs/" + cid + "?format=raw").status()).isEqualTo(200);
        assertThat(get(cid + ".ipfs.example.com", "/?format=raw").status()).isEqualTo(200);
    }

    @Test
    void linksOfTheProtocolHandlerAreFollowedOnlyToContent() {
        assertThat(get("127.0.0.1", "/ipfs/?uri=ipfs%3A%2F%2F" + root + "%2Fexamples")
                        .headers()
                        .get("Location"))
                .isEqualTo("/ipfs/" + root + "/examples");
        assertThat(get("127.0.0.1", "/ipfs/?uri=https%3A%2F%2Fevil.example").status())
                .isEqualTo(400);
        assertThat(get("127.0.0.1", "/ipfs/?uri=%2F%2Fevil.example").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/..", "/../..", "/%2e%2e/x", "/a/%00", "/a%00b", "/./x", "/a%2f..%2fb", "/%ff", "/%zz", "/a%"})
    void pathsThatNoDirectoryHoldsAreRefused(String rest) {
        int status;
        try {
            status = get("127.0.0.1", "/ipfs/" + root + rest).status();
        } catch (IllegalArgumentException e) {
            status = 400; // an escape that is malformed; the server answers so
        }
        assertThat(status).isIn(400, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com.evil.example",
                "..ipfs.example.com",
                ".ipfs.example.com",
                "a.b.ipfs.example.com",
                "[::1]:8080",
                "xn--a.ipfs.example.com",
                "QmInvalid.ipfs.example.com",
                "\u0000.ipfs.example.com"
            })
    void hostsThatNameNoRootServeNone(String host) {
        assertThat(get(host, "/examples/index.html").status()).isIn(400, 404);
    }

    private static Gateway withDomains(Map<String, List<String>> records) throws IOException {
        Environment environment = SystemEnvironment.shared();
        DnsLink domains = new DnsLink(environment, (name, deadline) -> {
            if (name.contains("broken")) {
                throw new IOException("the server failed");
            }
            return records.getOrDefault(name, List.of());
        });
        return new Gateway(
                store,
                GatewayOptions.DEFAULT
                        .withDomains(List.of("localhost"))
                        .withNames(Fixtures.names().or(new DnsLinkNames(environment, domains))));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, /ipns/my-site.example.org/one.html, 200, ipns://my-site.example.org/one.html",
        "localhost:8080, /ipns/my-site.example.org/one.html, 301,"
                + " http://my--site-example-org.ipns.localhost:8080/one.html",
        "my--site-example-org.ipns.localhost:8080, /one.html, 200, ipns://my-site.example.org/one.html",
        "my--site-example-org.ipns.localhost, /redirect-one, 301, /one.html",
        "my-site.example.org:443, /one.html, 200, ipns://my-site.example.org/one.html",
        "my-site.example.org, /redirect-one, 301, /one.html",
        "my-site.example.org, /ipfs/x, 200, ipns://my-site.example.org/ipfs/x",
        "127.0.0.1, /ipns/through.example.org/one.html, 200, ipns://through.example.org/one.html",
        "127.0.0.1, /ipns/circle.example.org/found.html, 400, ''",
        "127.0.0.1, /ipns/two.example.org/found.html, 500, ''",
        "127.0.0.1, /ipns/broken.example.org/found.html, 500, ''",
        "127.0.0.1, /ipns/other.example.org/found.html, 500, ''",
        "other.example.org, /found.html, 404, ''",
        "broken.example.org, /found.html, 404, ''",
    })
    void domainsAreServedByTheirRecords(String host, String path, int status, String where) throws IOException {
        Cid site = new PathResolver(store).resolve(root, List.of("examples")).cid();
        Gateway domains = withDomains(Map.of(
                "_dnslink.my-site.example.org", List.of("v=spf1", "dnslink=/ipfs/" + site),
                "_dnslink.through.example.org", List.of("dnslink=/ipns/my-site.example.org"),
                "_dnslink.circle.example.org", List.of("dnslink=/ipns/circle.example.org"),
                "_dnslink.two.example.org", List.of("dnslink=/ipfs/" + site, "dnslink=/ipfs/" + root)));
        HttpResponse response = domains.handle(HttpRequest.of("GET", path, Map.of("Host", host)));
        assertThat(response.status()).as(body(response)).isEqualTo(status);
        if (status == 200) {
            assertThat(response.headers().get("Ipfs-Uri")).isEqualTo(where);
            assertThat(response.headers().get("Cache-Control")).isEqualTo("public, max-age=60");
        } else if (status == 301) {
            assertThat(response.headers().get("Location")).isEqualTo(where);
        }
    }

    @Test
    void verifiersAreServedNoHostsOfDomains() throws IOException {
        Cid site = new PathResolver(store).resolve(root, List.of("examples")).cid();
        DnsLink domains = new DnsLink(SystemEnvironment.shared(), (name, deadline) -> List.of("dnslink=/ipfs/" + site));
        Gateway trustless = new Gateway(
                store,
                GatewayOptions.DEFAULT
                        .withTrustlessOnly(true)
                        .withNames(new DnsLinkNames(SystemEnvironment.shared(), domains)));
        assertThat(trustless
                        .handle(HttpRequest.of("GET", "/?format=raw", Map.of("Host", "example.org")))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void namesOfFilesEndNoHeader() throws IOException {
        HttpResponse response =
                get("127.0.0.1", "/ipfs/" + root + "?format=raw&filename=a%0d%0aSet-Cookie%3A%20x%3D1%22%5C%c3%bc");
        String value = response.headers().get("Content-Disposition");
        assertThat(value).doesNotContain("\r", "\n").startsWith("attachment; filename=\"a__Set-Cookie:%20x=1___\"");
        assertThat(response.headers().fields())
                .allMatch(field -> field.value().chars().allMatch(c -> c >= ' ' && c < 0x7f));
        HttpResponse redirect = get("example.com", "/ipfs/" + root.toV1() + "/a%0d%0aX:%20y");
        assertThat(redirect.headers().fields())
                .allMatch(field -> field.value().chars().allMatch(c -> c >= ' ' && c < 0x7f));
    }

    @Test
    void whatIsServedIsNeverCompressed() throws IOException {
        HttpResponse response = get("127.0.0.1", "/ipfs/" + root + "?format=raw", "Accept-Encoding", "gzip, br");
        assertThat(response.headers().get("Content-Encoding")).isNull();
        assertThat(response.length()).isEqualTo(store.get(root).length);
    }

    @Test
    void aListingEscapesTheNamesOfItsEntries() throws IOException {
        MemoryBlockStore own = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        DirectoryImporter directory = new DirectoryImporter(ImportOptions.V1_2025, own, Metadata.NONE);
        Imported file = new FileImporter(ImportOptions.V1_2025, own).add(new ByteArrayInputStream(new byte[] {1}));
        directory.add("<script>alert(1)</script>\"' onload=x", file);
        directory.add("javascript:alert(2)", file);
        Gateway listing = new Gateway(own, GatewayOptions.DEFAULT);
        HttpResponse response = listing.handle(
                HttpRequest.of("GET", "/ipfs/" + directory.finish().cid() + "/", Map.of("Host", "127.0.0.1")));
        assertThat(body(response))
                .doesNotContain("<script>", "\"'", "href=\"javascript")
                .contains("&lt;script&gt;", "href=\"/ipfs/" + directory.finish().cid() + "/javascript:alert");
        String tag = response.headers().get("Etag");
        assertThat(listing.handle(HttpRequest.of(
                                "GET",
                                "/ipfs/" + directory.finish().cid() + "/",
                                Map.of("If-None-Match", String.valueOf(tag))))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void anArchiveEndsWhereTheBudgetEnds() throws IOException {
        Gateway small = new Gateway(store, GatewayOptions.DEFAULT.withBudget(new Budget(3, 1 << 20, 64)));
        HttpResponse response = small.handle(HttpRequest.of("GET", "/ipfs/" + root + "?format=car", Map.of()));
        assertThat(response.status()).isEqualTo(200);
        assertThatThrownBy(() -> body(response))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 3 blocks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:80@evil.example", "localhost:@evil.example", "localhost:1/evil.example"})
    void aHostWithMoreThanAPortBehindItsNameIsNotOursAndIsNotRedirectedTo(String host) throws IOException {
        Cid root = Block.of(Multicodec.RAW, new byte[] {1}).cid();
        HttpResponse answer = new Gateway(new MemoryBlockStore(BlockStoreLimits.DEFAULT), GatewayOptions.DEFAULT)
                .handle(HttpRequest.of("GET", "/ipfs/" + root, Map.of("Host", host)));
        assertThat(answer.headers().get("Location")).isNull();
    }
}
