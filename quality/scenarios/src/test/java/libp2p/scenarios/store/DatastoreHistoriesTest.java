package libp2p.scenarios.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import libp2p.core.datastore.Datastore;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.environment.Environment;
import libp2p.scenarios.lossy.LossyDisk;
import libp2p.scenarios.lossy.LossyFileSystem;
import libp2p.simulator.Seeds;
import libp2p.simulator.Simulation;
import libp2p.storage.DatastoreLimits;
import libp2p.storage.FileDatastore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A datastore through several processes, each of which is closed or ends with the power, in the middle of a commit too:
 * the entries are those of the last commit that was acknowledged, or of the one that was under way.
 */
class DatastoreHistoriesTest {
    private static final int LIVES = 6;
    private static final int MOST_COMMITS = 12;
    private static final int USUAL_STEPS = 60;
    private static final int KEYS = 40;

    /** Every process that has a datastore, one after the other. */
    private static final class Told {
        /** After the last commit that was acknowledged. */
        private Map<String, String> entries = new TreeMap<>();
        /** After the commit that is under way, or was when the power failed. */
        private Map<String, String> next = entries;

        private void check(Datastore store, String when) throws Exception {
            Map<String, String> found = new TreeMap<>();
            try (Datastore.Entries all = store.scan(new byte[0])) {
                for (Datastore.Entry each = all.next(); each != null; each = all.next()) {
                    found.put(new String(each.key()), new String(each.value()));
                }
            }
            if (!found.equals(entries) && !found.equals(next)) {
                throw new AssertionError(when + ": " + found.keySet() + " in place of " + entries.keySet());
            }
            entries = found;
            next = found;
        }

        private void commit(Datastore store, Random random) throws Exception {
            List<Change> batch = new ArrayList<>();
            next = new TreeMap<>(entries);
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                String key = "k" + random.nextInt(KEYS);
                byte[] value = new byte[random.nextInt(400)];
                Arrays.fill(value, (byte) ('a' + random.nextInt(26)));
                boolean removes = random.nextInt(4) == 0;
                batch.removeIf(change -> Arrays.equals(change.key(), key.getBytes()));
                batch.add(new Change(key.getBytes(), removes ? null : value));
                if (removes) {
                    next.remove(key);
                } else {
                    next.put(key, new String(value));
                }
            }
            store.write(batch);
            entries = next;
        }
    }

    private static void tell(Simulation simulation, Random random) throws Exception {
        Told told = new Told();
        LossyDisk disk = new LossyDisk();
        disk.journal(true);
        for (int i = 1; i <= LIVES; i++) {
            Life life = new Life(simulation, i, disk);
            boolean closes = random.nextBoolean();
            life.live(random.nextBoolean() ? 0 : 1 + random.nextInt(USUAL_STEPS), (environment, files) -> {
                Datastore store = open(environment, files);
                told.check(store, "when it was opened");
                for (int commits = random.nextInt(MOST_COMMITS); commits > 0; commits--) {
                    told.commit(store, random);
                }
                told.check(store, "before it was closed");
                if (closes) {
                    store.close();
                    store = open(environment, files);
                    told.check(store, "when it was opened again");
                    store.close();
                }
            });
            disk = life.left(random);
        }
    }

    private static Datastore open(Environment environment, LossyFileSystem files) throws Exception {
        return FileDatastore.open(
                environment,
                Life.folder(files).resolve("records"),
                DatastoreLimits.DEFAULT.withCacheBytes(1 << 20).withTidyCommits(4));
    }

    private static void run(int histories) {
        Seeds.run(histories, seed -> Simulation.of(seed).run(simulation -> tell(simulation, new Random(seed))));
    }

    @Test
    void acknowledgedCommitsSurvivePowerFailuresAndClosings() {
        run(300);
    }

    @Test
    @Tag("long")
    void acknowledgedCommitsSurviveThousandsOfPowerFailuresAndClosings() {
        run(10_000);
    }
}
