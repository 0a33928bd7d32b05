package libp2p.discovery.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import org.jspecify.annotations.Nullable;

/**
 * The registrations of a meeting point: a state machine without threads, clocks or disk. Not thread-safe.
 *
 * <p>Every registration gets a number, greater than all before. The answer to a question without a cookie begins at a random
 * place, so that no registration is the first that all askers hear of. A {@link Cookie} says how far the answers have come;
 * nothing has to be kept for it.
 *
 * <p>While there is room, every registration is taken. Without room, a random one of the most crowded IP group leaves.
 */
final class Registrations {
    /**
     * One registration. The addresses stay in the record alone: as objects they would take several times its bytes,
     * which are all that is counted.
     *
     * @param number greater than those of all earlier ones
     * @param record as it was given; not to be changed
     * @param group of the connection over which the peer registered, from {@link Crowd#groupOf}
     * @param expires milliseconds of the wall clock
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(
            long number, String namespace, PeerId peer, RecordForm form, byte[] record, String group, long expires) {}

    /** The changes that are to be written to the disk: entries that are new, and numbers of those that are gone. */
    record Change(@Nullable Entry added, List<Long> removed) {}

    /** A part of the answer. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Page(List<Entry> entries, byte[] cookie) {}

    /** Why something was not done. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        private final Status status;

        Refusal(Status status, String why) {
            super(why);
            this.status = status;
        }

        Status status() {
            return status;
        }
    }

    private record Key(String namespace, PeerId peer, RecordForm form) {}

    private record Expiry(long at, long number) implements Comparable<Expiry> {
        @Override
        public int compareTo(Expiry other) {
            int order = Long.compare(at, other.at);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    private final RendezvousLimits limits;
    private final RandomGenerator random;
    private final Crowd<Long> crowd = new Crowd<>();
    private final Map<Key, Entry> byKey = new HashMap<>();
    private final TreeMap<Long, Entry> all = new TreeMap<>();
    private final Map<String, TreeMap<Long, Entry>> byNamespace = new HashMap<>();
    private final Map<PeerId, Integer> counts = new HashMap<>();
    private final TreeSet<Expiry> expiries = new TreeSet<>();
    private long bytes;
    private long next;

    /** @param next the number of the first registration that comes */
    Registrations(RendezvousLimits limits, long next, RandomGenerator random) {
        this.limits = limits;
        this.next = next;
        this.random = random;
    }

    int size() {
        return all.size();
    }

    /** The number that the next registration gets. */
    long next() {
        return next;
    }

    /** Takes a registration from the disk; false if there is no place for it, or it holds no more. */
    boolean restore(Entry entry, long now) {
        if (entry.expires() <= now
                || all.containsKey(entry.number())
                || byKey.containsKey(keyOf(entry))
                || all.size() >= limits.registrations()
                || bytes + entry.record().length > limits.bytes()) {
            return false;
        }
        put(entry);
        next = Math.max(next, entry.number() + 1);
        return true;
    }

    /**
     * Registers a peer, or renews its registration.
     *
     * @param group of the connection of the peer, from {@link Crowd#groupOf}
     * @param seconds for which it asks; 0: it does not say
     * @param now milliseconds of the wall clock
     * @throws Refusal if that is not possible
     */
    Change register(String namespace, RecordForm.Content content, byte[] record, String group, long seconds, long now)
            throws Refusal {
        checkNamespace(namespace);
        long ttl = seconds == 0 ? limits.defaultTtl().toSeconds() : seconds;
        if (ttl < limits.leastTtl().toSeconds() || ttl > limits.longestTtl().toSeconds()) {
            throw new Refusal(
                    Status.INVALID_TTL,
                    "the time to live must be " + limits.leastTtl().toSeconds() + " to "
                            + limits.longestTtl().toSeconds() + " s");
        }
        if (record.length > limits.recordBytes()) {
            throw new Refusal(
                    Status.INVALID_SIGNED_PEER_RECORD, "a record has at most " + limits.recordBytes() + " bytes");
        }
        Key key = new Key(namespace, content.peer(), content.form());
        Entry old = byKey.get(key);
        if (old == null && counts.getOrDefault(content.peer(), 0) >= limits.perPeer()) {
            throw new Refusal(Status.UNAVAILABLE, "a peer has at most " + limits.perPeer() + " registrations");
        }
        List<Long> removed = new ArrayList<>();
        if (old != null) {
            remove(old);
            removed.add(old.number());
        }
        makeRoom(record.length, group, removed);
        Entry entry = new Entry(
                next++,
                namespace,
                content.peer(),
                content.form(),
                record,
                group,
                now + Duration.ofSeconds(ttl).toMillis());
        put(entry);
        return new Change(entry, removed);
    }

