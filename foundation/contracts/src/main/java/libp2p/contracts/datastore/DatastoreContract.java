package libp2p.contracts.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import org.junit.jupiter.api.Test;

/** The contract of every datastore. A test class of a datastore inherits it. */
public abstract class DatastoreContract {
    /** A new, empty datastore; the case closes it. */
    protected abstract Datastore open() throws IOException;

    /** The text in UTF-8. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The keys under a prefix, in the order of a scan. */
    public static List<String> keys(Datastore store, String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        try (Entries entries = store.scan(bytes(prefix))) {
            Entry entry;
            while ((entry = entries.next()) != null) {
                keys.add(new String(entry.key(), StandardCharsets.UTF_8));
            }
        }
        return keys;
    }

    @Test
    void whatWasPutIsThereUntilItIsDeleted() throws IOException {
        try (Datastore store = open()) {
            assertThat(store.get(bytes("a"))).isNull();
            store.put(bytes("a"), bytes("1"));
            store.put(bytes("a"), bytes("2"));
            store.put(bytes("b"), new byte[0]);
            assertThat(store.get(bytes("a"))).isEqualTo(bytes("2"));
            assertThat(store.get(bytes("b"))).isEmpty();
            store.delete(bytes("a"));
            store.delete(bytes("never there"));
            assertThat(store.get(bytes("a"))).isNull();
        }
    }

    @Test
    void theChangesOfABatchAreMadeInOrder() throws IOException {
        try (Datastore store = open()) {
            store.write(List.of(
                    new Change(bytes("a"), bytes("1")),
                    new Change(bytes("a"), null),
                    new Change(bytes("b"), bytes("1")),
                    new Change(bytes("b"), bytes("2"))));
            assertThat(keys(store, "")).containsExactly("b");
            assertThat(store.get(bytes("b"))).isEqualTo(bytes("2"));
        }
    }

    @Test
    void scansFindThePrefixInOrderOfUnsignedBytes() throws IOException {
        try (Datastore store = open()) {
            for (String key : List.of("b/é", "b/z", "b", "b/", "a", "c", "b/a")) {
                store.put(bytes(key), bytes(key));
            }
            assertThat(keys(store, "b/")).containsExactly("b/", "b/a", "b/z", "b/é");
            assertThat(keys(store, "")).hasSize(7);
            assertThat(keys(store, "d")).isEmpty();
        }
    }

    @Test
    void keysAreWalkedOverFromOneOnWithoutTheirValues() throws IOException {
        try (Datastore store = open()) {
            for (String key : List.of("a/1", "a/2", "a/3", "b/1")) {
                store.put(bytes(key), bytes("value"));
            }
            List<String> found = new ArrayList<>();
            try (Entries entries = store.scan(Datastore.Scan.keys(bytes("a/")).startingAt(bytes("a/15")))) {
                Entry entry;
                while ((entry = entries.next()) != null) {
                    assertThat(entry.value()).isEmpty();
                    found.add(new String(entry.key(), StandardCharsets.UTF_8));
                }
            }
            assertThat(found).containsExactly("a/2", "a/3");
            try (Entries entries = store.scan(Datastore.Scan.keys(bytes("b")).startingAt(bytes("a")))) {
                assertThat(Objects.requireNonNull(entries.next()).key()).isEqualTo(bytes("b/1"));
            }
            assertThat(store.has(bytes("a/1"))).isTrue();
            assertThat(store.has(bytes("a"))).isFalse();
            assertThat(store.size(bytes("a/1"))).isEqualTo(5);
            assertThat(store.size(bytes("a"))).isEqualTo(-1);
        }
    }

