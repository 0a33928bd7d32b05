package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import libp2p.blocks.car.CarReader;
import libp2p.core.testing.Json;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.traversal.PathResolver;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures for people and for programs. */
class ErrorPageTest {
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private static final String ROOT = "bafybeig6ka5mlwkl4subqhaiatalkcleo4jgnr3hqwvpmsqfca27cijp3i";
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        gateway = Fixtures.gateway();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /ipfs/" + ROOT + "/absent, 404, 404 Not Found",
        "GET, /ipfs/nonsense, 400, 400 Bad Request",
        "GET, /elsewhere, 404, 404 Not Found",
        "GET, /ipns/example.org, 500, 500 Internal Server Error",
        "GET, /ipfs/" + ROOT + "?format=cbor, 406, 406 Not Acceptable",
        "POST, /ipfs/" + ROOT + ", 405, 405 Method Not Allowed",
    })
    void aBrowserGetsAPageAndAProgramALineOfText(String method, String target, int status, String title)
            throws IOException {
        HttpResponse page = respond(method, target, BROWSER);
        assertThat(page.status()).isEqualTo(status);
        assertThat(page.headers().get("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.headers().get("Vary")).isEqualTo("Accept");
        assertThat(Fixtures.text(page)).contains("<title>" + title + "</title>", "<h1>" + title + "</h1>", "</html>");
        assertThat(page.length()).isEqualTo(Fixtures.bytes(page).length);
        for (String accept : new String[] {"", "*/*", "application/json", "text/html;q=0, */*"}) {
            HttpResponse text = respond(method, target, accept);
            assertThat(text.status()).isEqualTo(status);
            assertThat(text.headers().get("Content-Type")).isEqualTo("text/plain; charset=utf-8");
            assertThat(text.headers().get("Vary")).isEqualTo("Accept");
            assertThat(Fixtures.text(text)).endsWith("\n").doesNotContain("<html");
        }
    }

    @Test
    void whatARequestSaysStaysText() throws IOException {
        for (String target : new String[] {
            "/ipfs/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "/ipfs/" + ROOT + "/%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
            "/ipfs/?uri=%3Cscript%3E",
            "/ipns/%3Csvg%20onload%3Dalert(1)%3E"
        }) {
            String page = Fixtures.text(respond("GET", target, BROWSER));
            assertThat(page).contains("<pre>", "</html>").doesNotContain("<script", "<img", "<svg on");
        }
        assertThat(Fixtures.text(respond("GET", "/ipfs/" + ROOT + "/a%E2%80%AEb%1Bc", BROWSER)))
                .doesNotContain("\u202e", "\u001b");
    }

    @Test
    void aFileThatStandsForAFailureIsServedAsItIs() throws IOException {
        Cid root = new CarReader(new ByteArrayInputStream(
                        Json.bytes("/vectors/gateway-exchanges/fixtures/redirects_file-redirects.car")))
                .roots()
                .getFirst();
        Cid examples = new PathResolver(Fixtures.blocks())
                .resolve(root, List.of("examples"))
                .cid();
        String host = examples.toV1() + ".ipfs.example.com";
        HttpResponse file = Fixtures.get(gateway, host, "/not-found/absent", "Accept", BROWSER);
        assertThat(file.status()).isEqualTo(404);
        assertThat(Fixtures.text(file)).contains("my 404").doesNotContain("<style>:root");
        assertThat(file.headers().get("Content-Security-Policy")).isNull();
    }

    private static HttpResponse respond(String method, String target, String accept) {
        return gateway.handle(HttpRequest.of(method, target, Map.of("Host", "127.0.0.1", "Accept", accept)));
    }
}
