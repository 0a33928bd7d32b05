package libp2p.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import libp2p.blocks.BlockStore;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.core.datastore.Datastore;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stores that several nodes share, on real servers: what one node wrote the others have, and a killed node loses
 * nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedStoresTest {
    private final Servers servers = new Servers();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();

    private int port(String kind) throws Exception {
        Integer known = ports.get(kind);
        if (known == null) {
            known = kind.equals("sql") ? servers.postgres() : servers.objects();
            ports.put(kind, known);
        }
        return known;
    }

    @AfterAll
    void stop() throws Exception {
        servers.close();
    }

    private static Block block(String text) {
        return Block.of(Multicodec.RAW, text.getBytes(StandardCharsets.UTF_8));
    }

    private BlockStore open(String kind, String place, SharedStoreLimits limits) throws Exception {
        if (kind.equals("sql")) {
            return SqlBlockStore.open(SystemEnvironment.shared(), Servers.source(port(kind)), place, limits);
        }
        S3Options all = Servers.options(port(kind));
        return S3BlockStore.open(
                SystemEnvironment.shared(),
                new S3Options(
                        all.endpoint(), all.region(), all.bucket(), place + "/", all.accessKey(), all.secretKey()),
                limits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "s3"})
    void whatOneNodeWroteTheOtherHas(String kind) throws Exception {
        try (BlockStore one = open(kind, "first", SharedStoreLimits.DEFAULT);
                BlockStore other = open(kind, "first", SharedStoreLimits.DEFAULT)) {
            Block block = block("shared");
            assertThat(other.find(block.cid())).isNull();
            assertThat(other.size(block.cid())).isEqualTo(-1);
            one.putAll(List.of(block, block("more"), block("more")));
            one.put(block);
            assertThat(other.get(block.cid())).isEqualTo(block.data());
            assertThat(other.get(Cid.v1(Multicodec.DAG_PB, block.cid().hash()))).isEqualTo(block.data());
            assertThat(other.size(block.cid())).isEqualTo(block.size());
            assertThat(other.usage()).isEqualTo(new BlockStore.Usage(2, 10));
            assertThat(other.get(Block.EMPTY_RAW)).isEmpty();
            List<String> seen = new ArrayList<>();
            other.forEach((hash, size) -> seen.add(hash + " " + size));
            assertThat(seen).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "s3"})
    void collectionsKeepWhatIsPinnedAndWhatIsYoung(String kind) throws Exception {
        try (BlockStore young = open(kind, "garbage", SharedStoreLimits.DEFAULT);
                BlockStore old = open(kind, "garbage", SharedStoreLimits.DEFAULT.withGrace(Duration.ZERO))) {
            Block kept = block("kept");
            Block gone = block("gone");
            young.putAll(List.of(kept, gone));
            Pins pins = new Pins(new MapDatastore(), young);
            pins.add(kept.cid(), Pins.Kind.DIRECT, young);
            new GarbageCollector(young, pins).collect();
            assertThat(young.has(gone.cid()))
                    .as("written within the time of grace")
                    .isTrue();
            do { // dates of objects have whole seconds, and the clock of this server goes as it does
                new GarbageCollector(old, pins).collect();
            } while (kind.equals("s3") && young.has(gone.cid()));
            assertThat(young.has(gone.cid())).isFalse();
            assertThat(young.has(kept.cid())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "s3"})
    void quotasAreOfBytes(String kind) throws Exception {
        try (BlockStore store = open(kind, "quota", SharedStoreLimits.DEFAULT.withStoreBytes(10))) {
            store.put(block("12345"));
            assertThatThrownBy(() -> store.putAll(List.of(block("123"), block("4567890"))))
                    .isInstanceOf(LimitExceededException.class);
            assertThat(store.usage().bytes()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "s3"})
    void aNodeThatIsKilledLosesNothingThatWasAcknowledged(String kind) throws Exception {
        int port = port(kind);
        Map<Integer, List<Cid>> acknowledged = new TreeMap<>();
        Process node = new ProcessBuilder(
                        Path.JAVA,
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "libp2p.stores.SharedWriter",
                        kind,
                        Integer.toString(port),
                        "7")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words.length == 5) {
                    acknowledged.put(
                            Integer.parseInt(words[0]),
                            List.of(words).subList(1, 5).stream()
                                    .map(Cid::parse)
                                    .toList());
                }
                if (acknowledged.size() == 30) {
                    break; // in the middle of the next batch
                }
            }
        } finally {
            node.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(30);
        try (BlockStore other = SharedWriter.open(kind, port)) {
            for (List<Cid> batch : acknowledged.values()) {
                for (Cid cid : batch) {
                    assertThat(Block.verified(cid, other.get(cid)).cid()).isEqualTo(cid);
                }
            }
            other.put(block("and goes on"));
        }
        if (kind.equals("sql")) {
            try (SqlDatastore records = SqlDatastore.open(Servers.source(port), "records")) {
                for (int i : acknowledged.keySet()) {
                    byte[] key = ("provider/7/" + i).getBytes(StandardCharsets.US_ASCII);
                    assertThat(records.get(key)).as("record " + i).isNotNull();
                }
            }
        }
    }

    private static final class Path {
        static final String JAVA = java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                .toString();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void recordsAreOrderedByUnsignedBytesAndBatchesAreWhole() throws Exception {
        try (SqlDatastore one = SqlDatastore.open(Servers.source(port("sql")), "ordered");
                SqlDatastore other = SqlDatastore.open(Servers.source(port("sql")), "ordered")) {
            one.write(List.of(
                    new Datastore.Change(bytes(0xff, 1), bytes(1)),
                    new Datastore.Change(bytes(0x7f), bytes(2)),
                    new Datastore.Change(bytes(0xff), bytes(3)),
                    new Datastore.Change(bytes(0), new byte[0]),
                    new Datastore.Change(bytes(0x7f), null)));
            assertThat(keys(other, new byte[0])).containsExactly("00", "ff", "ff01");
            assertThat(keys(other, bytes(0xff))).containsExactly("ff", "ff01");
            assertThat(other.get(bytes(0))).isEmpty();
            assertThat(other.get(bytes(0x7f))).isNull();
            Datastore peers = one.namespace("kad");
            peers.put(bytes(1), bytes(9));
            assertThat(other.namespace("kad").get(bytes(1))).isEqualTo(bytes(9));
            try (Datastore.Entries view = other.scan(new byte[0])) {
                view.next();
                one.put(bytes(0xfe), bytes(4));
                List<Integer> rest = new ArrayList<>();
                for (Datastore.Entry entry = view.next(); entry != null; entry = view.next()) {
                    rest.add(entry.key()[0] & 0xff);
                }
                assertThat(rest).as("a consistent view").doesNotContain(0xfe);
            }
            assertThat(keys(one, bytes(0xfe))).containsExactly("fe");
            assertThatThrownBy(() -> SqlDatastore.open(Servers.source(1), "x")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> SqlDatastore.open(Servers.source(1), "x; DROP TABLE y"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<String> keys(Datastore store, byte[] prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        try (Datastore.Entries entries = store.scan(prefix)) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                keys.add(java.util.HexFormat.of().formatHex(entry.key()));
            }
        }
        return keys;
    }
}
