package libp2p.fetch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/**
 * The reputation of providers by what really happened with them: successes, failures, latency. One that sent wrong
 * bytes once is never asked again; that is kept over restarts where there is a datastore, and so is the rest after
 * {@link #flush}. Thread-safe.
 */
public final class Reputation {
    /** Providers that are remembered; the longest unused are forgotten first. Liars are counted apart. */
    static final int PROVIDERS = 4096;

    private static final int LATENCIES = 50;
    private static final long LONGEST_BACKOFF = 300_000_000_000L;
    private static final byte[] PREFIX = "r/".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_BYTES = 512;

    /**
     * The record of one provider.
     *
     * @param successes retrievals that succeeded
     * @param failures retrievals that failed
     * @param bytes that it delivered
     * @param reputation between 0 and 1, 0.5 at first: an average in which each event weighs a tenth
     * @param meanLatency of the last 50 successes, in seconds
     * @param lied whether it has sent bytes that do not belong to their CID
     */
    public record Stats(
            long successes, long failures, long bytes, double reputation, double meanLatency, boolean lied) {}

    /**
     * The content that providers are chosen for.
     *
     * @param contentBytes of it, or −1 if that is not known: the latency that counts is then that of the last answers,
     *     else what the whole would take at the rate of the provider
     * @param preferred providers that the caller would rather ask
     */
    public record Wanted(long contentBytes, Set<String> preferred) {
        /** Of unknown size, and none is preferred. */
        public static final Wanted ANYTHING = new Wanted(-1, Set.of());

        public Wanted {
            preferred = Set.copyOf(preferred);
        }
    }

    private static final class Entry {
        long successes;
        long failures;
        long bytes;
        double reputation = 0.5;
        final Deque<Double> latencies = new ArrayDeque<>();
        int failuresInARow;
        long notBefore = Long.MIN_VALUE;
        int affinity;
        boolean preferred;

        double latency() {
            return latencies.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        /** Seconds that so many bytes would take at the rate of what came; never less than an answer takes. */
        double seconds(long contentBytes) {
            double latency = latency();
            return successes == 0 || bytes == 0
                    ? latency
                    : Math.max(latency, contentBytes * latency / ((double) bytes / successes));
        }
    }

    private final Environment environment;
    private final @Nullable Datastore datastore;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Boolean> liars = new LinkedHashMap<>();

    /** @param datastore where keys that begin with {@code r/} are free, or null to forget with the process */
    public Reputation(Environment environment, @Nullable Datastore datastore) throws IOException {
        this.environment = environment;
        this.datastore = datastore;
        if (datastore != null) {
            load(datastore);
        }
    }

    /** In memory only. */
    public static Reputation inMemory(Environment environment) {
        try {
            return new Reputation(environment, null);
        } catch (IOException e) {
            throw new IllegalStateException("nothing was read", e);
        }
    }

    /**
     * A provider has answered with what was asked for.
     *
     * @param bytes that came
     * @param nanos that it took
     */
    public void succeeded(String who, long bytes, long nanos) {
        change(who, entry -> {
            entry.successes++;
            entry.bytes += bytes;
            entry.reputation = 0.9 * entry.reputation + 0.1;
            entry.failuresInARow = 0;
            entry.notBefore = Long.MIN_VALUE;
            entry.affinity++;
            entry.latencies.add(nanos / 1e9);
            if (entry.latencies.size() > LATENCIES) {
                entry.latencies.remove();
            }
        });
    }

    /** A provider did not answer, or could not: it is left alone for a second, and twice as long each further time. */
    public void failed(String who) {
        change(who, entry -> {
            entry.failures++;
            entry.reputation = 0.9 * entry.reputation;
            int exponent = Math.min(30, entry.failuresInARow++);
            long pause = Math.min(LONGEST_BACKOFF, 1_000_000_000L << Math.min(exponent, 20));
            entry.notBefore = environment.nanoTime() + pause;
        });
    }

