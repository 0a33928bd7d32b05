package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Timer;
import libp2p.core.testing.KilledProgram;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a process that writes lazily: the loss is at most the writes of the time that the caller chose,
 * the newest first.
 */
class KilledLazyWriterTest {
    private static final Duration WITHIN = Duration.ofMillis(50);
    private static final String NAMESPACE = "lazy";

    @TempDir
    Path folder;

    /** Tells when a commit by the store's timer has ended, and which writes had returned when it began. */
    private static final class ToldCommits extends ForwardingEnvironment {
        private final AtomicLong returned = new AtomicLong();

        ToldCommits(Environment environment) {
            super(environment);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            if (delayNanos > WITHIN.toNanos()) {
                System.out.println("late " + delayNanos);
            }
            return super.schedule(delayNanos, () -> {
                long before = returned.get();
                task.run();
                System.out.println("committed " + before);
            });
        }
    }

    /** The process to kill: writes numbers from 0 for ever, each lazily, every 200,000th durably. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            ToldCommits environment = new ToldCommits(SystemEnvironment.shared());
            Datastore names =
                    FileDatastore.open(environment, Path.of(arguments[0])).namespace(NAMESPACE);
            long first = Long.parseLong(arguments[1]);
            environment.returned.set(first);
            for (long number = first; number >= 0; number++) {
                List<Change> change = List.of(new Change(key(number), value(number)));
                if (number % 200_000 == 199_999) {
                    names.write(change);
                    System.out.println("durable " + (number + 1));
                } else {
                    names.writeLazily(change, WITHIN);
                }
                environment.returned.set(number + 1);
            }
        }
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte[] value(long number) {
        return ByteBuffer.allocate(100).putLong(~number).array();
    }

    @Test
    void atMostTheWritesOfTheChosenTimeAreLostByThreeKills() throws Exception {
        kill(3);
    }

    @Test
    @Tag("long")
    void atMostTheWritesOfTheChosenTimeAreLostByFiftyKills() throws Exception {
        kill(50);
    }

    private void kill(int times) throws Exception {
        Random random = new Random(11);
        Path file = folder.resolve("store");
        long stored = 0;
        for (int round = 0; round < times; round++) {
            long safe = killed(file, stored, 1 + random.nextInt(12));
            long found = found(file);
            assertThat(found).as("what round " + round + " left").isGreaterThanOrEqualTo(safe);
            stored = found;
        }
        assertThat(stored).as("writes that outlived a kill").isPositive();
    }

    /**
     * Starts a writer, kills it after so many commits, and returns how many writes a commit had made durable by then.
     */
    private static long killed(Path file, long first, int after) throws Exception {
        List<String> told = KilledProgram.printed(Writer.class, after, file.toString(), String.valueOf(first));
        assertThat(told)
                .as("commits that begin later than the caller chose")
                .noneMatch(line -> line.startsWith("late"));
        return told.stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .max()
                .orElseThrow();
    }

    /** Number of writes that exist: those before the first that is lost, since the newest are lost first. */
    private static long found(Path file) throws IOException {
        try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), file)) {
            long count = 0;
            try (Entries entries = store.namespace(NAMESPACE).scan(new byte[0])) {
                Entry entry;
                while ((entry = entries.next()) != null) {
                    assertThat(entry.key())
                            .as("no write exists after a lost one")
                            .isEqualTo(key(count));
                    assertThat(entry.value()).isEqualTo(value(count));
                    count++;
                }
            }
            return count;
        }
    }
}
