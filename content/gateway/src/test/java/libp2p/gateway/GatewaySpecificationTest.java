package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.blocks.BlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the path gateway, the trustless gateway and the subdomain gateway, section by section. */
class GatewaySpecificationTest {
    private static final String FOLDER = "bafybeig6ka5mlwkl4subqhaiatalkcleo4jgnr3hqwvpmsqfca27cijp3i";
    private static final String FILE = "bafkreihg5ocauzsdewk4xyb26ftl35kz6k5ayfd4jkbiv4xswjf6tyv5oi";
    private static final String DAG_JSON = "baguqeeram5ujjqrwheyaty3w5gdsmoz6vittchvhk723jjqxk7hakxkd47xq";
    private static final String KEY = "k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w";
    private static final String ABSENT = "bafkreidxlgna6txxtgpiggmasmzhtzbaxakpvehdxc4cgc22fsddworaaa";
    private static final String IMMUTABLE = "public, max-age=29030400, immutable";
    private static BlockStore store;
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        store = Fixtures.blocks();
        gateway = new Gateway(
                store,
                GatewayOptions.DEFAULT.withDomains(List.of("example.com")).withNames(Fixtures.names()));
    }

    private static HttpResponse get(String target, String... fields) {
        return Fixtures.get(gateway, "127.0.0.1", target, fields);
    }

    // ------------------------------------------------------------------------------------- path gateway, request

    @ParameterizedTest
    @CsvSource({
        "HEAD, /ipfs/" + FILE + ", 200",
        "GET, /ipfs/" + FILE + ", 200",
        "GET, /ipfs/" + FOLDER + "/api/file.txt, 200",
        "GET, /ipfs/bafkqaaa, 200",
        "HEAD, /ipfs/" + ABSENT + ", 412",
        "GET, /ipfs/" + ABSENT + ", 412",
        "GET, /ipfs/" + ABSENT + "?format=raw, 412",
        "GET, /ipfs/" + ABSENT + "?format=car, 412",
        "HEAD, /ipns/" + KEY + ", 412",
    })
    void onlyIfCachedAsksForNothing(String method, String target, int status) throws IOException {
        Gateway recursive = new Gateway(
                store,
                GatewayOptions.DEFAULT
                        .withNames((name, client) -> {
                            throw new AssertionError("a name was looked up");
                        })
                        .withSource(cid -> {
                            throw new AssertionError("a block was asked for");
                        }));
        HttpResponse response = recursive.handle(
                HttpRequest.of(method, target, Map.of("Host", "site.example.org", "Cache-Control", "only-if-cached")));
        assertThat(response.status()).isEqualTo(status);
        if (status == 412) {
            assertThat(Fixtures.bytes(response)).isEmpty();
            assertThat(response.headers().fields())
                    .extracting(field -> field.name())
                    .doesNotContain("Etag", "Cache-Control", "Content-Type", "Content-Disposition");
        }
    }

    @Test
    void onlyIfCachedOfADomainIsNotLookedUp() {
        Gateway names = new Gateway(store, GatewayOptions.DEFAULT.withNames((name, client) -> {
            throw new AssertionError("a name was looked up");
        }));
        assertThat(names.handle(HttpRequest.of(
                                "HEAD", "/x", Map.of("Host", "site.example.org", "Cache-Control", "only-if-cached")))
                        .status())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ipfs/" + FILE,
                "/ipfs/" + FILE + "?format=raw",
                "/ipfs/" + FOLDER + "?format=car",
                "/ipfs/" + FOLDER + "?format=car&dag-scope=block",
                "/ipfs/" + FILE + "?format=car&entity-bytes=0:3",
                "/ipfs/" + FOLDER + "?format=tar",
                "/ipfs/" + FOLDER + "/",
                "/ipfs/" + DAG_JSON,
                "/ipfs/" + DAG_JSON + "?format=dag-json",
                "/ipfs/" + DAG_JSON + "?format=json",
                "/ipns/" + KEY + "?format=ipns-record",
            })
    void aKnownTagIsAnsweredWith304AndNothingElse(String target) throws IOException {
        HttpResponse first = get(target);
        assertThat(first.status()).isEqualTo(200);
        String tag = String.valueOf(first.headers().get("Etag"));
        assertThat(tag).matches("(W/)?\"[^\"]+\"");
        for (String condition : List.of(tag, "\"x\", " + tag, "*")) {
            HttpResponse known = get(target, "If-None-Match", condition);
            assertThat(known.status()).isEqualTo(304);
            assertThat(Fixtures.bytes(known)).isEmpty();
            assertThat(known.headers().get("Etag")).isEqualTo(tag);
        }
        assertThat(get(target, "If-None-Match", "\"x\"").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/ipfs/" + FILE + ", 400",
        "/ipfs/" + FOLDER + ", 400",
        "/ipns/" + KEY + ", 400",
        "/ipns/site.example.org, 400",
        "/ipfs/" + FOLDER + "%2Fapi%2Ffile.txt, 400",
        "/ipfs/" + FOLDER + "%5Capi, 400",
        "//ipfs/" + FOLDER + "/api/file.txt, 400",
        "/ipfs//" + FOLDER + "/api/file.txt, 400",
        "/ipfs/" + FOLDER + "/, 400",
        "/ipfs/" + FOLDER + "/api/file.txt, 200",
    })
    void aScriptThatControlsAPageStaysBelowItsRoot(String target, int status) throws IOException {
        HttpResponse response = get(target, "Service-Worker", "script");
        assertThat(response.status()).isEqualTo(status);
        if (status == 400) {
            assertThat(Fixtures.text(response)).contains("registration is not allowed for this scope");
        }
        assertThat(Fixtures.get(gateway, FOLDER + ".ipfs.example.com", "/api/file.txt", "Service-Worker", "script")
                        .status())
                .as("a root that has the host for itself")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'', -",
                "?download=true, attachment; filename=\"file.txt\"; filename*=UTF-8''file.txt",
                "?download=false, -",
                "?download=1, -",
                "?filename=x.pdf, inline; filename=\"x.pdf\"; filename*=UTF-8''x.pdf",
                "?filename=x.pdf&download=false, inline; filename=\"x.pdf\"; filename*=UTF-8''x.pdf",
                "?filename=x.pdf&download=true, attachment; filename=\"x.pdf\"; filename*=UTF-8''x.pdf",
                "?filename=test%D1%82%D0%B5%D1%81%D1%82.jpg,"
                        + " inline; filename=\"test____.jpg\"; filename*=UTF-8''test%D1%82%D0%B5%D1%81%D1%82.jpg",
                "?filename=a%22%3B%20b, inline; filename=\"a_;%20b\"; filename*=UTF-8''a%22%3B%20b",
            })
    void theNameAndTheUseOfAFileAreSaid(String query, String disposition) {
        assertThat(get("/ipfs/" + FOLDER + "/api/file.txt" + query).headers().get("Content-Disposition"))
                .isEqualTo(disposition);
        assertThat(get("/ipfs/" + FILE + "?download=true").headers().get("Content-Disposition"))
                .isEqualTo("attachment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "RAW", "application/vnd.ipld.raw", "raw ", "html"})
    void aFormThatIsNotKnownIsABadRequest(String format) throws IOException {
        for (String path : List.of("/ipfs/" + FILE, "/ipns/" + KEY, "/ipfs/" + FOLDER + "/")) {
            HttpResponse response = get(path + "?format=" + format.replace(" ", "%20"));
            assertThat(response.status()).isEqualTo(400);
            assertThat(Fixtures.text(response)).contains("raw, car, ipns-record, tar, dag-json, dag-cbor, json, cbor");
        }
        assertThat(get("/ipfs/" + FILE + "?format=").status()).isEqualTo(200);
    }

    // ------------------------------------------------------------------------------------ path gateway, response

    @Test
    void whatIsMissingIsNamed() throws IOException {
        HttpResponse response = get("/ipfs/" + FOLDER + "/api/absent/x");
        assertThat(response.status()).isEqualTo(404);
        assertThat(Fixtures.text(response)).contains("no \"absent\" in");
        assertThat(response.headers().get("Cache-Control")).as("it may come").isEqualTo("no-store");
        assertThat(get("/ipfs/" + ABSENT).status()).isEqualTo(404);
        assertThat(get("/ipfs/" + ABSENT + "?format=car").status()).isEqualTo(404);
    }

    @Test
    void whatTakesTooLongMayBeAskedForAgain() {
        Gateway slow = new Gateway(store, GatewayOptions.DEFAULT.withSource(cid -> {
            throw new DeadlineExceededException("no peer has sent it in time");
        }));
        for (String query : List.of("", "?format=raw", "?format=car", "?format=tar")) {
            HttpResponse response = slow.handle(HttpRequest.of("GET", "/ipfs/" + ABSENT + query, Map.of()));
            assertThat(response.status()).isEqualTo(504);
            assertThat(response.headers().get("Retry-After")).isEqualTo("60");
            assertThat(response.headers().get("Cache-Control")).isEqualTo("no-store");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/ipfs/" + FOLDER + ", 301, /ipfs/" + FOLDER + "/",
        "/ipfs/" + FOLDER + "/api?a=b&c=%26, 301, /ipfs/" + FOLDER + "/api/?a=b&c=%26",
        "/ipfs/" + FOLDER + "//api, 301, /ipfs/" + FOLDER + "/api/",
    })
    void directoriesEndWithASlash(String target, int status, String location) {
        HttpResponse response = get(target);
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().get("Location")).isEqualTo(location);
        HttpResponse host = Fixtures.get(gateway, FOLDER + ".ipfs.example.com", "//api?a=b");
        assertThat(host.headers().get("Location")).as("no other host").isEqualTo("/api/?a=b");
    }

    @Test
    void aNameIsKeptForAsLongAsItHolds() throws IOException {
        HttpResponse response = get("/ipns/" + KEY);
        assertThat(response.headers().get("Cache-Control")).matches("public, max-age=[0-9]+");
        Gateway short1 = new Gateway(
                store,
                GatewayOptions.DEFAULT.withNames(
                        (name, client) -> new Names.Name("/ipfs/" + FILE, Duration.ofSeconds(7), new byte[] {1})));
        for (String query : List.of("", "?format=raw", "?format=car", "?format=ipns-record")) {
            assertThat(short1.handle(HttpRequest.of("GET", "/ipns/" + KEY + query, Map.of()))
                            .headers()
                            .get("Cache-Control"))
                    .isEqualTo("public, max-age=7");
        }
        assertThat(get("/ipfs/" + FILE).headers().get("Cache-Control")).isEqualTo(IMMUTABLE);
    }

    // ------------------------------------------------------------------------------------------ trustless gateway

    @ParameterizedTest
    @CsvSource({"'', 400", "?format=json, 400", "?format=tar, 400", "?format=raw, 200", "?format=car, 200"})
    void verifiersSayWhatTheyWant(String query, int status) {
        Gateway trustless = new Gateway(store, GatewayOptions.DEFAULT.withTrustlessOnly(true));
        assertThat(trustless
                        .handle(HttpRequest.of("GET", "/ipfs/" + FILE + query, Map.of()))
                        .status())
                .isEqualTo(status);
    }

    @Test
    void aRecordIsThatOfANameAlone() {
        assertThat(get("/ipns/" + KEY + "?format=ipns-record").status()).isEqualTo(200);
        assertThat(get("/ipns/" + KEY + "/x?format=ipns-record").status()).isEqualTo(400);
        assertThat(get("/ipns/" + KEY + "/x", "Accept", "application/vnd.ipfs.ipns-record")
                        .status())
                .isEqualTo(400);
        assertThat(get("/ipfs/" + FILE + "?format=ipns-record").status()).isEqualTo(400);
    }

    @Test
    void theEmptyBlockIsThereForThoseWhoTryAGateway() throws IOException {
        for (String method : List.of("GET", "HEAD")) {
            HttpResponse raw = gateway.handle(HttpRequest.of(method, "/ipfs/bafkqaaa?format=raw", Map.of()));
            assertThat(raw.status()).isEqualTo(200);
            assertThat(raw.length()).isZero();
        }
        HttpResponse car = get("/ipfs/bafkqaaa?format=car");
        assertThat(car.status()).isEqualTo(200);
        CarReader reader = new CarReader(new ByteArrayInputStream(Fixtures.bytes(car)));
        assertThat(reader.roots()).containsExactly(Cid.parse("bafkqaaa"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "n"})
    void blocksThatAreInTheirCidsAreInNoArchive(String duplicates) throws IOException {
        Cid inline = Cid.parse("bafkqabtgnfzg65bt");
        Block root = Block.of(
                Multicodec.DAG_PB,
                DagPb.write(List.of(new PbLink(inline, "a", 1), new PbLink(inline, "b", 1)), new byte[] {8, 1}));
        store.put(root);
        CarReader reader = new CarReader(new ByteArrayInputStream(
                Fixtures.bytes(get("/ipfs/" + root.cid() + "?format=car&car-dups=" + duplicates))));
        assertThat(reader.next().cid()).isEqualTo(root.cid());
        assertThat(reader.next()).isNull();
    }

    @Test
    void archivesOfDifferentPartsHaveDifferentTags() {
        List<String> queries = List.of(
                "",
                "&dag-scope=block",
                "&dag-scope=entity",
                "&entity-bytes=0:1",
                "&entity-bytes=1:*",
                "&car-dups=y",
                "&car-order=unk");
        assertThat(queries.stream()
                        .map(query -> get("/ipfs/" + FOLDER + "/api/file.txt?format=car" + query)
                                .headers()
                                .get("Etag"))
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(queries.size() - 1); // the order is always that of depth first
        assertThat(get("/ipfs/" + FOLDER + "?format=car").headers().get("X-Content-Type-Options"))
                .isEqualTo("nosniff");
        assertThat(get("/ipfs/" + FILE + "?format=raw").headers().get("Content-Disposition"))
                .startsWith("attachment; filename=\"" + FILE + ".bin\"");
    }

    // ------------------------------------------------------------------------------------------ subdomain gateway

    @ParameterizedTest
    @CsvSource({
        "/ipfs/?uri=ipfs%3A%2F%2F" + FILE + ", /ipfs/" + FILE,
        "/ipfs/?uri=ipfs%3A%2F%2F" + FOLDER + "%2Fapi%2Ffile.txt, /ipfs/" + FOLDER + "/api/file.txt",
        "/ipns/?uri=ipns%3A%2F%2Fen.wikipedia-on-ipfs.example.org, /ipns/en.wikipedia-on-ipfs.example.org",
        "/ipfs/?uri=ipns%3A%2F%2Fen.example.org%2Fa%2520b, /ipns/en.example.org/a%2520b",
    })
    void addressesOfTheProtocolHandlerAreRouted(String target, String location) {
        for (String host : List.of("example.com", "127.0.0.1")) {
            HttpResponse response = Fixtures.get(gateway, host, target);
            assertThat(response.status()).isEqualTo(301);
            assertThat(response.headers().get("Location")).isEqualTo(location);
        }
    }

    @Test
    void aRootOfVersion0IsSentToItsLabel() throws IOException {
        String v0 = "QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN";
        HttpResponse response = Fixtures.get(gateway, "example.com", "/ipfs/" + v0 + "/absent?format=&a=b");
        assertThat(response.status()).isEqualTo(301); // before anything is looked for
        assertThat(response.headers().get("Location"))
                .isEqualTo("http://" + Cid.parse(v0).toV1() + ".ipfs.example.com/absent?a=b&format=");
        HttpResponse upper =
                Fixtures.get(gateway, FOLDER.toUpperCase(Locale.ROOT) + ".IPFS.Example.COM:8080", "/api/file.txt");
        assertThat(upper.status()).isEqualTo(200);
        assertThat(Fixtures.get(gateway, FOLDER + ".ipfs.example.com", "/ipfs/file.txt")
                        .status())
                .as("the host comes before the path")
                .isEqualTo(200);
    }
}
