package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.unixfs.DirectoryImporter;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.ipld.unixfs.Imported;
import libp2p.ipld.unixfs.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of the web redirects file, and files that are made to do harm. */
class RedirectsFileTest {
    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final Gateway gateway = new Gateway(store, GatewayOptions.DEFAULT);

    private Imported file(String text) throws IOException {
        return new FileImporter(ImportOptions.V1_2025, store)
                .add(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse get(String rules, String target) throws IOException {
        DirectoryImporter site = new DirectoryImporter(ImportOptions.V1_2025, store, Metadata.NONE);
        site.add("_redirects", file(rules));
        site.add("index.html", file("<p>home"));
        site.add("here.txt", file("here"));
        String host = site.finish().cid() + ".ipfs.localhost:8080";
        return gateway.handle(HttpRequest.of("GET", target, Map.of("Host", host)));
    }

    private static String text(HttpResponse response) throws IOException {
        return new String(Fixtures.bytes(response), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '^',
            value = {
                // the file of the specification for parameters
                "/source1/* /target-file?static-query1=static-val1&static-query2=static-val2 301, /source1/x,"
                        + " 301, /target-file?static-query1=static-val1&static-query2=static-val2",
                "/source1/* /target-file?static-query1=static-val1&static-query2=static-val2 301,"
                        + " /source1/x?dynamic=1&static-query1=mine, 301,"
                        + " /target-file?dynamic=1&static-query1=mine&static-query2=static-val2",
                "/source2/:code/:name /target-file?code=:code&name=:name 301, /source2/a/b, 301,"
                        + " /target-file?code=a&name=b",
                "/source2/:code/:name /target-file?code=:code&name=:name 301, /source2/a%26x=y/b%20c?z=1, 301,"
                        + " /target-file?code=a%26x%3Dy&name=b%20c&z=1",
                "/source3/* https://example.net/target3/:splat 301, /source3/a/b?q=1, 301,"
                        + " https://example.net/target3/a/b?q=1",
                "/a /b#part 302, /a?x=y, 302, /b?x=y#part",
                "/a /b%20c 307, /a, 307, /b%20c",
                "/a /ü 308, /a, 308, /%C3%BC",
                "/a /b, /a/, 301, /b",
                "  /a   /b   303  , /a, 303, /b",
                "/:x/:x2 /:x2/:x/:x, /1/2, 301, /2/1/1",
                "/* /new/:splat, /%2e%2e%2f, 400, -",
            })
    void aRuleSendsOn(String rules, String target, int status, String location) throws IOException {
        HttpResponse response = get(rules, target);
        assertThat(response.status()).isEqualTo(status);
        if (status < 400) {
            assertThat(response.headers().get("Location")).isEqualTo(location);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/:a/:a /b",
                "/a /b 301!",
                "/a /b 500",
                "/a/*/b /c",
                "/a",
                "a /b",
                "/a b",
                "/a https://example.net 200",
                "/a ftp://example.net",
                "/a javascript:alert(1)",
            })
    void aFileThatCannotBeReadIsAnErrorForPathsThatAreNotThere(String rules) throws IOException {
        HttpResponse response = get(rules, "/absent");
        assertThat(response.status()).isEqualTo(500);
        assertThat(text(response)).contains("could not parse _redirects: line 1:");
        assertThat(get(rules, "/here.txt").status()).isEqualTo(200);
    }

    @Test
    void whatIsThereIsServedWhateverTheRulesSay() throws IOException {
        assertThat(text(get("/* /index.html 404", "/here.txt"))).isEqualTo("here");
        HttpResponse rewritten = get("# all\r\n/* /index.html 200\r\n", "/some/where?a=b");
        assertThat(rewritten.status()).isEqualTo(200);
        assertThat(text(rewritten)).isEqualTo("<p>home");
        assertThat(get("/* /index.html?x=y 200", "/some/where").status()).isEqualTo(200);
    }

    @Test
    void aRuleWithAMalformedParameterIsAnErrorOfTheFile() throws IOException {
        assertThat(get("/a /b?x=%zz", "/a?y=1").status()).isEqualTo(500);
        assertThat(get("/a /b?x=%zz", "/a").status()).isEqualTo(301);
    }

    @Test
    void circlesAreTheClientsToFollow() throws IOException {
        String circle = "/a /b\n/b /a\n/c /c 200\n/d/* /d/:splat/x 200\n";
        assertThat(get(circle, "/a").headers().get("Location")).isEqualTo("/b");
        assertThat(get(circle, "/b").headers().get("Location")).isEqualTo("/a");
        assertThat(get(circle, "/c").status()).as("nothing is rewritten twice").isEqualTo(404);
        assertThat(get(circle, "/d/1").status()).isEqualTo(404);
    }

    @Test
    void aPathThatGrowsWithEachRedirectComesToAnEnd() throws IOException {
        String target = "/g";
        int hops = 0;
        HttpResponse response = get("/* /xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/:splat/:splat 301", target);
        while (response.status() == 301 && hops < 100) {
            target = String.valueOf(response.headers().get("Location"));
            hops++;
            response = get("/* /xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/:splat/:splat 301", target);
        }
        assertThat(hops).isBetween(2, 20);
        assertThat(response.status()).isIn(400, 500);
        assertThat(target.length()).isLessThan(17_000);
    }

    @ParameterizedTest
    @CsvSource({
        "/* //:splat, /evil.example/x, /evil.example/x",
        "/* ///:splat, /evil.example, /evil.example",
        "/* /\\:splat, /evil.example, /evil.example",
        "/* /:splat/, /evil.example, /evil.example/",
        "/:a /:a, /%0d%0aSet-Cookie:x, /%0D%0ASet-Cookie%3Ax",
        "/:a /:a, /%5c%5cevil.example, /%5C%5Cevil.example",
    })
    void aRedirectStaysOnItsHostAndEndsNoHeader(String rules, String target, String location) throws IOException {
        HttpResponse response = get(rules, target);
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.headers().get("Location")).isEqualTo(location);
    }

    @Test
    void aFileOfTheLargestSizeIsReadAndOneByteMoreIsNot() throws IOException {
        String rule = "/a /b\n";
        String most = rule + "#".repeat(Redirects.FILE_BYTES - rule.length());
        assertThat(get(most, "/a").status()).isEqualTo(301);
        HttpResponse more = get(most + "#", "/a");
        assertThat(more.status()).isEqualTo(500);
        assertThat(text(more)).contains("redirects file size cannot exceed 65536 bytes");
        assertThat(List.of(404, 500)).contains(get("/*", "/a").status());
    }
}
