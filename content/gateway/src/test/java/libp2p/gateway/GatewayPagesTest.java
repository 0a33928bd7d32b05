package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of directories and of blocks that are no files. */
class GatewayPagesTest {
    private static final String ROOT = "bafybeig6ka5mlwkl4subqhaiatalkcleo4jgnr3hqwvpmsqfca27cijp3i";
    private static final String FILE = "bafkreialihlqnf5uwo4byh4n3cmwlntwqzxxs2fg5vanqdi3d7tb2l5xkm";
    private static final String FILENAME = "?filename=file-%25C5%25BA%25C5%2582.txt";
    private static final String CBOR = "bafyreibs4utpgbn7uqegmd2goqz4bkyflre2ek2iwv743fhvylwi4zeeim";
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        gateway = Fixtures.gateway();
    }

    @Test
    void aPageOfADirectoryLinksToItsParentsAndEntries() throws IOException {
        String path = "/ipfs/" + ROOT + "/%C4%85/%C4%99";
        HttpResponse response = Fixtures.get(gateway, "127.0.0.1", path + "/");
        assertThat(response.headers().get("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.headers().get("Etag")).startsWith("\"DirIndex-");
        assertThat(Fixtures.text(response))
                .contains(
                        "<title>Index of /ipfs/" + ROOT + "/ą/ę</title>",
                        "<a href=\"" + path + "/..\">..</a>",
                        "/ipfs/<a href=\"/ipfs/" + ROOT + "\">" + ROOT + "</a>/<a href=\"/ipfs/" + ROOT
                                + "/%C4%85\">ą</a>/<a href=\"" + path + "\">ę</a>",
                        "<a href=\"" + path + "/file-%C5%BA%C5%82.txt\">file-źł.txt</a>",
                        "<a class=\"ipfs-hash\" translate=\"no\" href=\"/ipfs/" + FILE + FILENAME + "\">" + FILE
                                + "</a>");
        assertThat(Fixtures.text(Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + ROOT + "/")))
                .contains("Index of")
                .doesNotContain(">..</a>");
    }

    @Test
    void onItsHostThePathsOfAPageBeginAtTheRootAndOtherContentAtTheHostAbove() throws IOException {
        String host = ROOT + ".ipfs.example.com:8080";
        String path = "//example.com:8080/ipfs/" + ROOT;
        assertThat(Fixtures.text(Fixtures.get(gateway, host, "/%C4%85/%C4%99/")))
                .contains(
                        "<a href=\"/%C4%85/%C4%99/..\">..</a>",
                        "/ipfs/<a href=\"" + path + "\">" + ROOT + "</a>/<a href=\"" + path
                                + "/%C4%85\">ą</a>/<a href=\"" + path + "/%C4%85/%C4%99\">ę</a>",
                        "<a href=\"/%C4%85/%C4%99/file-%C5%BA%C5%82.txt\">file-źł.txt</a>",
                        "<a class=\"ipfs-hash\" translate=\"no\" href=\"//example.com:8080/ipfs/" + FILE + FILENAME
                                + "\">");
        assertThat(Fixtures.text(Fixtures.get(gateway, host, "/")))
                .contains("<a href=\"/api\">api</a>")
                .doesNotContain(">..</a>");
    }

    @Test
    void onADomainWithADnsLinkNoOtherContentIsServedAndLinksToItLeadElsewhere() throws IOException {
        Names names = (name, client) ->
                name.equals("site.example.org") ? new Names.Name("/ipfs/" + ROOT, Duration.ofMinutes(5), null) : null;
        Gateway domain = new Gateway(Fixtures.blocks(), GatewayOptions.DEFAULT.withNames(names));
        HttpResponse response = Fixtures.get(domain, "site.example.org", "/%C4%85/%C4%99/");
        assertThat(response.headers().get("Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(Fixtures.text(response))
                .contains(
                        "/ipns/<a href=\"//site.example.org/\">site.example.org</a>/<a href=\"//site.example.org/%C4%85\">ą"
                                + "</a>/<a href=\"//site.example.org/%C4%85/%C4%99\">ę</a>",
                        "<a class=\"ipfs-hash\" translate=\"no\" href=\"https://cid.ipfs.tech/#" + FILE
                                + "\" target=\"_blank\" rel=\"noreferrer noopener\">");
    }

    @Test
    void aPageMayLoadNothingAndItsStyleIsAllowedByItsHash() throws Exception {
        for (String target : List.of("/ipfs/" + ROOT + "/", "/ipfs/" + CBOR, "/ipfs/" + ROOT + "/absent")) {
            HttpResponse response = Fixtures.get(gateway, "127.0.0.1", target, "Accept", "text/html");
            String page = Fixtures.text(response);
            String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            assertThat(response.headers().get("Content-Security-Policy"))
                    .startsWith("default-src 'none'; style-src 'sha256-"
                            + Base64.getEncoder().encodeToString(hash) + "'; img-src data:;")
                    .contains("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'");
            assertThat(response.headers().get("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(page).doesNotContain("<script", "style=", "onclick", "src=");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "baguqeeram5ujjqrwheyaty3w5gdsmoz6vittchvhk723jjqxk7hakxkd47xq",
                "bafyreibs4utpgbn7uqegmd2goqz4bkyflre2ek2iwv743fhvylwi4zeeim",
                "bagaaierajjsnhsxqlgfrvknlt7z2heoljcgfv37cn45tu7mhmr23x3ekiboq",
                "bafireif3aymeikgfbofx533yf5vlx4kimzq6zmzmpra2mnzfsfnmv4hchm"
            })
    void aBlockIsShownToPeople(String cid) throws IOException {
        HttpResponse response = Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + cid, "Accept", "text/html, */*;q=0.8");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.headers().get("Etag")).isEqualTo("\"DagIndex-2_CID-" + cid + "\"");
        assertThat(response.headers().get("Content-Disposition")).isNull();
        assertThat(Fixtures.text(response)).contains("</html>", "<a href=\"?format=raw\">raw</a>");
        assertThat(Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + cid + "?download=true", "Accept", "text/html")
                        .headers()
                        .get("Content-Disposition"))
                .startsWith("attachment");
    }

    @ParameterizedTest
    @ValueSource(longs = {Multicodec.DAG_JSON, Multicodec.JSON})
    void markupInABlockStaysText(long codec) throws IOException {
        assertThat(shown(codec, "{\"</pre><script>\":\"'&\"}"))
                .contains("&lt;/pre&gt;&lt;script&gt;", "&#39;&amp;")
                .doesNotContain("<script>");
    }

    @Test
    void aValueHasALineAndALinkLeadsOn() throws IOException {
        assertThat(shown(
                        Multicodec.DAG_JSON,
                        "{\"a\":[1,2.5,null,{}],\"b\":{\"/\":\"" + ROOT
                                + "\"},\"c\":{\"/\":{\"bytes\":\"AAE\"}},\"d\":\"x\\ny\\u202ez\"}"))
                .contains("""
                        {
                          <b>&quot;a&quot;</b>: [
                            1,
                            2.5,
                            null,
                            {}
                          ],
                          <b>&quot;b&quot;</b>: {"/": "<a class="ipfs-hash" translate="no" href="/ipfs/ROOT">ROOT</a>"},
                          <b>&quot;c&quot;</b>: {"/": {"bytes": "AAE"}},
                          <b>&quot;d&quot;</b>: &quot;<bdi>x\\ny\\u202ez</bdi>&quot;
                        }</pre>
                        """.replace("ROOT", ROOT));
    }

    @Test
    void aTextFromRightToLeftDoesNotReorderItsLine() throws IOException {
        assertThat(shown(Multicodec.JSON, "{\"מפתח\":\"ערך\"}"))
                .contains("<b>&quot;<bdi>מפתח</bdi>&quot;</b>: &quot;<bdi>ערך</bdi>&quot;");
    }

    @Test
    void ofALongTextTheStartIsShownAndHowMuchIsLeft() throws IOException {
        assertThat(shown(Multicodec.JSON, "\"" + "<".repeat(20_000) + "\""))
                .contains("&lt;&quot;<i>… and " + (20_000 - Preview.PART) / 1000 + "," + (20_000 - Preview.PART) % 1000)
                .contains("characters</i></pre>");
    }

    @Test
    void aBlockThatIsNotWhatItsCodecSaysIsToldSo() throws IOException {
        assertThat(shown(Multicodec.DAG_JSON, "{\"<b>")).contains("The block is not what its codec says: dag-json: ");
        assertThat(shown(Multicodec.DAG_CBOR, "\u007f")).contains("The block is not what its codec says: dag-cbor: ");
    }

    private static String shown(long codec, String text) throws IOException {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        Block block = Block.of(codec, text.getBytes(StandardCharsets.UTF_8));
        store.put(block);
        return Fixtures.text(Fixtures.get(
                new Gateway(store, GatewayOptions.DEFAULT),
                "127.0.0.1",
                "/ipfs/" + block.cid(),
                "Accept",
                "text/html"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1075, 1.0 KiB",
        "1076, 1.1 KiB",
        "102399, 100 KiB",
        "1048575, 1.0 MiB",
        "5368709120, 5.0 GiB",
        "9223372036854775807, 8.0 EiB",
        "-2, 16.0 EiB",
    })
    void sizesAreReadable(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }
}
