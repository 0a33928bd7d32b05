package libp2p.kad.provide;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import libp2p.core.environment.Deadline;
import libp2p.kad.key.Key;
import libp2p.kad.key.KeyPrefixPeerIds;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.lookup.LookupLimits;
import libp2p.kad.store.ProvidedKeys.Provided;

/**
 * Announces many keys region by region. A region is all places that share a prefix: its peers are looked up once, by
 * lookups from its one end to the other, and each of its keys is announced at the k that are closest to it. The prefix
 * is as long as it can be with the k closest peers of every key inside, or next to it. A few keys that are alone in
 * their region are looked up each.
 */
public final class Sweep {
    /** Hears of each part that was announced. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A part of the keyspace was announced, as far as anybody took it.
         *
         * @param inside the keys
         * @param bits that the places of the part share
         * @param taken how many announcements were taken
         */
        void announced(List<Provided> inside, int bits, int taken) throws IOException;
    }

    /** A name that is looked up for a part shares so many bits more with its place than the part is long. */
    private static final int PRECISION = 6;

    /** So many keys of a region are looked up each: to look up the region costs more lookups. */
    private static final int FEW = 4;

    /** The number of times that others take the place of peers that did not take an announcement. */
    private static final int ROUNDS = 3;

    private final SweepNetwork field;
    private final LookupLimits limits;
    private final RandomGenerator random;

    /**
     * A sweep over one network.
     *
     * @param limits of the lookups of the network
     * @param random for the names that are looked up
     */
    public Sweep(SweepNetwork field, LookupLimits limits, RandomGenerator random) {
        this.field = field;
        this.limits = limits;
        this.random = random;
    }

    /**
     * Announces the keys; blocks.
     *
     * @param due in the order of the keyspace
     * @param deadline made anew for each region, and for the surroundings of each key
     */
    public void announce(List<Provided> due, Supplier<Deadline> deadline, Listener listener) throws IOException {
        int from = 0;
        while (from < due.size()) {
            Provided first = due.get(from);
            Deadline until = deadline.get();
            TreeMap<Key, Contact> peers = new TreeMap<>();
            Lookup lookup = field.lookUp(first.key(), until);
            remember(lookup, peers);
            int known = covered(lookup, first.place());
            int bits = Math.max(0, known - 2);
            int to = from + 1;
            while (to < due.size() && due.get(to).place().commonPrefix(first.place()) >= bits) {
                to++;
            }
            List<Provided> inside = due.subList(from, to);
            if (known > 0 && inside.size() <= FEW) {
                listener.announced(inside, bits, announceEach(inside, peers, deadline));
            } else {
                // Parts of the region that share ever fewer bits with the start: each is the sibling of what is known.
                for (int length = known - 1; length >= bits; length--) {
                    explore(first.place().flip(length), length + 1, until, peers);
                }
                listener.announced(inside, bits, announce(inside, peers, deadline));
            }
            from = to;
        }
    }

    private static void remember(Lookup lookup, Map<Key, Contact> peers) {
        lookup.closest().forEach(contact -> peers.put(contact.key(), contact));
    }

    /**
     * Finds the peers around a place. A lookup finds the k closest; the farthest of them shares n bits with the place,
     * so of all places that share one bit more every peer is known. Walking from each such part to the next that is not
     * known yet, the whole of what shares {@code bits} becomes known.
     */
    private void explore(Key place, int bits, Deadline deadline, Map<Key, Contact> peers) throws IOException {
        byte[] name = KeyPrefixPeerIds.near(place, bits + PRECISION, random).toBytes();
        Lookup lookup = field.lookUp(name, deadline);
        remember(lookup, peers);
        int known = covered(lookup, place);
        for (int length = known - 1; length >= bits; length--) {
            explore(place.flip(length), length + 1, deadline, peers);
        }
    }

    /** The bits that a place must share with the lookup's to have all its peers among those that were found. */
    private int covered(Lookup lookup, Key place) {
        List<Contact> closest = lookup.closest();
        if (closest.size() < limits.k()) {
            return 0; // these are all that there are
        }
        return Math.min(
                lookup.target().commonPrefix(closest.getLast().key()) + 1,
                lookup.target().commonPrefix(place));
    }

    /** The peers around the first key are known; the others are looked up. */
    private int announceEach(List<Provided> inside, TreeMap<Key, Contact> peers, Supplier<Deadline> deadline)
            throws IOException {
        int taken = 0;
        for (Provided provided : inside) {
            if (provided != inside.getFirst()) {
                peers.clear();
                remember(field.lookUp(provided.key(), deadline.get()), peers);
            }
            taken += announce(List.of(provided), peers, deadline);
        }
        return taken;
    }

    /** Each peer gets all that is meant for it at once; others take the place of those that do not take it. */
    private int announce(List<Provided> inside, TreeMap<Key, Contact> peers, Supplier<Deadline> deadline)
            throws IOException {
        Map<Provided, Set<Contact>> takers = new LinkedHashMap<>();
        Map<Provided, List<Contact>> others = new HashMap<>();
        for (Provided provided : inside) {
            takers.put(provided, new HashSet<>());
            Key place = provided.place();
            others.put(provided, field.surroundings(place, closest(place, peers), deadline.get()));
        }
        int taken = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<Contact, List<Provided>> meant = new LinkedHashMap<>();
            takers.forEach((provided, already) -> Stream.concat(
                            closest(provided.place(), peers).stream(),
                            others.getOrDefault(provided, List.of()).stream())
                    .filter(contact -> !already.contains(contact))
                    .distinct()
                    .forEach(contact -> meant.computeIfAbsent(contact, peer -> new ArrayList<>())
                            .add(provided)));
            if (meant.isEmpty()) {
                return taken;
            }
            Map<Contact, List<byte[]>> keys = new LinkedHashMap<>();
            meant.forEach((contact, list) ->
                    keys.put(contact, list.stream().map(Provided::key).toList()));
            Set<Contact> willing = field.announce(keys);
            for (Map.Entry<Contact, List<Provided>> entry : meant.entrySet()) {
                if (willing.contains(entry.getKey())) {
                    taken += entry.getValue().size();
                    entry.getValue()
                            .forEach(provided ->
                                    takers.getOrDefault(provided, Set.of()).add(entry.getKey()));
                } else {
                    peers.remove(entry.getKey().key());
                    others.replaceAll((provided, contacts) -> contacts.stream()
                            .filter(contact -> !contact.equals(entry.getKey()))
                            .toList());
                }
            }
            if (willing.size() == meant.size()) {
                return taken;
            }
        }
        return taken;
    }

    private List<Contact> closest(Key place, TreeMap<Key, Contact> peers) {
        return Lookup.diverse(
                peers.values().stream().sorted(Comparator.comparing(Contact::key, place::compareDistances)), limits);
    }
}
