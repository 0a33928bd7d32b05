package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.blocks.BlockStore;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.policy.CountedPolicy;
import libp2p.ipld.policy.Denial;
import libp2p.ipld.policy.DeniedException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content that the owner of a gateway has it not serve (path gateway, denylists). */
class GatewayPolicyTest {
    private static final String FOLDER = "bafybeig6ka5mlwkl4subqhaiatalkcleo4jgnr3hqwvpmsqfca27cijp3i";
    private static final String FILE = "bafkreihg5ocauzsdewk4xyb26ftl35kz6k5ayfd4jkbiv4xswjf6tyv5oi"; // api/file.txt
    private static final String KEY = "k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w";
    private static final Denial DENIAL = new Denial("a list", 7, "reason:x");

    /** Denies some blocks, and some paths as they are asked for. */
    private static final class Rules implements ContentPolicy {
        final Set<Multihash> blocks = new HashSet<>();
        final Set<String> paths = new HashSet<>();

        @Override
        public @Nullable Denial block(Cid cid) {
            return blocks.contains(cid.hash()) ? DENIAL : null;
        }

        @Override
        public @Nullable Denial path(String namespace, String root, List<String> rest) {
            return paths.contains(namespace + "/" + root + "/" + String.join("/", rest)) ? DENIAL : null;
        }
    }

    private final Rules rules = new Rules();
    private final CountedPolicy counted = new CountedPolicy(rules);
    private final BlockStore store;
    private final AtomicInteger names = new AtomicInteger();
    private final Gateway gateway;

    GatewayPolicyTest() throws IOException {
        store = Fixtures.blocks();
        Names known = Fixtures.names();
        gateway = new Gateway(
                store,
                GatewayOptions.DEFAULT
                        .withDomains(List.of("example.com"))
                        .withPolicy(counted)
                        .withNames((name, client) -> {
                            names.incrementAndGet();
                            return known.find(name, client);
                        }));
    }

    private HttpResponse get(String target, String... fields) {
        return Fixtures.get(gateway, "127.0.0.1", target, fields);
    }

    private void assertGone(HttpResponse response) throws IOException {
        assertThat(response.status()).isEqualTo(410);
        assertThat(Fixtures.text(response)).isEqualTo("blocked by the denylist a list, line 7 (reason:x)\n");
        assertThat(response.headers().get("Content-Type")).startsWith("text/plain");
        assertThat(response.headers().get("Cache-Control")).isEqualTo("no-store");
        for (String field : List.of("Etag", "Content-Disposition", "Content-Location", "X-Ipfs-Roots")) {
            assertThat(response.headers().get(field)).as(field).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?format=raw",
                "?format=car",
                "?format=tar",
                "?format=json",
                "?download=true",
                "?format=dag-json"
            })
    void aDeniedBlockIsGoneInEveryForm(String query) throws IOException {
        rules.blocks.add(Cid.parse(FILE).hash());
        assertGone(get("/ipfs/" + FILE + query));
        assertGone(get("/ipfs/" + FILE + query, "If-None-Match", "*"));
        assertGone(get("/ipfs/" + FILE + query, "Range", "bytes=0-1"));
        assertGone(get("/ipfs/" + FOLDER + "/api/file.txt" + query));
        assertThat(counted.denials()).isEqualTo(4);
        assertThat(get("/ipfs/" + FOLDER + "/ipfs/file.txt?format=raw").status())
                .isEqualTo(200);
    }

    @Test
    void aDeniedPathIsGoneThereAloneAndOnItsHost() throws IOException {
        rules.paths.add("ipfs/" + FOLDER + "/api/file.txt");
        assertGone(get("/ipfs/" + FOLDER + "/api/file.txt"));
        assertGone(get("/ipfs/" + FOLDER + "/api//file.txt/"));
        assertGone(Fixtures.get(gateway, FOLDER + ".ipfs.example.com", "/api/file.txt"));
        assertGone(Fixtures.get(gateway, "example.com", "/ipfs/" + FOLDER + "/api/file.txt"));
        assertThat(get("/ipfs/" + FILE).status()).isEqualTo(200);
        assertThat(get("/ipfs/" + FOLDER + "/api/").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/, index.html",
        "/old/page, index.html",
        "/no/such, sub/index.html",
        "/shown, secret.txt",
    })
    void whatStandsForAPathIsDeniedByItsOwnPath(String asked, String denied) throws IOException {
        UnixFsTree tree = new UnixFsTree(store);
        Cid page = tree.file("a page");
        Cid root = tree.folder(Map.of(
                "index.html",
                page,
                "secret.txt",
                page,
                "sub",
                tree.folder(Map.of("index.html", page)),
                "_redirects",
                tree.file("/old/* / 200\n/no/* /sub 200\n/shown /secret.txt 200\n")));
        String host = root + ".ipfs.example.com";
        assertThat(Fixtures.get(gateway, host, asked).status()).isEqualTo(200);
        rules.paths.add("ipfs/" + root + "/" + denied);
        assertGone(Fixtures.get(gateway, host, asked));
    }

    @Test
    void aDeniedNameIsNotLookedUp() throws IOException {
        rules.paths.add("ipns/" + KEY + "/");
        assertGone(get("/ipns/" + KEY));
        assertGone(get("/ipns/" + KEY + "?format=ipns-record"));
        assertThat(names).hasValue(0);
    }

    @Test
    void whatANameLeadsToIsDeniedByItsOwnPath() throws IOException {
        Names.Name name = Fixtures.names().find(KEY, RequestContext.PATIENT);
        rules.paths.add(name.path().substring(1) + "/");
        assertGone(get("/ipns/" + KEY));
        assertThat(get("/ipns/" + KEY + "?format=ipns-record").status())
                .as("the record is that of the name")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"car, true", "tar, true", "car&dag-scope=block, false"})
    void anArchiveEndsAtADeniedBlockInIt(String format, boolean cut) throws IOException {
        rules.blocks.add(Cid.parse(FILE).hash());
        HttpResponse response = get("/ipfs/" + FOLDER + "?format=" + format);
        assertThat(response.status()).isEqualTo(200);
        if (cut) {
            assertThatThrownBy(() -> Fixtures.bytes(response)).isInstanceOf(DeniedException.class);
        } else {
            assertThat(Fixtures.bytes(response)).isNotEmpty();
        }
    }

    @Test
    void aListThatChangesIsBelievedAtOnce() throws IOException {
        rules.blocks.add(Cid.parse(FILE).hash());
        assertGone(get("/ipfs/" + FILE));
        rules.blocks.clear();
        assertThat(get("/ipfs/" + FILE).status()).isEqualTo(200);
    }

    @Test
    void aDataInACidIsDeniedTooAndAProbeIsNot() throws IOException {
        Cid inline = Cid.parse("bafkqabtgnfzg65bt");
        rules.blocks.add(inline.hash());
        assertGone(get("/ipfs/" + inline));
        assertThat(get("/ipfs/bafkqaaa?format=raw").status()).isEqualTo(200);
    }
}
