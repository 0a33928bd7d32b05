package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of directories and of blocks that are no files. */
class GatewayPagesTest {
    private static final String ROOT = "bafybeig6ka5mlwkl4subqhaiatalkcleo4jgnr3hqwvpmsqfca27cijp3i";
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
                        "<title>Index of " + path + "/</title>",
                        "<a href=\"" + path + "/..\">..</a>",
                        "/ipfs/<a href=\"/ipfs/" + ROOT + "\">" + ROOT + "</a>/<a href=\"/ipfs/" + ROOT
                                + "/%C4%85\">ą</a>/<a href=\"" + path + "\">ę</a>",
                        "<a href=\"" + path + "/file-%C5%BA%C5%82.txt\">file-źł.txt</a>");
        assertThat(Fixtures.text(Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + ROOT + "/")))
                .contains("Index of")
                .doesNotContain(">..</a>");
    }

    @Test
    void onItsHostTheLinksOfAPageBeginAtTheRoot() throws IOException {
        String host = ROOT + ".ipfs.example.com:8080";
        assertThat(Fixtures.text(Fixtures.get(gateway, host, "/%C4%85/%C4%99/")))
                .contains(
                        "<a href=\"/%C4%85/%C4%99/..\">..</a>",
                        "/ipfs/<a href=\"//" + host + "/\">" + ROOT + "</a>/<a href=\"//" + host + "/%C4%85\">ą</a>",
                        "<a href=\"/%C4%85/%C4%99/file-%C5%BA%C5%82.txt\">file-źł.txt</a>");
        assertThat(Fixtures.text(Fixtures.get(gateway, host, "/")))
                .contains("<a href=\"/api\">api</a>")
                .doesNotContain(">..</a>");
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
        assertThat(response.headers().get("Etag")).isEqualTo("\"DagIndex-1_CID-" + cid + "\"");
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
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        Block block = Block.of(codec, "{\"</pre><script>\":\"'&\"}".getBytes(StandardCharsets.UTF_8));
        store.put(block);
        HttpResponse response = Fixtures.get(
                new Gateway(store, GatewayOptions.DEFAULT), "127.0.0.1", "/ipfs/" + block.cid(), "Accept", "text/html");
        assertThat(Fixtures.text(response))
                .contains("&lt;/pre&gt;&lt;script&gt;", "&#39;&amp;")
                .doesNotContain("<script>");
    }
}
