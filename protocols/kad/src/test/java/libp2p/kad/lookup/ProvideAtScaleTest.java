package libp2p.kad.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SplittableRandom;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.provide.ReprovideSchedule;
import libp2p.kad.provide.Sweep;
import libp2p.kad.provide.SweepNetwork;
import libp2p.kad.store.ProvidedKeys;
import libp2p.kad.store.ProvidedKeys.Provided;
import libp2p.kad.store.StoreLimits;
import libp2p.storage.MemoryDatastore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many keys announced for two days in a network of 1,000 nodes, of which 30 are dead. The lookups, the sweep, the
 * schedule and the store of keys are those of the host; the network is a model, that counts what is sent and keeps what
 * is announced.
 */
class ProvideAtScaleTest {
    private static final int NODES = 1000;
    private static final int DEAD = 30;
    private static final int CONNECTIONS = 192;
    private static final LookupLimits LIMITS = LookupLimits.DEFAULT;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration EXPIRES = StoreLimits.DEFAULT.providerAge();
    private static final Instant START = Instant.parse("2026-11-22T10:34:00Z");

    /** One announcement. */
    private record Announcement(int key, Instant at) {}

    /** The model with one host that announces, and what the nodes have been told. */
    private static final class Network implements SweepNetwork {
        final ModelNetwork model = new ModelNetwork(7, NODES);
        final PeerId self = model.newId();
        final Set<PeerId> dead = new HashSet<>();
        /** The keys that each node keeps, and when each was announced last. */
        final Map<PeerId, Map<Integer, Instant>> kept = new HashMap<>();

        final List<Announcement> announcements = new ArrayList<>();
        private final SequencedSet<PeerId> connected = new LinkedHashSet<>();
        Instant now = START;
        long requests;
        long opened;

        Network() {
            for (int i = 0; i < DEAD; i++) {
                PeerId node = model.honest().get(i * (NODES / DEAD));
                model.kill(node);
                dead.add(node);
            }
            model.asked = node -> {
                requests++;
                connect(node);
            };
        }

        /** As many connections as a host keeps by default; the one that was used longest ago is closed for the next. */
        private void connect(PeerId node) {
            if (!dead.contains(node) && !connected.remove(node)) {
                opened++;
            }
            if (!dead.contains(node)) {
                connected.addLast(node);
            }
            if (connected.size() > CONNECTIONS) {
                connected.removeFirst();
            }
        }

        @Override
        public Lookup lookUp(byte[] name, Deadline deadline) {
            return lookUp(Key.of(name), StopCondition.CLOSEST, node -> false);
        }

        Lookup lookUp(Key target, StopCondition goal, ModelNetwork.Observer observer) {
            List<Contact> seeds = model.seeds(self, target);
            Lookup lookup = new Lookup(target, self, goal, LIMITS, seeds, Long.MAX_VALUE);
            model.run(lookup, LIMITS, observer);
            return lookup;
        }

        @Override
        public Set<Contact> announce(Map<Contact, List<byte[]>> keys) {
            Set<Contact> took = new HashSet<>();
            keys.forEach((contact, list) -> {
                if (dead.contains(contact.id())) {
                    return;
                }
                connect(contact.id());
                Map<Integer, Instant> store = kept.computeIfAbsent(contact.id(), node -> new HashMap<>());
                for (byte[] key : list) {
                    store.put(number(key), now);
                    announcements.add(new Announcement(number(key), now));
                }
                took.add(contact);
            });
            return took;
        }

        @Override
        public List<Contact> surroundings(Key place, List<Contact> closest, Deadline deadline) {
            return List.of();
        }

        boolean find(int key) {
            boolean[] found = {false};
            lookUp(Key.of(key(key)), StopCondition.CONVERGED, node -> {
                Instant announced = kept.getOrDefault(node, Map.of()).get(key);
                found[0] |= announced != null && announced.plus(EXPIRES).isAfter(now);
                return found[0];
            });
            return found[0];
        }
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(34)
                .put((byte) 0x12)
                .put((byte) 32)
                .putInt(number)
                .array();
    }

    private static int number(byte[] key) {
        return ByteBuffer.wrap(key).getInt(2);
    }

    /** Announces what is due until a moment, as the host does: it wakes when the next key is due. */
    private static void run(Network network, ProvidedKeys keys, ReprovideSchedule schedule, Instant until)
            throws IOException {
        Sweep sweep = new Sweep(network, LIMITS, new SplittableRandom(3));
        for (Instant next; (next = keys.next()) != null && next.isBefore(until); ) {
            network.now = next.isAfter(network.now) ? next : network.now;
            sweep.announce(keys.due(network.now), () -> Deadline.NONE, (inside, bits, taken) -> {
                List<Provided> done = List.copyOf(inside);
                keys.announced(done, network.now, schedule.next(done.getFirst().place(), bits, network.now));
            });
        }
        network.now = until;
    }

