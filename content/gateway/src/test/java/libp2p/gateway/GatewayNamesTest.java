package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multibase;
import libp2p.multiformats.Multicodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which keys and CIDs are written in paths and in hosts. */
class GatewayNamesTest {
    private static final String ED25519 = "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d";
    private static final String RSA = "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3";
    private static final String LONG =
            "bafkrgqhhyivzstcz3hhswshfjgy6ertgmnqeleynhwt4dlfsthi4hn7zgh4uvlsb5xncykzapi3ocd4"
                    + "lzogukir6ksdy6wzrnz6ohnv4aglcs";
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        gateway = Fixtures.gateway();
    }

    private static String key(String name) {
        return PeerId.parse(name).toCid().toString(Multibase.BASE36);
    }

    @ParameterizedTest
    @ValueSource(strings = {ED25519, RSA})
    void aKeyInBase58IsSentToItsCid(String name) {
        for (String rest : new String[] {"", "/", "/a%20b/?filename=x%26y", "?format=ipns-record"}) {
            HttpResponse response = Fixtures.get(gateway, "127.0.0.1:8080", "/ipns/" + name + rest);
            assertThat(response.status()).isEqualTo(302);
            assertThat(response.headers().get("Location")).isEqualTo("/ipns/" + key(name) + rest);
            assertThat(response.headers().get("Cache-Control")).isNull();
        }
        assertThat(Fixtures.get(gateway, "127.0.0.1:8080", "/ipns/" + key(name)).status())
                .isEqualTo(200);
        HttpResponse host = Fixtures.get(gateway, "example.com:8080", "/ipns/" + name + "/x");
        assertThat(host.status()).isEqualTo(301);
        assertThat(host.headers().get("Location")).isEqualTo("http://" + key(name) + ".ipns.example.com:8080/x");
        assertThat(Fixtures.get(gateway, key(name) + ".ipns.example.com:8080", "/")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Qmnonsense", "1", "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3.example.org"})
    void whatOnlyBeginsLikeAKeyIsNotSent(String name) {
        HttpResponse response = Fixtures.get(gateway, "127.0.0.1", "/ipns/" + name);
        assertThat(response.status()).isIn(400, 500);
        assertThat(response.headers().get("Location")).isNull();
    }

    @ParameterizedTest
    @CsvSource({ED25519 + ", true", RSA + ", true", RSA + ", false", ED25519 + ", false"})
    void aHostOfAKeyThatIsWrittenOtherwiseIsSentToTheHostOfTheKey(String name, boolean secure) {
        Cid cid = Cid.v1(Multicodec.DAG_PB, PeerId.parse(name).toCid().hash());
        for (String label : new String[] {
            cid.toString(), cid.toString(Multibase.BASE36), PeerId.parse(name).toCidString()
        }) {
            HttpResponse response =
                    gateway.handle(HttpRequest.of("GET", "/a%20b?x=1", Map.of("Host", label + ".ipns.example.com:8080"))
                            .withContext(new RequestContext() {
                                @Override
                                public void check() {}

                                @Override
                                public boolean isSecure() {
                                    return secure;
                                }
                            }));
            if (label.equals(key(name))) {
                continue;
            }
            assertThat(response.status()).as(label).isEqualTo(301);
            assertThat(response.headers().get("Location"))
                    .isEqualTo((secure ? "https" : "http") + "://" + key(name) + ".ipns.example.com:8080/a%20b?x=1");
        }
    }

    @Test
    void aCidThatFitsInNoLabelHasNoHost() throws IOException {
        for (HttpResponse response : new HttpResponse[] {
            Fixtures.get(gateway, "example.com", "/ipfs/" + LONG),
            Fixtures.get(gateway, LONG + ".ipfs.example.com", "/")
        }) {
            assertThat(response.status()).isEqualTo(400);
            assertThat(Fixtures.text(response)).contains("CID incompatible with DNS label length limit of 63");
        }
        assertThat(Fixtures.get(gateway, "127.0.0.1", "/ipfs/" + LONG).status()).isEqualTo(200);
        assertThat(Fixtures.get(gateway, "example.com", "/ipfs/" + LONG + "?format=raw")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, /ipfs/QmInvalidCID, 'invalid path \"/ipfs/QmInvalidCID\"'",
        "127.0.0.1, /ipfs/QmInvalidCID, 'invalid path \"/ipfs/QmInvalidCID\"'",
        "127.0.0.1, /ipfs/QmInvalidCID?format=raw, 'invalid path \"/ipfs/QmInvalidCID\"'",
        "bafynonsense.ipfs.example.com, /x, 'invalid path \"/ipfs/bafynonsense/x\"'",
        "127.0.0.1, /ipfs/%3Cscript%3E, 'invalid path \"/ipfs/%3Cscript%3E\"'",
    })
    void anInvalidCidIsToldWithItsPath(String host, String target, String text) throws IOException {
        HttpResponse response = Fixtures.get(gateway, host, target);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.headers().get("Content-Type")).startsWith("text/plain");
        assertThat(Fixtures.text(response)).contains(text);
    }
}