    /** Removes registrations of the most crowded groups until there is a place for one more. */
    private void makeRoom(int length, String group, List<Long> removed) {
        while (all.size() >= limits.registrations() || bytes + length > limits.bytes()) {
            Long leaving = crowd.leaving(group, weight(length), random);
            Entry entry = leaving == null ? null : all.get(leaving);
            if (entry == null) {
                return; // none is left, and a record alone is within the limit
            }
            remove(entry);
            removed.add(entry.number());
        }
    }

    /** A registration takes a place, and its bytes. */
    private long weight(int length) {
        return length + Math.max(1, limits.bytes() / limits.registrations());
    }

    /** Ends the registrations of a peer in a namespace; nothing happens if there are none. */
    Change unregister(String namespace, PeerId peer) {
        List<Long> removed = new ArrayList<>();
        for (RecordForm form : RecordForm.values()) {
            Entry entry = byKey.get(new Key(namespace, peer, form));
            if (entry != null) {
                remove(entry);
                removed.add(entry.number());
            }
        }
        return new Change(null, removed);
    }

    /** Forgets expired registrations. */
    Change expire(long now) {
        List<Long> removed = new ArrayList<>();
        while (!expiries.isEmpty() && expiries.first().at() <= now) {
            Entry entry = all.get(expiries.first().number());
            if (entry == null) {
                expiries.removeFirst();
            } else {
                remove(entry);
                removed.add(entry.number());
            }
        }
        return new Change(null, removed);
    }

    /** When the next registration ends to hold, in milliseconds of the wall clock; never is {@code Long.MAX_VALUE}. */
    long nextExpiry() {
        return expiries.isEmpty() ? Long.MAX_VALUE : expiries.first().at();
    }

    /**
     * Finds registrations.
     *
     * @param namespace null: in all
     * @param cookie of an earlier page, or null
     * @param limit how many are wanted; 0: as many as there may be
     * @param forms that the asker reads; null: any, since each is turned into what it reads
     * @param most bytes of records
     * @throws Refusal if the namespace or the cookie is none
     */
    Page discover(
            @Nullable String namespace,
            byte @Nullable [] cookie,
            long limit,
            @Nullable List<RecordForm> forms,
            int most)
            throws Refusal {
        if (namespace != null) {
            checkNamespace(namespace);
        }
        NavigableMap<Long, Entry> from = namespace == null ? all : byNamespace.getOrDefault(namespace, new TreeMap<>());
        Cookie begin = cookie == null || cookie.length == 0
                ? Cookie.begin(from, random)
                : Cookie.decode(cookie, namespace, next);
        int results = (int) Math.min(limits.results(), limit <= 0 ? limits.results() : limit);
        PageBuilder page = new PageBuilder(results, most, forms);
        Cookie end = begin.read(from, page, next);
        return new Page(page.entries(), end.encode(namespace));
    }

    private void checkNamespace(String namespace) throws Refusal {
        int length = namespace.getBytes(UTF_8).length;
        if (length < 1 || length > limits.namespaceBytes()) {
            throw new Refusal(Status.INVALID_NAMESPACE, "a namespace has 1 to " + limits.namespaceBytes() + " bytes");
        }
    }

    private static Key keyOf(Entry entry) {
        return new Key(entry.namespace(), entry.peer(), entry.form());
    }

    private void put(Entry entry) {
        byKey.put(keyOf(entry), entry);
        all.put(entry.number(), entry);
        byNamespace.computeIfAbsent(entry.namespace(), name -> new TreeMap<>()).put(entry.number(), entry);
        counts.merge(entry.peer(), 1, Integer::sum);
        expiries.add(new Expiry(entry.expires(), entry.number()));
        bytes += entry.record().length;
        crowd.add(entry.group(), entry.number(), weight(entry.record().length));
    }

    private void remove(Entry entry) {
        byKey.remove(keyOf(entry));
        all.remove(entry.number());
        byNamespace.computeIfPresent(entry.namespace(), (name, entries) -> {
            entries.remove(entry.number());
            return entries.isEmpty() ? null : entries;
        });
        counts.computeIfPresent(entry.peer(), (peer, count) -> count == 1 ? null : count - 1);
        expiries.remove(new Expiry(entry.expires(), entry.number()));
        bytes -= entry.record().length;
        crowd.remove(entry.group(), entry.number());
    }
}