    private static Map<Integer, Integer> perKey(Network network, Instant from, Instant to) {
        Map<Integer, Integer> counts = new LinkedHashMap<>();
        network.announcements.stream()
                .filter(one -> !one.at().isBefore(from) && one.at().isBefore(to))
                .forEach(one -> counts.merge(one.key(), 1, Integer::sum));
        return counts;
    }

    private static void announceAndFind(int count) throws IOException {
        Network network = new Network();
        Datastore datastore = new MemoryDatastore();
        ReprovideSchedule schedule = new ReprovideSchedule(Key.of(network.self), StoreLimits.DEFAULT.republish());

        // The cost of one lookup for each key, measured with some of them.
        int samples = 100;
        for (int i = 0; i < samples; i++) {
            Lookup lookup = network.lookUp(key(i), Deadline.NONE);
            lookup.closest().forEach(contact -> network.connect(contact.id()));
        }
        double requestsOfOne = (double) network.requests / samples;
        double connectionsOfOne = (double) network.opened / samples;
        network.requests = 0;
        network.opened = 0;

        ProvidedKeys keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
        keys.add(java.util.stream.IntStream.range(0, count)
                .mapToObj(ProvideAtScaleTest::key)
                .toList());
        run(network, keys, schedule, START.plus(HOUR));
        assertThat(perKey(network, START, network.now))
                .hasSize(count)
                .allSatisfy((key, told) -> assertThat(told).isEqualTo(LIMITS.k()));
        requireFew(network, count, requestsOfOne, connectionsOfOne);

        // Two more intervals, with a restart in the midst of the second; then an hour 47 after the start.
        Duration interval = StoreLimits.DEFAULT.republish();
        Instant first = START.plus(HOUR);
        for (int cycle = 0; cycle < 2; cycle++) {
            Instant from = first.plus(interval.multipliedBy(cycle));
            Instant to = from.plus(interval);
            run(network, keys, schedule, from.plus(interval.dividedBy(2)));
            keys = ProvidedKeys.open(datastore, StoreLimits.DEFAULT);
            assertThat(keys.size()).isEqualTo(count);
            run(network, keys, schedule, to);
            assertThat(perKey(network, from, to))
                    .hasSize(count)
                    .allSatisfy((key, told) -> assertThat(told).isEqualTo(LIMITS.k()));
            // Spread: in no two hours of 22 more than a quarter.
            Map<Long, Integer> perTwoHours = new HashMap<>();
            network.announcements.stream()
                    .filter(one -> !one.at().isBefore(from))
                    .forEach(one ->
                            perTwoHours.merge(Duration.between(from, one.at()).dividedBy(HOUR) / 2, 1, Integer::sum));
            assertThat(Collections.max(perTwoHours.values())).isLessThan(count * LIMITS.k() / 4);
            requireFew(network, count, requestsOfOne, connectionsOfOne);
        }
        run(network, keys, schedule, START.plus(HOUR.multipliedBy(47)));
        for (int key = 0; key < count; key++) {
            assertThat(network.find(key)).as("key %d is found", key).isTrue();
        }
    }

    private static void requireFew(Network network, int count, double requestsOfOne, double connectionsOfOne) {
        System.Logger log = System.getLogger(ProvideAtScaleTest.class.getName());
        log.log(
                System.Logger.Level.INFO,
                "%,d keys: %,d requests of lookups (one each: %,.0f), %,d connections (one each: %,.0f), %,d announcements"
                        .formatted(
                                count,
                                network.requests,
                                requestsOfOne * count,
                                network.opened,
                                connectionsOfOne * count,
                                network.announcements.size()));
        assertThat(network.requests).isPositive().isLessThan((long) (requestsOfOne * count / 10));
        assertThat(network.opened).isPositive().isLessThan((long) (connectionsOfOne * count / 10));
        network.requests = 0;
        network.opened = 0;
        network.announcements.clear();
    }

    @Test
    void tenThousandKeysCostATenthOfOneLookupEachAndAreFoundAfterTwoDays() throws IOException {
        announceAndFind(10_000);
    }

    @Test
    @Tag("long")
    void aHundredThousandKeysCostATenthOfOneLookupEachAndAreFoundAfterTwoDays() throws IOException {
        announceAndFind(100_000);
    }
}
