package libp2p.storage;

import static libp2p.contracts.datastore.DatastoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Timer;
import libp2p.core.environment.system.SystemEnvironment;
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

    private Datastore open(Limits limits) throws IOException {
        return FileDatastore.open(timers, FaultyFiles.name(folder.resolve("store")), limits);
    }

    private static List<Change> one(String key, int bytes) {
        return List.of(new Change(bytes(key), new byte[bytes]));
    }

    @Test
    void whatWasNotForcedIsLostWithThePowerAndWhatItsTimerForcedIsNot() throws Exception {
        Datastore store = open(Limits.DEFAULT);
        store.writeLazily(one("forced", 10), HOUR);
        store.writeLazily(one("forced too", 10), HOUR.multipliedBy(2));
        assertThat(timers.count()).as("timers of two writes").isEqualTo(1);
        timers.fire();
        store.writeLazily(one("not forced", 10), HOUR);
        FaultyFiles.crash(new Random(1));
        try (Datastore again = open(Limits.DEFAULT)) {
            assertThat(again.has(bytes("forced"))).isTrue();
            assertThat(again.has(bytes("forced too"))).isTrue();
            assertThat(again.has(bytes("not forced"))).isFalse();
        }
    }

    @Test
    void aShorterTimeIsKeptThoughALongerOneRuns() throws Exception {
        try (Datastore store = open(Limits.DEFAULT)) {
            store.writeLazily(one("a", 10), HOUR);
            store.writeLazily(one("b", 10), Duration.ofMinutes(1));
            assertThat(timers.count()).isEqualTo(1);
            assertThat(timers.delays.getLast())
                    .isLessThanOrEqualTo(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void aDurableWriteAndSyncForceWhatWasWrittenLazilyBefore() throws Exception {
        Datastore store = open(Limits.DEFAULT);
        store.writeLazily(one("a", 10), HOUR);
        store.put(bytes("b"), bytes("1"));
        store.writeLazily(one("c", 10), HOUR);
        store.sync();
        FaultyFiles.crash(new Random(2));
        try (Datastore again = open(Limits.DEFAULT)) {
            assertThat(DatastoreContract.keys(again, "")).containsExactly("a", "b", "c");
        }
    }

    @Test
    void closingForcesWhatWasWrittenLazily() throws Exception {
        open(Limits.DEFAULT).close();
        try (Datastore store = open(Limits.DEFAULT)) {
            store.writeLazily(one("a", 10), HOUR);
        }
        FaultyFiles.crash(new Random(3));
        try (Datastore again = open(Limits.DEFAULT)) {
            assertThat(again.has(bytes("a"))).isTrue();
        }
    }

    @Test
    void noMoreWaitsToBeForcedThanTheLimit() throws Exception {
        Datastore store = open(Limits.DEFAULT.withLazyBytes(1_000));
        store.writeLazily(one("a", 600), HOUR);
        store.writeLazily(one("b", 600), HOUR);
        FaultyFiles.crash(new Random(4));
        try (Datastore again = open(Limits.DEFAULT)) {
            assertThat(DatastoreContract.keys(again, "")).containsExactly("a", "b");
        }
    }

    @Test
    void aDiskThatTakesNoMoreIsReportedOnceAndWritesGoOnWhenItDoes() throws Exception {
        try (Datastore store = open(Limits.DEFAULT)) {
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