    @Test
    void aNamespaceIsADatastoreOfItsOwn() throws IOException {
        try (Datastore store = open()) {
            Datastore one = store.namespace("one");
            Datastore two = store.namespace("two");
            one.write(List.of(new Change(bytes("a"), bytes("1")), new Change(bytes("b"), bytes("2"))));
            two.put(bytes("a"), bytes("3"));
            store.put(bytes("a"), bytes("4"));
            assertThat(keys(one, "")).containsExactly("a", "b");
            assertThat(one.get(bytes("a"))).isEqualTo(bytes("1"));
            assertThat(two.get(bytes("a"))).isEqualTo(bytes("3"));
            one.delete(bytes("a"));
            one.close();
            assertThat(keys(one, "")).containsExactly("b");
            assertThat(store.get(bytes("a"))).isEqualTo(bytes("4"));
            assertThat(keys(two.namespace("inner"), "")).isEmpty();
            assertThatThrownBy(() -> store.namespace("")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatIsWrittenLazilyCanBeReadAtOnce() throws IOException {
        try (Datastore store = open()) {
            store.writeLazily(List.of(new Change(bytes("a"), bytes("1"))), Duration.ofHours(1));
            assertThat(store.get(bytes("a"))).isEqualTo(bytes("1"));
            store.writeLazily(List.of(new Change(bytes("a"), null)), Duration.ZERO);
            assertThat(store.get(bytes("a"))).isNull();
            store.sync();
            assertThat(keys(store, "")).isEmpty();
        }
    }

    @Test
    void aScanSeesOneMoment() throws IOException {
        try (Datastore store = open()) {
            List<Change> batch = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                batch.add(new Change(bytes("%04d".formatted(i)), bytes("old")));
            }
            store.write(batch);
            try (Entries entries = store.scan(bytes(""))) {
                entries.next();
                for (int i = 0; i < 1000; i += 100) {
                    store.delete(bytes("%04d".formatted(i + 99)));
                    store.put(bytes("%04d".formatted(i + 98)), bytes("new"));
                }
                int count = 1;
                Entry entry;
                while ((entry = entries.next()) != null) {
                    assertThat(entry.value()).isEqualTo(bytes("old"));
                    count++;
                }
                assertThat(count).isEqualTo(1000);
            }
            assertThat(keys(store, "")).hasSize(990);
        }
    }

    @Test
    void arraysOfTheCallerAreNotShared() throws IOException {
        try (Datastore store = open()) {
            byte[] key = bytes("k");
            byte[] value = bytes("v");
            store.put(key, value);
            value[0] = 'x';
            key[0] = 'x';
            byte[] read = Objects.requireNonNull(store.get(bytes("k")));
            assertThat(read).isEqualTo(bytes("v"));
            read[0] = 'x';
            assertThat(store.get(bytes("k"))).isEqualTo(bytes("v"));
        }
    }

    @Test
    void behavesAsASortedMap() throws IOException {
        Random random = new Random(7);
        TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        try (Datastore store = open()) {
            for (int i = 0; i < 300; i++) {
                List<Change> batch = new ArrayList<>();
                for (int j = random.nextInt(5); j >= 0; j--) {
                    byte[] key = new byte[1 + random.nextInt(2)];
                    random.nextBytes(key);
                    byte[] value = random.nextInt(3) == 0 ? null : new byte[random.nextInt(50)];
                    batch.add(new Change(key, value));
                    if (value == null) {
                        model.remove(key);
                    } else {
                        model.put(key, value);
                    }
                }
                store.write(batch);
            }
            List<byte[]> found = new ArrayList<>();
            try (Entries entries = store.scan(new byte[0])) {
                Entry entry;
                while ((entry = entries.next()) != null) {
                    found.add(entry.key());
                    assertThat(entry.value()).isEqualTo(model.get(entry.key()));
                }
            }
            assertThat(found).containsExactlyElementsOf(model.keySet());
        }
    }

    @Test
    void refusesWhatExceedsTheLimits() throws IOException {
        try (Datastore store = open()) {
            assertThatThrownBy(() -> store.put(new byte[1025], new byte[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1024");
            assertThatThrownBy(() -> store.put(bytes("k"), new byte[(4 << 20) + 1]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(keys(store, "")).isEmpty();
        }
    }

    @Test
    void aClosedStoreRefusesAndMayBeClosedAgain() throws IOException {
        Datastore store = open();
        store.close();
        store.close();
        assertThatThrownBy(() -> store.put(bytes("k"), bytes("v"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.get(bytes("k"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.scan(bytes(""))).isInstanceOf(IOException.class);
    }
}
