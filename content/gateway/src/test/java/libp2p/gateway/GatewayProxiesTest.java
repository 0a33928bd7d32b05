package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.RequestContext;
import libp2p.ipns.DnsLink;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reverse proxies, and those who pretend to be one (subdomain gateway, X-Forwarded-Host and X-Forwarded-Proto). */
class GatewayProxiesTest {
    private static final String HELLO = "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am";
    private static final String KEY = "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d";
    private static Gateway gateway;

    @BeforeAll
    static void load() throws IOException {
        DnsLink domains = new DnsLink(
                SystemEnvironment.shared(),
                (name, deadline) -> Map.of(
                                "_dnslink.dnslink-test.example.org", List.of("dnslink=/ipfs/" + HELLO),
                                "_dnslink.over-ipns.example.org", List.of("dnslink=/ipns/" + KEY),
                                "_dnslink.over-cid.example.org",
                                        List.of(
                                                "dnslink=/ipns/k51qzi5uqu5dk3v4rmjber23h16xnr23bsggmqqil9z2gduiis5se8dht36dam"),
                                "_dnslink.evil.example.net", List.of("dnslink=/ipfs/" + HELLO))
                        .getOrDefault(name, List.of()));
        gateway = new Gateway(
                Fixtures.blocks(),
                GatewayOptions.DEFAULT
                        .withDomains(List.of("example.com"))
                        .withNames(Fixtures.names().or(new DnsLinkNames(SystemEnvironment.shared(), domains)))
                        .withProxies(address -> address.getHostAddress().equals("10.0.0.1")));
    }

