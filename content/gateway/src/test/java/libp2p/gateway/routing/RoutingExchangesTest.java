package libp2p.gateway.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.Results;
import libp2p.core.testing.Json;
import libp2p.delegated.routing.DelegatedRouting;
import libp2p.delegated.routing.PeerRecord;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.testing.DirectHttpClient;
import libp2p.ipld.Node;
import libp2p.ipld.codec.PlainJson;
import libp2p.ipns.IpnsName;
import libp2p.ipns.IpnsRecord;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The answers of boxo's delegated routing server over a known backend, and our client over our server. */
class RoutingExchangesTest {
    private static final Map<String, Object> FILE = read();
    private static final Cid KNOWN =
            Cid.parse((String) Json.object(FILE.get("backend")).get("knownCid"));

    private static Map<String, Object> read() {
        return Json.object(Json.resource("/vectors/delegated-routing/exchanges.json"));
    }

    private static final Node BACKEND = PlainJson.decode(Json.bytes("/vectors/delegated-routing/exchanges.json"))
            .get("backend");

    private static List<PeerRecord> records(String key) {
        List<PeerRecord> records = new ArrayList<>();
        Node list = BACKEND.get(key);
        for (Node item : ((Node.Sequence) list).items()) {
            records.add(PeerRecord.read(item, 64));
        }
        return records;
    }

    /** The backend of the recording. */
    private static final class Backend implements RoutingBackend {
        private final Map<String, byte[]> names = new TreeMap<>();

        Backend() {
            Json.object(Json.object(FILE.get("backend")).get("ipns"))
                    .forEach((name, hex) -> names.put(name, HexFormat.of().parseHex((String) hex)));
        }

        @Override
        public Results<PeerRecord> providers(Cid cid, Deadline deadline) throws IOException {
            if (cid.toString().equals(Json.object(FILE.get("backend")).get("errorCid"))) {
                throw new IOException("backend broke");
            }
            return Results.of(cid.equals(KNOWN) ? records("providers") : List.of());
        }

        @Override
        public Results<PeerRecord> peer(PeerId peer, Deadline deadline) {
            return Results.of(records("peers").stream()
                    .filter(record -> record.id().equals(peer))
                    .toList());
        }

        @Override
        public byte[] record(IpnsName name, Deadline deadline) {
            return names.get(name.toString());
        }

        @Override
        public void publish(IpnsName name, byte[] record, Deadline deadline) {
            names.put(name.toString(), record);
        }
    }

    private final RoutingServer server =
            new RoutingServer(SystemEnvironment.shared(), new Backend(), RoutingLimits.DEFAULT);

