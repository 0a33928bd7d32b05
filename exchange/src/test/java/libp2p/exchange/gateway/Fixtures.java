package libp2p.exchange.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.car.CarReader;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.testing.Json;
import libp2p.ipld.Block;

/** The content of the conformance suite of IPFS gateways. */
final class Fixtures {
    private static final String FOLDER = "/vectors/gateway-exchanges/fixtures/";
    private static final List<String> CARS = List.of(
            "gateway-raw-block",
            "gateway-cache-fixtures",
            "dir_listing-fixtures",
            "path_gateway_dag-gateway-json-cbor",
            "path_gateway_unixfs-dir-with-files",
            "path_gateway_unixfs-dir-with-percent-encoded-filename",
            "path_gateway_unixfs-symlink",
            "redirects_file-redirects",
            "redirects_file-redirects-spa",
            "trustless_gateway_car-dir-with-dag-cbor-with-links",
            "trustless_gateway_car-dir-with-duplicate-files",
            "trustless_gateway_car-file-3k-and-3-blocks-missing-block",
            "trustless_gateway_car-single-layer-hamt-with-multi-block-files",
            "trustless_gateway_car-subdir-with-mixed-block-files",
            "trustless_gateway_car-subdir-with-two-single-block-files");
    private static final List<String> RECORDS = List.of(
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

    static Names names() throws IOException {
        Map<String, byte[]> records = new HashMap<>();
        for (String file : RECORDS) {
            records.put(file.substring(0, file.indexOf('_')), Json.bytes(FOLDER + file + ".ipns-record"));
        }
        return new RecordNames(SystemEnvironment.shared(), name -> records.get(name.toString()));
    }
}