    private static HttpResponse from(String address, String host, String target, String... fields) throws IOException {
        Map<String, String> headers = new HashMap<>(Map.of("Host", host));
        for (int i = 0; i < fields.length; i += 2) {
            headers.put(fields[i], fields[i + 1]);
        }
        InetAddress client = InetAddress.ofLiteral(address);
        return gateway.handle(HttpRequest.of("GET", target, headers).withContext(new RequestContext() {
            @Override
            public void check() {}

            @Override
            public InetAddress address() {
                return client;
            }
        }));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, inner:8080, example.com, https, https://HELLO.ipfs.example.com/a?x=1",
        "10.0.0.1, inner:8080, example.com, http, http://HELLO.ipfs.example.com/a?x=1",
        "10.0.0.1, example.com, '', https, https://HELLO.ipfs.example.com/a?x=1",
        "10.0.0.1, inner, 'other.example, example.com', 'http, HTTPS', https://HELLO.ipfs.example.com/a?x=1",
        "10.0.0.1, inner, EXAMPLE.com:8443, https, https://HELLO.ipfs.example.com:8443/a?x=1",
        "10.0.0.1, example.com, '', gopher, http://HELLO.ipfs.example.com/a?x=1",
        "10.0.0.2, example.com, evil.example, https, http://HELLO.ipfs.example.com/a?x=1",
    })
    void aNamedProxyChoosesHostAndSchemeOfRedirects(
            String address, String host, String forwarded, String scheme, String location) throws IOException {
        HttpResponse response = from(
                address, host, "/ipfs/" + HELLO + "/a?x=1", "X-Forwarded-Host", forwarded, "X-Forwarded-Proto", scheme);
        assertThat(response.status()).isEqualTo(301);
        assertThat(response.headers().get("Location")).isEqualTo(location.replace("HELLO", HELLO));
        assertThat(response.headers().get("Vary"))
                .isEqualTo(address.equals("10.0.0.1") ? "Accept, X-Forwarded-Host, X-Forwarded-Proto" : "Accept");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, example.com",
        "10.0.0.2, HELLO.ipfs.example.com",
        "10.0.0.2, evil.example.net",
        "10.0.0.1, evil.example",
        "10.0.0.1, localhost:80@evil.example",
        "10.0.0.1, 'example.com, evil.example'",
        "10.0.0.1, ''",
    })
    void noOtherWordChoosesWhatIsServed(String address, String forwarded) throws IOException {
        HttpResponse plain = from(address, "127.0.0.1", "/ipfs/" + HELLO);
        HttpResponse poisoned =
                from(address, "127.0.0.1", "/ipfs/" + HELLO, "X-Forwarded-Host", forwarded.replace("HELLO", HELLO));
        assertThat(poisoned.status()).isEqualTo(200);
        assertThat(Fixtures.text(poisoned)).isEqualTo(Fixtures.text(plain));
        assertThat(poisoned.headers().fields()).isEqualTo(plain.headers().fields());
    }

    @Test
    void anAnswerThatAProxyHasChosenIsOneForItsWordAlone() throws IOException {
        HttpResponse site = from("10.0.0.1", "127.0.0.1", "/", "X-Forwarded-Host", "evil.example.net");
        assertThat(site.status()).isEqualTo(200);
        assertThat(site.headers().get("Vary")).contains("X-Forwarded-Host");
        assertThat(from("10.0.0.2", "127.0.0.1", "/", "X-Forwarded-Host", "evil.example.net")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void overStreamsThereIsNoProxy() {
        HttpResponse response = gateway.handle(HttpRequest.of(
                "GET", "/ipfs/" + HELLO, Map.of("X-Forwarded-Host", "example.com", "X-Forwarded-Proto", "https")));
        assertThat(response.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "dnslink-test.example.org.ipns.example.com, http, 200, ''",
        "dnslink--test-example-org.ipns.example.com, http, 200, ''",
        "dnslink--test-example-org.ipns.example.com, https, 200, ''",
        "DNSLINK-test.example.org.ipns.example.com:8080, https, 301,"
                + " https://dnslink--test-example-org.ipns.example.com:8080/x?y=z",
        "over-ipns.example.org.ipns.example.com, http, 200, ''",
        "over--ipns-example-org.ipns.example.com, http, 200, ''",
        "over-cid.example.org.ipns.example.com, http, 200, ''",
        "over--cid-example-org.ipns.example.com, http, 200, ''",
        "over-ipns.example.org, http, 200, ''",
    })
    void domainsAreServedInBothFormsAndInOneOverTls(String host, String scheme, int status, String location)
            throws IOException {
        HttpResponse response = from("10.0.0.1", host, status == 200 ? "/" : "/x?y=z", "X-Forwarded-Proto", scheme);
        assertThat(response.status()).as(Fixtures.text(response)).isEqualTo(status);
        assertThat(response.headers().get("Location")).isEqualTo(location.isEmpty() ? null : location);
        if (status == 200) {
            assertThat(Fixtures.text(response)).isEqualTo("hello\n");
        }
    }

    @Test
    void domainsAreWrittenAsOneLabelWhereverTheyAreSent() throws IOException {
        for (String scheme : List.of("http", "https")) {
            assertThat(from(
                                    "10.0.0.1",
                                    "example.com",
                                    "/ipns/en.wikipedia-on-ipfs.example.org/wiki/",
                                    "X-Forwarded-Proto",
                                    scheme)
                            .headers()
                            .get("Location"))
                    .isEqualTo(scheme + "://en-wikipedia--on--ipfs-example-org.ipns.example.com/wiki/");
        }
    }

    @Test
    void aDomainThatLeadsToAKeyIsFollowedOnPathsToo() throws IOException {
        for (String name : List.of("over-ipns.example.org", "over-cid.example.org")) {
            HttpResponse response = from("10.0.0.2", "127.0.0.1", "/ipns/" + name);
            assertThat(Fixtures.text(response)).isEqualTo("hello\n");
            assertThat(response.headers().get("X-Ipfs-Path")).isEqualTo("/ipns/" + name);
            assertThat(response.headers().get("X-Ipfs-Roots")).isEqualTo(HELLO);
            assertThat(response.headers().get("Cache-Control")).matches("public, max-age=(60|[0-5]?[0-9])");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a..b.ipns.example.com",
        "-a.example.org.ipns.example.com",
        ".ipns.example.com",
        "a.b.c.ipfs.example.com",
        "ipns.example.com",
        "x.example.com",
    })
    void otherHostsBelowTheDomainAreNone(String host) throws IOException {
        assertThat(from("10.0.0.2", host, "/").status()).isIn(400, 404);
    }
}
