package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredLocationsTest {
    private final Environment environment = SystemEnvironment.shared();
    private final MemoryDatastore datastore = new MemoryDatastore();
    private final Map<Multihash, Location> model = new HashMap<>();

    /** Multihashes of several lengths. */
    private static Multihash hash(Random random) {
        byte[] digest = new byte[random.nextInt(8) == 0 ? 20 : 32];
        random.nextBytes(digest);
        return Multihash.of(digest.length == 20 ? Multicodec.SHA1 : Multicodec.SHA2_256, digest);
    }

    private static Location location(Random random) {
        return new Location(random.nextInt(1000), random.nextLong(1L << 40), random.nextInt(1 << 20));
    }

    /** Puts new blocks and changes and removes some of the old, in the model too. */
    private LocationTable changes(StoredLocations locations, Random random, int added, int changed, int removed) {
        LocationTable table = new LocationTable(locations.keyedHash());
        List<Multihash> old = new ArrayList<>(model.keySet());
        for (int i = 0; i < added + changed; i++) {
            Multihash hash = i < added || old.isEmpty() ? hash(random) : old.get(random.nextInt(old.size()));
            Location location = location(random);
            table.put(hash, location);
            model.put(hash, location);
        }
        for (int i = 0; i < removed && !old.isEmpty(); i++) {
            Multihash hash = old.get(random.nextInt(old.size()));
            table.put(hash, Location.REMOVED);
            model.remove(hash);
        }
        return table;
    }

    private void merge(StoredLocations locations, Datastore target, LocationTable changes) throws IOException {
        ChangeBatches out = new ChangeBatches(target, List.of());
        locations.merge(changes, model.size(), out);
        out.end();
    }

    private static void check(StoredLocations locations, Map<Multihash, Location> expected) throws IOException {
        Map<Multihash, Location> visited = new HashMap<>();
        locations.forEach(
                (hash, location) -> assertThat(visited.put(hash, location)).isNull());
        assertThat(visited).isEqualTo(expected);
        assertThat(locations.getAll(expected.keySet())).isEqualTo(expected);
        Random others = new Random(-1);
        for (int i = 0; i < 100; i++) {
            assertThat(locations.get(hash(others))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void placesAreThoseThatWerePutLast(long seed) throws IOException {
        Random random = new Random(seed);
        StoredLocations locations = new StoredLocations(environment, datastore);
        for (int i = 0; i < 8; i++) {
            int size = 1 + random.nextInt(2 << 2 * i);
            merge(locations, datastore, changes(locations, random, size, random.nextInt(200), random.nextInt(200)));
            check(locations, model);
        }
        check(new StoredLocations(environment, datastore), model);
        LocationTable none = new LocationTable(locations.keyedHash());
        model.keySet().forEach(hash -> none.put(hash, Location.REMOVED));
        model.clear();
        merge(locations, datastore, none);
        check(locations, model);
        assertThat(size()).isEqualTo(1); // what is left says how locations are keyedHash
    }

    private int size() throws IOException {
        int size = 0;
        try (Datastore.Entries entries = datastore.scan(new byte[0])) {
            while (entries.next() != null) {
                size++;
            }
        }
        return size;
    }

    /** An action of a datastore before each write. */
    private interface BeforeWrite {
        void run() throws IOException;
    }

    private Datastore watched(BeforeWrite before) {
        return (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        before.run();
                    }
                    try {
                        return method.invoke(datastore, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void everyPlaceIsFoundWhileBucketsMove() throws IOException {
        Random random = new Random(7);
        List<StoredLocations> opened = new ArrayList<>();
        Map<Multihash, Location> before = new HashMap<>();
        int[] writes = {0};
        StoredLocations locations = new StoredLocations(environment, watched(() -> {
            writes[0]++;
            for (StoredLocations one : opened) {
                assertThat(one.getAll(before.keySet())).isEqualTo(before);
                Map<Multihash, Location> visited = new HashMap<>();
                one.forEach(visited::put);
                assertThat(visited.keySet().containsAll(before.keySet())).isTrue();
            }
        }));
        merge(locations, datastore, changes(locations, random, 40_000, 0, 0));
        before.putAll(model);
        opened.add(locations);

        merge(locations, datastore, changes(locations, random, 40_000, 0, 0));

        assertThat(writes[0]).isGreaterThan(3); // only buckets that move are written by the watched datastore
        check(locations, model);
    }

    /** Readers of a datastore see the changes of a batch as they are made. */
    @Test
    void everyPlaceIsFoundBetweenTheChangesOfABatch() throws IOException {
        Random random = new Random(12);
        List<StoredLocations> opened = new ArrayList<>();
        Map<Multihash, Location> before = new HashMap<>();
        Datastore inSteps = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("write")) {
                        return method.invoke(datastore, arguments);
                    }
                    for (Object change : (List<?>) arguments[0]) {
                        datastore.write(List.of((Datastore.Change) change));
                        for (StoredLocations one : opened) {
                            assertThat(one.getAll(before.keySet())).isEqualTo(before);
                            Map<Multihash, Location> visited = new HashMap<>();
                            one.forEach(visited::put);
                            assertThat(visited).containsAllEntriesOf(before);
                        }
                    }
                    return null;
                });
        StoredLocations locations = new StoredLocations(environment, inSteps);
        merge(locations, datastore, changes(locations, random, 100, 0, 0));
        for (int added : new int[] {400, 1500, 500}) {
            before.putAll(model);
            opened.add(locations);
            merge(locations, inSteps, changes(locations, random, added, 0, 0));
            opened.clear();
            check(locations, model);
        }
    }

    /** The only bucket moves between the look at the shape and the look at the bucket. */
    @Test
    void aVisitThatMeetsAMoveBeginsItsBucketAgain() throws IOException {
        Random random = new Random(11);
        StoredLocations[] locations = new StoredLocations[1];
        LocationTable[] next = new LocationTable[1];
        Datastore meeting = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    LocationTable changes = next[0];
                    if (method.getName().equals("get") && changes != null) {
                        next[0] = null;
                        merge(locations[0], datastore, changes);
                    }
                    return method.invoke(datastore, arguments);
                });
        locations[0] = new StoredLocations(environment, meeting);
        merge(locations[0], datastore, changes(locations[0], random, 100, 0, 0));
        next[0] = changes(locations[0], random, 1000, 0, 0);

        check(locations[0], model);
    }

    @Test
    void aProcessThatEndsWhileBucketsMoveLosesNothing() throws IOException {
        Random random = new Random(8);
        StoredLocations first = new StoredLocations(environment, datastore);
        merge(first, datastore, changes(first, random, 30_000, 0, 0));
        int[] left = {2};
        StoredLocations killed = new StoredLocations(environment, watched(() -> {
            if (left[0]-- == 0) {
                throw new IOException("the machine stopped");
            }
        }));
        Map<Multihash, Location> before = new HashMap<>(model);
        LocationTable changes = changes(killed, random, 200_000, 0, 100);

        assertThatThrownBy(() -> merge(killed, datastore, changes)).hasMessageContaining("the machine stopped");

        StoredLocations again = new StoredLocations(environment, datastore);
        check(again, before);
        merge(again, datastore, changes);
        check(again, model);
    }

    /** Whichever write fails, what is written later is found after a new start. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aWriteThatFailsIsMadeUpForByTheNext(int failing) throws IOException {
        Random random = new Random(10);
        int[] left = {failing};
        StoredLocations locations = new StoredLocations(environment, watched(() -> {
            if (left[0]-- == 0) {
                throw new IOException("no space left");
            }
        }));
        LocationTable changes = changes(locations, random, 20_000, 0, 0);
        Datastore target = watched(() -> {
            if (left[0]-- == 0) {
                throw new IOException("no space left");
            }
        });
        assertThatThrownBy(() -> merge(locations, target, changes)).hasMessageContaining("no space left");
        merge(locations, target, changes);
        check(locations, model);
        check(new StoredLocations(environment, datastore), model);
    }

    @Test
    void littleIsReadForABlockThatIsNotHere() throws IOException {
        Random random = new Random(9);
        int[] bytes = {0};
        Datastore counting = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(datastore, arguments);
                    bytes[0] += result instanceof byte[] value ? value.length : 0;
                    return result;
                });
        StoredLocations locations = new StoredLocations(environment, counting);
        merge(locations, datastore, changes(locations, random, 20_000, 0, 0));
        bytes[0] = 0;
        for (int i = 0; i < 1000; i++) {
            assertThat(locations.get(hash(random))).isNull();
        }
        assertThat(bytes[0] / 1000).isLessThan(400); // two bytes a block of a bucket of at most 128 on average
    }
}