    /**
     * What a user or another part of the system believes of a provider; what happens from now on changes it.
     *
     * @param reputation between 0 and 1
     */
    public void believe(String who, double reputation) {
        change(who, entry -> entry.reputation = Math.clamp(reputation, 0, 1));
    }

    /** A provider does not have something, which is no fault, but it is preferred less. */
    public void lacked(String who) {
        change(who, entry -> entry.affinity = Math.max(0, entry.affinity - 1));
    }

    /** A provider sent wrong bytes: for ever the last. */
    public void lied(String who) throws IOException {
        String key = bounded(who);
        String forgotten = null;
        lock.lock();
        try {
            liars.put(key, true);
            if (liars.size() > PROVIDERS) {
                forgotten = leastKnownLiar(key);
                liars.remove(forgotten);
            }
        } finally {
            lock.unlock();
        }
        if (datastore != null) {
            List<Datastore.Change> changes = new ArrayList<>(List.of(record(key)));
            if (forgotten != null) {
                changes.add(new Datastore.Change(key(forgotten), null));
            }
            datastore.write(changes);
        }
    }

    /** One of which nothing else is known, since strangers may bring any number of names; with the lock. */
    private String leastKnownLiar(String newest) {
        for (String liar : liars.keySet()) {
            if (!entries.containsKey(liar) && !liar.equals(newest)) {
                return liar;
            }
        }
        return liars.keySet().iterator().next();
    }

    /** Whether a provider sent wrong bytes once. */
    public boolean hasLied(String who) {
        lock.lock();
        try {
            return liars.containsKey(bounded(who));
        } finally {
            lock.unlock();
        }
    }

    /** Prefers a provider, as its user wants. */
    public void prefer(String who, boolean preferred) {
        change(who, entry -> entry.preferred = preferred);
    }

