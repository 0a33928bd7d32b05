package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

class LocationTableTest {
    private final KeyedHash keyedHash = new KeyedHash(0x1234_5678_9abc_def0L);

    private static Multihash hash(int number) {
        byte[] digest = new byte[20 + number % 45];
        new Random(number).nextBytes(digest);
        return Multihash.of(Multicodec.SHA2_512, digest);
    }

    @Test
    void placesAreThoseThatWerePutLast() throws IOException {
        Map<Multihash, Location> model = new HashMap<>();
        LocationTable table = new LocationTable(keyedHash);
        assertThat(table.get(hash(1))).isNull();
        for (int i = 0; i < 20_000; i++) {
            int number = i % 7 == 0 ? i / 2 : i;
            Location location = i % 11 == 0 ? Location.REMOVED : new Location(i, i * 1_000_000_000L, i);
            table.put(hash(number), location);
            model.put(hash(number), location);
        }
        assertThat(table.size()).isEqualTo(model.size());
        for (Map.Entry<Multihash, Location> entry : model.entrySet()) {
            assertThat(table.get(entry.getKey())).isEqualTo(entry.getValue());
        }
        assertThat(table.get(hash(20_001))).isNull();
        Map<Multihash, Location> visited = new HashMap<>();
        table.forEach(
                (hash, location) -> assertThat(visited.put(hash, location)).isNull());
        assertThat(visited).isEqualTo(model);
    }

    @Test
    void aCopyIsIndependent() {
        LocationTable table = new LocationTable(keyedHash);
        table.put(hash(1), new Location(1, 1, 1));
        LocationTable copy = table.copy();
        table.put(hash(1), new Location(2, 2, 2));
        copy.put(hash(2), new Location(3, 3, 3));
        assertThat(copy.get(hash(1))).isEqualTo(new Location(1, 1, 1));
        assertThat(table.get(hash(2))).isNull();

        table.putAll(copy);

        assertThat(table.get(hash(1))).isEqualTo(new Location(1, 1, 1));
        assertThat(table.get(hash(2))).isEqualTo(new Location(3, 3, 3));
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void recordsAreOrderedByBucketAtEveryDepth() {
        LocationTable table = new LocationTable(keyedHash);
        for (int i = 0; i < 5000; i++) {
            table.put(hash(i), new Location(i, 0, 0));
        }
        long[] order = table.inOrder();
        assertThat(order).hasSize(5000);
        for (int depth = 0; depth <= 24; depth++) {
            List<Integer> buckets = new ArrayList<>();
            for (long ordered : order) {
                int position = LocationTable.position(ordered);
                Multihash hash = LocationRecord.hash(table.chunk(position), LocationTable.at(position));
                assertThat(LocationTable.bucket(ordered, depth))
                        .isEqualTo(StoredLocations.bucket(keyedHash.of(hash), depth));
                buckets.add(LocationTable.bucket(ordered, depth));
            }
            assertThat(buckets).isSorted();
        }
    }
}
