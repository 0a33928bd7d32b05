package libp2p.gateway;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.testing.Json;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.Block;
import libp2p.ipns.IpnsName;
import libp2p.system.SystemEnvironment;

/** The content of the conformance suite of IPFS gateways. */
final class Fixtures {
    private static final String FOLDER = "/vectors/gateway-exchanges/fixtures/";
    private static final List<String> CARS = List.of(
            "gateway-raw-block",
            "gateway-cache-fixtures",
            "dir_listing-fixtures",
            "path_gateway_dag-dag-cbor-traversal",
            "path_gateway_dag-dag-json-traversal",
            "path_gateway_dag-gateway-json-cbor",
            "path_gateway_dag-plain-cbor",
            "path_gateway_dag-plain-json",
            "path_gateway_tar-inside-root",
            "path_gateway_tar-outside-root",
            "path_gateway_unixfs-dir-with-files",
            "path_gateway_unixfs-dir-with-percent-encoded-filename",
            "path_gateway_unixfs-symlink",
            "redirects_file-redirects",
            "redirects_file-redirects-spa",
            "subdomain_gateway-fixtures",
            "trustless_gateway_car-dir-with-dag-cbor-with-links",
            "trustless_gateway_car-dir-with-duplicate-files",
            "trustless_gateway_car-file-3k-and-3-blocks-missing-block",
            "trustless_gateway_car-single-layer-hamt-with-multi-block-files",
            "trustless_gateway_car-subdir-with-mixed-block-files",
            "trustless_gateway_car-subdir-with-two-single-block-files");
    private static final List<String> RECORDS = List.of(
            "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d",
            "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3",
            "k51qzi5uqu5diamp7qnnvs1p1gzmku3eijkeijs3418j23j077zrkok63xdm8c_v1-v2-broken-signature-v2",
            "k51qzi5uqu5dilgf7gorsh9vcqqq4myo6jd4zmqkuy9pxyxi5fua3uf7axph4y_v1-v2-broken-signature-v1",
            "k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f_v2",
            "k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w_v1-v2",
            "k51qzi5uqu5dlmit2tuwdvnx4sbnyqgmvbxftl0eo3f33wwtb9gr7yozae9kpw_v1-v2-broken-v1-value",
            "k51qzi5uqu5dm4tm0wt8srkg9h9suud4wuiwjimndrkydqm81cqtlb5ak6p7ku_v1");

    private Fixtures() {}

    static MemoryBlockStore blocks() throws IOException {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        for (String name : CARS) {
            CarReader car = new CarReader(new ByteArrayInputStream(Json.bytes(FOLDER + name + ".car")));
            for (Block block = car.next(); block != null; block = car.next()) {
                store.put(block);
            }
        }
        return store;
    }

    /** A gateway over all of it; roots have hosts below {@code example.com}. */
    static Gateway gateway() throws IOException {
        return new Gateway(
                blocks(),
                GatewayOptions.DEFAULT.withDomains(List.of("example.com")).withNames(names()));
    }

    /** The answer to a GET with header fields, a name and a value in turn. */
    static HttpResponse get(Gateway gateway, String host, String target, String... fields) {
        Map<String, String> headers = new HashMap<>(Map.of("Host", host));
        for (int i = 0; i < fields.length; i += 2) {
            headers.put(fields[i], fields[i + 1]);
        }
        return gateway.handle(HttpRequest.of("GET", target, headers));
    }

    /** The body of an answer. */
    static byte[] bytes(HttpResponse response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.body().writeTo(out);
        return out.toByteArray();
    }

    /** The body of an answer as text. */
    static String text(HttpResponse response) throws IOException {
        return new String(bytes(response), StandardCharsets.UTF_8);
    }

    /** Path and query of a URL, as they stand in it. */
    static String target(URI url) {
        return url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    }

    static Names names() throws IOException {
        Map<String, byte[]> records = new HashMap<>();
        for (String file : RECORDS) {
            String name = IpnsName.parse(file.split("_")[0]).toString();
            records.put(name, Json.bytes(FOLDER + file + ".ipns-record"));
        }
        return new RecordNames(SystemEnvironment.shared(), RoutingLimits.DEFAULT, name -> records.get(name.toString()));
    }
}
