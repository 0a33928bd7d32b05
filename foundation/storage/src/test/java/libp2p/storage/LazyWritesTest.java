package libp2p.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static libp2p.contracts.datastore.DatastoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Timer;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lazy writes are lost at most for the time that the caller chose, and never in silence. */
class LazyWritesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    /** Timers run when the test says so. */
    private static final class Timers extends ForwardingEnvironment {
        private final List<Runnable> waiting = new ArrayList<>();
        private final List<Long> delays = new ArrayList<>();
        private final AtomicLong offloads = new AtomicLong();
        private final AtomicLong clock = new AtomicLong();
        /** The time of a call to the disk by the clock. */
        private volatile long clockStep;

        Timers(Environment environment) {
            super(environment);
        }

        @Override
        public synchronized Timer schedule(long delayNanos, Runnable task) {
            waiting.add(task);
            delays.add(delayNanos);
            return () -> cancel(task);
        }

        private synchronized void cancel(Runnable task) {
            waiting.remove(task);
        }

        @Override
        public <T extends @Nullable Object> T offload(Callable<T> call) throws Exception {
            offloads.incrementAndGet();
            clock.addAndGet(clockStep);
            return super.offload(call);
        }

        @Override
        public long nanoTime() {
            return clock.get();
        }

        synchronized int count() {
            return waiting.size();
        }

        void fire() throws InterruptedException {
            List<Runnable> due;
            synchronized (this) {
                due = List.copyOf(waiting);
                waiting.clear();
            }
            CountDownLatch done = new CountDownLatch(due.size());
            for (Runnable task : due) {
                environment.start("timer", () -> {
                    task.run();
                    done.countDown();
                });
            }
            done.await();
        }
    }

    private final Timers timers = new Timers(SystemEnvironment.shared());

    @AfterEach
    void endFaults() throws IOException {
        FaultyFiles.quota(Long.MAX_VALUE);
        FaultyFiles.crash(new Random(0));
    }

    private Datastore open(DatastoreLimits limits) throws IOException {
        return FileDatastore.open(timers, FaultyFiles.name(folder.resolve("store")), limits);
    }

    private static List<Change> one(String key, int bytes) {
        return List.of(new Change(bytes(key), new byte[bytes]));
    }

    @Test
    void whatWasNotForcedIsLostWithThePowerAndWhatItsTimerForcedIsNot() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT);
        store.writeLazily(one("forced", 10), HOUR);
        store.writeLazily(one("forced too", 10), HOUR.multipliedBy(2));
        assertThat(timers.count()).as("timers of two writes").isEqualTo(1);
        timers.fire();
        store.writeLazily(one("not forced", 10), HOUR);
        FaultyFiles.crash(new Random(1));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            assertThat(again.has(bytes("forced"))).isTrue();
            assertThat(again.has(bytes("forced too"))).isTrue();
            assertThat(again.has(bytes("not forced"))).isFalse();
        }
    }

    @Test
    void aShorterTimeIsKeptThoughALongerOneRuns() throws Exception {
        try (Datastore store = open(DatastoreLimits.DEFAULT)) {
            store.writeLazily(one("a", 10), HOUR);
            store.writeLazily(one("b", 10), Duration.ofMinutes(1));
            assertThat(timers.count()).isEqualTo(1);
            assertThat(timers.delays.getLast())
                    .isLessThanOrEqualTo(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void aDurableWriteAndSyncForceWhatWasWrittenLazilyBefore() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT);
        store.writeLazily(one("a", 10), HOUR);
        store.put(bytes("b"), bytes("1"));
        store.writeLazily(one("c", 10), HOUR);
        store.sync();
        FaultyFiles.crash(new Random(2));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            assertThat(DatastoreContract.keys(again, "")).containsExactly("a", "b", "c");
        }
    }

    @Test
    void closingForcesWhatWasWrittenLazily() throws Exception {
        open(DatastoreLimits.DEFAULT).close();
        try (Datastore store = open(DatastoreLimits.DEFAULT)) {
            store.writeLazily(one("a", 10), HOUR);
        }
        FaultyFiles.crash(new Random(3));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            assertThat(again.has(bytes("a"))).isTrue();
        }
    }

    @Test
    void noMoreWaitsToBeForcedThanTheLimit() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT.withLazy(1_000, 1_000));
        store.writeLazily(one("a", 600), HOUR);
        store.writeLazily(one("b", 600), HOUR); // has room when a is durable
        FaultyFiles.crash(new Random(4));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            assertThat(again.has(bytes("a"))).isTrue();
        }
    }

    @Test
    void aBatchBeyondTheRoomIsDurableAtOnce() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT.withLazy(2, 1_000));
        store.writeLazily(one("a", 10), HOUR);
        store.writeLazily(one("large", 1_001), HOUR);
        store.writeLazily(
                List.of(
                        new Change(bytes("a"), null),
                        new Change(bytes("b"), bytes("1")),
                        new Change(bytes("c"), bytes("1"))),
                HOUR);
        FaultyFiles.crash(new Random(5));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            assertThat(DatastoreContract.keys(again, "")).containsExactly("b", "c", "large");
        }
    }

    @Test
    void manyLazyWritesTakeFewCallsToTheDisk() throws Exception {
        int writes = 50_000;
        Datastore whole = open(DatastoreLimits.DEFAULT);
        Datastore store = whole.namespace("many");
        long before = timers.offloads.get();
        for (int i = 0; i < writes; i++) {
            store.writeLazily(one("key " + i, 10), HOUR);
            if (i % 100 == 0) {
                assertThat(store.has(bytes("key " + i / 2))).isTrue();
            }
        }
        assertThat(timers.offloads.get() - before)
                .as("calls to the disk before the force")
                .isZero();
        store.sync();
        assertThat(timers.offloads.get() - before)
                .as("calls to the disk with the force")
                .isEqualTo(1);
        FaultyFiles.crash(new Random(6));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            Datastore found = again.namespace("many");
            assertThat(DatastoreContract.keys(found, "")).hasSize(writes);
        }
    }

    /**
     * Batches of several threads and a room that is far too small for them: every writer waits, nothing is lost or
     * torn.
     */
    @Test
    void writersThatAreFasterThanTheDiskWaitForRoom() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT.withLazy(20, 2_000));
        List<Thread> writers = new ArrayList<>();
        List<Exception> failures = new CopyOnWriteArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            String name = writer + "/";
            writers.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 200; i++) {
                        store.writeLazily(
                                List.of(
                                        new Change(bytes(name + i + "/a"), bytes("1")),
                                        new Change(bytes(name + i + "/b"), new byte[i])),
                                HOUR);
                    }
                } catch (IOException e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(failures).isEmpty();
        assertThat(DatastoreContract.keys(store, "")).hasSize(1_600);
        FaultyFiles.crash(new Random(7));
        try (Datastore again = open(DatastoreLimits.DEFAULT)) {
            List<String> keys = DatastoreContract.keys(again, "");
            assertThat(keys).as("all but what the room holds").hasSizeGreaterThanOrEqualTo(1_580);
            for (String key : keys) {
                assertThat(keys).contains(key.substring(0, key.length() - 1) + (key.endsWith("a") ? "b" : "a"));
            }
        }
    }

    /**
     * Lazy and durable writes mixed: the state after a crash is that after one of the writes, none older than forced.
     */
    @Test
    void afterACrashTheOldestWritesAreThereInTheirOrder() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Files.deleteIfExists(folder.resolve("store"));
            Datastore store = open(DatastoreLimits.DEFAULT.withLazy(40, 4_000).withTidyCommits(1));
            List<Map<String, String>> states = new ArrayList<>(List.of(Map.of()));
            int forced = 0;
            for (int step = 0; step < 60; step++) {
                Map<String, String> state = new TreeMap<>(states.getLast());
                switch (random.nextInt(10)) {
                    case 0 -> {
                        store.write(batch(random, state));
                        states.add(state);
                        forced = states.size() - 1;
                    }
                    case 1 -> {
                        store.sync();
                        forced = states.size() - 1;
                    }
                    case 2 -> assertThat(entries(store)).as("seed " + seed).isEqualTo(state);
                    default -> {
                        store.writeLazily(batch(random, state), HOUR);
                        states.add(state);
                    }
                }
                String key = "k" + random.nextInt(12);
                byte[] value = store.get(bytes(key));
                assertThat(value == null ? null : new String(value, UTF_8))
                        .as("seed " + seed)
                        .isEqualTo(states.getLast().get(key));
                assertThat(store.has(bytes(key))).isEqualTo(value != null);
            }
            FaultyFiles.crash(random);
            try (Datastore again = open(DatastoreLimits.DEFAULT)) {
                assertThat(states.subList(forced, states.size()))
                        .as("seed " + seed)
                        .contains(entries(again));
            }
        }
    }

    private static List<Change> batch(Random random, Map<String, String> state) {
        List<Change> batch = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String key = "k" + random.nextInt(12);
            if (random.nextInt(4) == 0) {
                state.remove(key);
                batch.add(new Change(bytes(key), null));
            } else {
                String value = Long.toHexString(random.nextLong()).repeat(1 + random.nextInt(10));
                state.put(key, value);
                batch.add(new Change(bytes(key), bytes(value)));
            }
        }
        return batch;
    }

    private static Map<String, String> entries(Datastore store) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Datastore.Entries entries = store.scan(new byte[0])) {
            Datastore.Entry entry;
            while ((entry = entries.next()) != null) {
                found.put(new String(entry.key(), UTF_8), new String(entry.value(), UTF_8));
            }
        }
        return found;
    }

    @Test
    void theForceBeginsEarlierIfTheLastOneTookLong() throws Exception {
        try (Datastore store = open(DatastoreLimits.DEFAULT)) {
            timers.clockStep = Duration.ofMillis(100).toNanos();
            store.put(bytes("a"), bytes("1"));
            timers.clockStep = 0;
            store.writeLazily(one("b", 10), Duration.ofSeconds(1));
            assertThat(timers.delays.getLast()).isEqualTo(Duration.ofMillis(800).toNanos());
        }
    }

    @Test
    void noWriterWaitsForRoomInAFileThatCannotBeOpenedAnyMore() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT.withLazy(10, 1_000));
        store.put(bytes("kept"), bytes("1"));
        FaultyFiles.crash(new Random(8));
        Files.write(folder.resolve("store"), "another text ".repeat(2_000).getBytes(UTF_8));
        int told = 0;
        for (int i = 0; i < 100; i++) {
            try {
                store.writeLazily(one("key " + i, 300), HOUR);
            } catch (IOException lost) {
                told++;
            }
        }
        assertThat(told).isGreaterThan(10);
        try {
            store.close();
        } catch (IOException lost) {
            assertThat(lost).isNotNull(); // what was written last
        }
    }

    @Test
    void aLossThatNoCallHasToldOfIsToldByClose() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT);
        FaultyFiles.quota(0);
        store.writeLazily(one("lost", 100_000), HOUR);
        timers.fire();
        assertThatThrownBy(() -> store.put(bytes("refused"), bytes("1"))).isInstanceOf(IOException.class);
        FaultyFiles.quota(Long.MAX_VALUE);
        assertThatThrownBy(store::close).isInstanceOf(IOException.class).hasMessageContaining("are lost");
        store.close();
    }

    @Test
    void aStoreThatIsClosedTakesNoLazyWrite() throws Exception {
        Datastore store = open(DatastoreLimits.DEFAULT);
        store.close();
        assertThatThrownBy(() -> store.writeLazily(one("a", 10), HOUR))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aDiskThatTakesNoMoreIsReportedOnceAndWritesGoOnWhenItDoes() throws Exception {
        try (Datastore store = open(DatastoreLimits.DEFAULT)) {
            store.put(bytes("kept"), bytes("1"));
            FaultyFiles.quota(0);
            store.writeLazily(one("lost", 100_000), HOUR);
            timers.fire();
            FaultyFiles.quota(Long.MAX_VALUE);
            assertThatThrownBy(() -> store.writeLazily(one("next", 10), HOUR))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("are lost");
            store.writeLazily(one("next", 10), HOUR);
            store.sync();
            assertThat(DatastoreContract.keys(store, "")).containsExactly("kept", "next");
        }
    }
}
