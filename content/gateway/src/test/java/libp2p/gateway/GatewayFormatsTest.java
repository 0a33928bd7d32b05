package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import libp2p.blocks.BlockStore;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms that are asked for by the query or by the Accept header. */
class GatewayFormatsTest {
    private static final String DAG_JSON = "baguqeeram5ujjqrwheyaty3w5gdsmoz6vittchvhk723jjqxk7hakxkd47xq";
    private static final String DAG_CBOR = "bafyreibs4utpgbn7uqegmd2goqz4bkyflre2ek2iwv743fhvylwi4zeeim";
    private static final String JSON = "bagaaierajjsnhsxqlgfrvknlt7z2heoljcgfv37cn45tu7mhmr23x3ekiboq";
    private static final String CBOR = "bafireif3aymeikgfbofx533yf5vlx4kimzq6zmzmpra2mnzfsfnmv4hchm";
    private static final String JSON_FILE = "bafkreibrppizs3g7axs2jdlnjua6vgpmltv7k72l7v7sa6mmht6mne3qqe";
    private static final String TEXT_FILE = "bafkreifkam6ns4aoolg3wedr4uzrs3kvq66p4pecirz6y2vlrngla62mxm";
    private static BlockStore store;
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        store = Fixtures.blocks();
        gateway = new Gateway(store, GatewayOptions.DEFAULT);
    }

    private static HttpResponse get(String target, String accept) {
        return accept.isEmpty()
                ? Fixtures.get(gateway, "127.0.0.1", target)
                : Fixtures.get(gateway, "127.0.0.1", target, "Accept", accept);
    }

    @ParameterizedTest
    @CsvSource({
        DAG_JSON + ", json, application/json, json, inline",
        DAG_JSON + ", dag-json, application/vnd.ipld.dag-json, json, inline",
        DAG_CBOR + ", cbor, application/cbor, cbor, attachment",
        DAG_CBOR + ", dag-cbor, application/vnd.ipld.dag-cbor, cbor, attachment",
        JSON + ", json, application/json, json, inline",
        CBOR + ", cbor, application/cbor, cbor, attachment",
    })
    void aBlockOfTheCodecIsGivenAsItIs(String cid, String format, String type, String extension, String shown)
            throws IOException {
        for (HttpResponse response :
                new HttpResponse[] {get("/ipfs/" + cid + "?format=" + format, ""), get("/ipfs/" + cid, type)}) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("Content-Type")).isEqualTo(type);
            assertThat(response.headers().get("Content-Disposition"))
                    .startsWith(shown + "; filename=\"" + cid + "." + extension + "\"");
            assertThat(response.headers().get("Etag")).isEqualTo("\"" + cid + "." + format + "\"");
            assertThat(response.headers().get("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(Fixtures.bytes(response)).isEqualTo(store.get(Cid.parse(cid)));
        }
        assertThat(get("/ipfs/" + cid, type).headers().get("Content-Location"))
                .isEqualTo("/ipfs/" + cid + "?format=" + format);
        assertThat(get("/ipfs/" + cid + "?format=" + format, type).headers().get("Content-Location"))
                .isNull();
        assertThat(get("/ipfs/" + cid + "?format=" + format, Format.RAW.type())
                        .headers()
                        .get("Content-Location"))
                .isEqualTo("/ipfs/" + cid + "?format=" + format);
    }

    @ParameterizedTest
    @CsvSource({
        DAG_JSON + ", cbor, application/cbor",
        DAG_JSON + ", dag-cbor, application/vnd.ipld.dag-cbor",
        DAG_CBOR + ", json, application/json",
        JSON + ", dag-json, application/vnd.ipld.dag-json",
        JSON + ", cbor, application/cbor",
        CBOR + ", dag-cbor, application/vnd.ipld.dag-cbor",
        JSON_FILE + ", cbor, application/cbor",
        JSON_FILE + ", dag-json, application/vnd.ipld.dag-json",
        TEXT_FILE + ", json, application/json",
        "bafybeihchr7vmgjaasntayyatmp5sv6xza57iy2h4xj7g46bpjij6yhrmy, json, application/json",
    })
    void otherFormsAreNotMade(String cid, String format, String type) {
        assertThat(get("/ipfs/" + cid + "?format=" + format, "").status()).isEqualTo(406);
        HttpResponse response = get("/ipfs/" + cid, type);
        assertThat(response.status()).isEqualTo(406);
        assertThat(response.headers().get("Content-Location")).isNull();
        assertThat(get("/ipfs/" + cid + "/", type + ", text/plain, */*").status())
                .as("whatever there is, is accepted too")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "application/vnd.ipld.raw", "text/html", "application/vnd.ipld.dag-cbor", "*/*"})
    void theFormatOfTheQueryWins(String accept) throws IOException {
        HttpResponse response = get("/ipfs/" + JSON_FILE + "?format=json", accept);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(Fixtures.text(response)).isEqualTo("{ \"test\": \"i am a plain json file\" }\n");
        assertThat(get("/ipfs/" + DAG_JSON + "?format=raw", accept).headers().get("Content-Type"))
                .isEqualTo("application/vnd.ipld.raw");
    }

    @Test
    void aFileOfSeveralBlocksThatIsJsonIsGivenAsJson() throws IOException {
        for (int size : new int[] {600_000, 1_500_000}) { // read before, and too large for that
            String text = "[\"" + "x".repeat(size) + "\"]";
            String cid = new FileImporter(ImportOptions.V1_2025, store)
                    .add(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .cid()
                    .toString();
            HttpResponse response = get("/ipfs/" + cid, "application/json");
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().get("Content-Type")).isEqualTo("application/json");
            assertThat(Fixtures.text(response)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'application/json;q=0.2, application/vnd.ipld.raw;q=0.5', application/vnd.ipld.raw",
        "'application/vnd.ipld.raw;q=0, application/json', application/json",
        "'text/html, Application/JSON;q=0.1', application/json",
        "'application/vnd.ipld.dag-json;q=0.5, application/json;q=0.5', application/vnd.ipld.dag-json",
        "application/json;q=nonsense, application/json",
    })
    void theWeightOfTheAcceptedTypesDecides(String accept, String type) {
        assertThat(get("/ipfs/" + DAG_JSON, accept).headers().get("Content-Type"))
                .isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?format=dag-json", "?format=json"})
    void aRemainderThatCannotBeTraversedIsNotImplemented(String query) {
        HttpResponse response = get("/ipfs/" + DAG_JSON + "/foo/object" + query, "");
        assertThat(response.status()).isEqualTo(501);
        assertThat(get("/ipfs/" + DAG_CBOR + "/foo/object/banana", "").status()).isEqualTo(501);
        assertThat(get("/ipfs/" + DAG_JSON + "/foo/absent" + query, "").status())
                .isEqualTo(404);
        assertThat(get("/ipfs/" + DAG_JSON + "/foo/link/bar" + query, "").status())
                .isEqualTo(200);
    }

    @Test
    void aBlockThatIsNotWhatItsCodecSaysIsGivenAllTheSame() throws IOException {
        Block broken = Block.of(Multicodec.DAG_JSON, new byte[] {'{'});
        store.put(broken);
        assertThat(get("/ipfs/" + broken.cid() + "?format=json", "").status()).isEqualTo(200);
    }
}