    @TestFactory
    List<DynamicTest> requestsAreAnsweredAsBoxoAnswersThem() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map<String, Object> row : Json.objects(FILE.get("exchanges"))) {
            String url = (String) Json.object(row.get("request")).get("url");
            if (url.contains("/dht/closest/")) {
                continue; // an experiment of boxo that the specification does not know
            }
            if (row.get("name").equals("options")) {
                continue; // boxo leaves CORS to who stands in front, the specification asks for it
            }
            tests.add(DynamicTest.dynamicTest((String) row.get("name"), () -> check(row)));
        }
        assertThat(tests).hasSizeGreaterThan(26);
        return tests;
    }

    private void check(Map<String, Object> row) throws IOException {
        Map<String, Object> asked = Json.object(row.get("request"));
        URI uri = URI.create((String) asked.get("url"));
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, Object> sent = asked.get("headers") == null ? Map.of() : Json.object(asked.get("headers"));
        sent.forEach((name, value) -> headers.put(name, (String) value));
        if (row.get("name").equals("ipns-get-after-put")) {
            byte[] record = HexFormat.of().parseHex((String) row.get("bodyHex"));
            HttpRequest put =
                    HttpRequest.of("PUT", uri.getRawPath(), Map.of("Content-Type", "application/vnd.ipfs.ipns-record"));
            assertThat(server.handle(put.withBody(record)).status()).isEqualTo(200);
        }
        byte[] body =
                asked.get("bodyHex") instanceof String hex ? HexFormat.of().parseHex(hex) : new byte[0];
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        HttpResponse response = server.handle(
                HttpRequest.of((String) asked.get("method"), target, headers).withBody(body));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        if (response.status() != 200) {
            response.body().writeTo(said);
        }
        assertThat((long) response.status()).as(said.toString(UTF_8)).isEqualTo(row.get("status"));
        if (response.status() != 200) {
            return;
        }
        Map<String, Object> expected = Json.object(row.get("headers"));
        String type = (String) expected.get("Content-Type");
        if (type != null && !type.startsWith("text/")) {
            assertThat(response.headers().get("Content-Type")).isEqualTo(type);
        }
        String cache = (String) expected.get("Cache-Control");
        if (cache != null && cache.indexOf('<') < 0 && !"text/plain; charset=utf-8".equals(type)) {
            assertThat(response.headers().get("Cache-Control")).isEqualTo(cache);
        } else if (cache != null && cache.startsWith("public, max-age=") && cache.indexOf('<') > 0) {
            assertThat(response.headers().get("Cache-Control")).startsWith(cache.substring(0, cache.indexOf(',', 8)));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.body().writeTo(out);
        if (row.get("bodyHex") instanceof String hex) {
            assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(hex);
        } else if (type != null && type.contains("json")) {
            String[] lines = out.toString(UTF_8).split("\n");
            String[] wanted = ((String) row.get("body")).split("\n");
            assertThat(lines).hasSameSizeAs(wanted);
            for (int i = 0; i < lines.length; i++) {
                if (!wanted[i].isEmpty()) {
                    assertThat(PlainJson.decode(lines[i].getBytes(UTF_8)))
                            .isEqualTo(PlainJson.decode(wanted[i].getBytes(UTF_8)));
                }
            }
        }
    }

    private DelegatedRouting client() {
        return new DelegatedRouting(
                SystemEnvironment.shared(), new DirectHttpClient("server", server), List.of(), RoutingLimits.DEFAULT);
    }

    @Test
    void aClientFindsWhatTheServerKnows() throws IOException {
        List<PeerRecord> found = new ArrayList<>();
        try (DelegatedRouting client = client();
                Results<PeerRecord> results = client.providers(KNOWN, Deadline.NONE)) {
            for (PeerRecord record = results.next(); record != null; record = results.next()) {
                found.add(record);
            }
        }
        assertThat(found).isEqualTo(records("providers"));
        PeerRecord first = records("peers").getFirst();
        assertThat(client().findPeer(first.id(), Deadline.NONE)).isEqualTo(first.addresses());
        assertThat(client().findPeer(
                                PeerId.parse("12D3KooWEXDhyUaGCeEyA7xLzR9BvNPUUzRKwHxYBTmTxdNmEW4h"), Deadline.NONE))
                .isEmpty();
    }

    @Test
    void recordsOfNamesAreVerifiedInBothDirections() throws IOException {
        String text = Json.object(Json.object(FILE.get("backend")).get("ipns"))
                .keySet()
                .iterator()
                .next();
        IpnsName name = IpnsName.parse(text);
        IpnsRecord record = client().record(name, Deadline.NONE);
        assertThat(record).isNotNull();
        client().publish(name, record, Deadline.NONE);
        IpnsName other = new IpnsName(records("peers").get(1).id());
        assertThat(client().record(other, Deadline.NONE)).isNull();
        assertThatThrownBy(() -> client().publish(other, record, Deadline.NONE)).hasMessageContaining("400");
        DelegatedRouting liar = new DelegatedRouting(
                SystemEnvironment.shared(),
                new DirectHttpClient(
                        "liar",
                        request -> new HttpResponse(
                                200,
                                Map.of("Content-Type", "application/vnd.ipfs.ipns-record"),
                                -1,
                                out -> out.write(record.toBytes()))),
                List.of(),
                RoutingLimits.DEFAULT);
        assertThatThrownBy(() -> liar.record(other, Deadline.NONE)).hasMessageContaining("invalid");
    }

    @Test
    void answersWithoutEndAndWithoutSenseAreBounded() {
        for (String line :
                List.of("x".repeat(2_000_000), "{\"a\":1}\n".repeat(150_000), "[".repeat(2000), "{\"a\":1,\"a\":2}")) {
            for (String type : List.of("application/x-ndjson", "application/json")) {
                DelegatedRouting client = new DelegatedRouting(
                        SystemEnvironment.shared(),
                        new DirectHttpClient(
                                "liar",
                                request -> new HttpResponse(
                                        200, Map.of("Content-Type", type), -1, out -> out.write(line.getBytes(UTF_8)))),
                        List.of(),
                        RoutingLimits.DEFAULT);
                assertThatThrownBy(() -> client.providers(KNOWN, Deadline.NONE).next())
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void anErrorNamesTheLimitThatWasReached() {
        for (String answer : List.of("x".repeat(100_000), "{\"a\":1}\n".repeat(150_000))) {
            DelegatedRouting client = new DelegatedRouting(
                    SystemEnvironment.shared(),
                    new DirectHttpClient(
                            "liar",
                            request -> new HttpResponse(
                                    200,
                                    Map.of("Content-Type", "application/x-ndjson"),
                                    -1,
                                    out -> out.write(answer.getBytes(UTF_8)))),
                    List.of(),
                    RoutingLimits.DEFAULT);
            boolean ofLine = answer.startsWith("x");
            assertThatThrownBy(() -> client.providers(KNOWN, Deadline.NONE).next())
                    .hasMessageContaining(ofLine ? "a line of the answer of liar" : "answer of liar")
                    .hasMessageContaining(String.valueOf(
                            ofLine ? RoutingLimits.DEFAULT.lineBytes() : RoutingLimits.DEFAULT.answerBytes()));
        }
    }
}
