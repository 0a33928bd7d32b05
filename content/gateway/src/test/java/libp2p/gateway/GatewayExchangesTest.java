package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.testing.Json;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipld.traversal.Budget;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Requests that Kubo 0.43.1 was asked, with its answers: the same status, types, ranges and blocks in the same order.
 */
class GatewayExchangesTest {
    private static final List<String> COMPARED = List.of(
            "Content-Type", "Content-Range", "Cache-Control", "Ipfs-Uri", "Accept-Ranges", "Content-Disposition");

    @TestFactory
    List<DynamicTest> requestsAreAnsweredAsKuboAnswersThem() throws IOException {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        CarReader car = new CarReader(new ByteArrayInputStream(Json.bytes("/vectors/gateway-exchanges/trustless.car")));
        for (Block block = car.next(); block != null; block = car.next()) {
            store.put(block);
        }
        Gateway gateway = new Gateway(store, Budget.STRANGER, false);
        List<DynamicTest> tests = new ArrayList<>();
        Map<String, Object> file = Json.object(Json.resource("/vectors/gateway-exchanges/trustless.json"));
        for (Map<String, Object> row : Json.objects(file.get("exchanges"))) {
            String url = (String) row.get("url");
            Map<String, Object> asked = Json.object(row.get("requestHeaders"));
            if (url.contains("entity-bytes") && !url.contains("dag-scope")) {
                tests.add(DynamicTest.dynamicTest(url, () -> checkImpliedScope(gateway, url, row)));
                continue;
            }
            if (row.get("car") != null && Json.object(row.get("car")).get("error") != null) {
                tests.add(DynamicTest.dynamicTest(url, () -> checkCutShort(gateway, url, row)));
                continue;
            }
            if (url.contains("format=nonsense")) { // Kubo passes over it; IPIP-524: 400 for what is not supported
                tests.add(DynamicTest.dynamicTest(
                        url,
                        () -> assertThat(gateway.handle(
                                                HttpRequest.of("GET", Fixtures.target(URI.create(url)), Map.of()))
                                        .status())
                                .isEqualTo(400)));
                continue;
            }
            tests.add(DynamicTest.dynamicTest(row.get("method") + " " + url + " " + asked, () -> check(gateway, row)));
        }
        assertThat(tests).hasSize(84);
        return tests;
    }

    /**
     * Kubo ignores a range without a scope and sends the whole DAG; the specification says that it implies the scope.
     */
    private static void checkImpliedScope(Gateway gateway, String url, Map<String, Object> row) throws IOException {
        List<String> blocks = blocks(answer(gateway, url));
        assertThat(blocks).isEqualTo(blocks(answer(gateway, url + "&dag-scope=entity")));
        assertThat(recorded(row)).containsAll(blocks).hasSizeGreaterThan(blocks.size());
    }

    /**
     * Kubo has sent the way to the file when it finds that a range ends before it begins, and writes a text behind it,
     * which a reader takes for a block. Here the archive ends behind the same blocks.
     */
    private static void checkCutShort(Gateway gateway, String url, Map<String, Object> row) throws IOException {
        List<String> recorded = recorded(row);
        assertThat(blocks(answer(gateway, url))).isEqualTo(recorded.subList(0, recorded.size() - 1));
    }

    private static byte[] answer(Gateway gateway, String url) throws IOException {
        URI uri = URI.create(url);
        HttpResponse response = gateway.handle(HttpRequest.of("GET", Fixtures.target(uri), Map.of()));
        assertThat(response.status()).isEqualTo(200);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        response.body().writeTo(body);
        return body.toByteArray();
    }

    private static List<String> blocks(byte[] archive) throws IOException {
        List<String> blocks = new ArrayList<>();
        CarReader car = new CarReader(new ByteArrayInputStream(archive));
        for (Block block = car.next(); block != null; block = car.next()) {
            blocks.add(block.cid().toString());
        }
        return blocks;
    }

    private static List<String> recorded(Map<String, Object> row) {
        return Json.objects(Json.object(row.get("car")).get("blocks")).stream()
                .map(block -> (String) block.get("cid"))
                .toList();
    }

    private static void check(Gateway gateway, Map<String, Object> row) throws IOException {
        URI uri = URI.create((String) row.get("url"));
        Map<String, String> headers = new LinkedHashMap<>();
        Json.object(row.get("requestHeaders")).forEach((name, value) -> headers.put(name, (String) value));
        HttpResponse response =
                gateway.handle(HttpRequest.of((String) row.get("method"), Fixtures.target(uri), headers));
        assertThat((long) response.status()).isEqualTo(row.get("status"));
        if (response.status() >= 300 || row.get("method").equals("OPTIONS")) {
            return;
        }
        Map<String, Object> expected = Json.object(row.get("headers"));
        for (String name : COMPARED) {
            assertThat(response.headers().get(name)).as(name).isEqualTo(expected.get(name));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        response.body().writeTo(body);
        if (row.containsKey("car")) {
            assertThat(blocks(body.toByteArray())).isEqualTo(recorded(row));
        } else if (row.containsKey("bodyHex") && row.get("method").equals("GET")) {
            assertThat(HexFormat.of().formatHex(body.toByteArray())).isEqualTo(row.get("bodyHex"));
        }
    }
}