    /** Whether a provider may be asked now: it has not lied and is not left alone. */
    public boolean isAvailable(String who) {
        lock.lock();
        try {
            Entry entry = entries.get(bounded(who));
            return !liars.containsKey(bounded(who))
                    && (entry == null
                            || entry.notBefore == Long.MIN_VALUE
                            || environment.nanoTime() - entry.notBefore >= 0);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #score(String, Wanted)}, for anything. */
    public double score(String who) {
        return score(who, Wanted.ANYTHING);
    }

    /**
     * Score of a provider: 0.4 times its reputation, 0.4 times its rate of success, 0.2 divided by one and its
     * latency in seconds, up to 0.1 for what it gave lately, 0.2 if it is preferred; −1 for liars.
     */
    public double score(String who, Wanted wanted) {
        lock.lock();
        try {
            if (liars.containsKey(bounded(who))) {
                return -1;
            }
            Entry entry = entries.get(bounded(who));
            boolean preferred = wanted.preferred().contains(who);
            return score(entry == null ? new Entry() : entry, wanted.contentBytes(), preferred);
        } finally {
            lock.unlock();
        }
    }

    private static double score(Entry entry, long contentBytes, boolean preferred) {
        long tries = entry.successes + entry.failures;
        double success = tries == 0 ? 0.5 : (double) entry.successes / tries;
        return 0.4 * entry.reputation
                + 0.4 * success
                + 0.2 / (1 + entry.seconds(contentBytes))
                + Math.min(0.1, 0.01 * entry.affinity)
                + (entry.preferred || preferred ? 0.2 : 0);
    }

    /**
     * The best providers, best first; those that are left alone come last, liars not at all. Equal ones stay in their
     * order.
     */
    public List<String> best(Collection<String> who, int count) {
        return best(who, count, Wanted.ANYTHING);
    }

    /** As {@link #best(Collection, int)}, for some content. */
    public List<String> best(Collection<String> who, int count, Wanted wanted) {
        Map<String, Double> scores = new HashMap<>();
        who.forEach(one -> scores.put(one, score(one, wanted) - (isAvailable(one) ? 0 : 10)));
        return who.stream()
                .filter(one -> !hasLied(one))
                .sorted(Comparator.comparingDouble(one -> -scores.getOrDefault(one, 0.0)))
                .limit(count)
                .toList();
    }

    /** The record of a provider. */
    public Stats stats(String who) {
        lock.lock();
        try {
            Entry known = entries.get(bounded(who));
            Entry entry = known == null ? new Entry() : known;
            return new Stats(
                    entry.successes,
                    entry.failures,
                    entry.bytes,
                    entry.reputation,
                    entry.latency(),
                    liars.containsKey(bounded(who)));
        } finally {
            lock.unlock();
        }
    }

    /** Expected seconds until a provider answers. */
    double latency(String who) {
        return stats(who).meanLatency();
    }

    private interface Change {
        void apply(Entry entry);
    }

    private void change(String who, Change change) {
        lock.lock();
        try {
            change.apply(entries.computeIfAbsent(bounded(who), key -> new Entry()));
            if (entries.size() > PROVIDERS) {
                entries.remove(entries.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    private static String bounded(String who) {
        return who.length() <= NAME_BYTES / 4 ? who : who.substring(0, NAME_BYTES / 4);
    }

    /** Keeps what is known now, and nothing else; blocks for the disk. */
    public void flush() throws IOException {
        if (datastore == null) {
            return;
        }
        Set<String> known;
        lock.lock();
        try {
            known = new HashSet<>(entries.keySet());
            known.addAll(liars.keySet());
        } finally {
            lock.unlock();
        }
        List<Datastore.Change> changes = new ArrayList<>();
        try (Datastore.Entries stored = datastore.scan(PREFIX)) {
            for (Datastore.Entry one = stored.next(); one != null; one = stored.next()) {
                if (!known.contains(name(one)) && changes.size() < PROVIDERS) { // the rest the next time
                    changes.add(new Datastore.Change(one.key(), null));
                }
            }
        }
        for (String who : known) {
            changes.add(record(who));
        }
        datastore.write(changes);
    }

    private Datastore.Change record(String who) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        lock.lock();
        try {
            Entry known = entries.get(who);
            Entry entry = known == null ? new Entry() : known;
            out.writeByte(1);
            out.writeBoolean(liars.containsKey(who));
            out.writeLong(entry.successes);
            out.writeLong(entry.failures);
            out.writeLong(entry.bytes);
            out.writeDouble(entry.reputation);
            out.writeDouble(entry.latency());
        } finally {
            lock.unlock();
        }
        return new Datastore.Change(key(who), bytes.toByteArray());
    }

    private static byte[] key(String who) {
        byte[] name = who.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + name.length);
        System.arraycopy(name, 0, key, PREFIX.length, name.length);
        return key;
    }

    private static String name(Datastore.Entry stored) {
        return new String(stored.key(), PREFIX.length, stored.key().length - PREFIX.length, StandardCharsets.UTF_8);
    }

    private void load(Datastore from) throws IOException {
        try (Datastore.Entries stored = from.scan(PREFIX)) {
            for (Datastore.Entry one = stored.next(); one != null; one = stored.next()) {
                String who = name(one);
                DataInputStream in = new DataInputStream(new ByteArrayInputStream(one.value()));
                if (in.readByte() != 1) {
                    continue;
                }
                if (in.readBoolean() && liars.size() < PROVIDERS) {
                    liars.put(who, true);
                }
                Entry entry = new Entry();
                entry.successes = in.readLong();
                entry.failures = in.readLong();
                entry.bytes = in.readLong();
                entry.reputation = in.readDouble();
                double latency = in.readDouble();
                if (latency > 0) {
                    entry.latencies.add(latency);
                }
                if (entries.size() < PROVIDERS) {
                    entries.put(who, entry);
                }
            }
        }
    }
}
