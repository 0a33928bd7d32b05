package libp2p.kad;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.kad.key.Preimages;
import libp2p.kad.lookup.Contact;
import libp2p.kad.lookup.Goal;
import libp2p.kad.lookup.Lookup;
import libp2p.kad.message.KadMessage;
import libp2p.kad.store.ProvidedKeys;
import libp2p.kad.store.ProvidedKeys.Provided;

/**
 * Announces many keys region by region. A region is all places that share a prefix: its peers are looked up once, by lookups from
 * its one end to the other, and each of its keys is announced at the k that are closest to it. The prefix is as long as it can
 * be with the k closest peers of every key inside, or next to it.
 */
final class Sweep {
    private final Host host;
    private final Overlay overlay;
    private final Limits limits;
    private final ProvidedKeys keys;
    private final Senders senders;
    private final RandomGenerator random;

    Sweep(Host host, Overlay overlay, Limits limits, ProvidedKeys keys) {
        this.host = host;
        this.overlay = overlay;
        this.limits = limits;
        this.keys = keys;
        this.senders = new Senders(host.environment(), limits.lookup().alpha());
        this.random = host.environment().random("kad.sweep");
    }

    /**
     * Announces the keys and notes each region when it is done; blocks.
     *
     * @param due in the order of the keyspace
     * @param deadline made anew for each region
     */
    void announce(List<Provided> due, Supplier<Deadline> deadline) throws IOException {
        int from = 0;
        while (from < due.size()) {
            Key first = due.get(from).place();
            Deadline until = deadline.get();
            Region region = explore(first, until);
            int to = from + 1;
            while (to < due.size() && due.get(to).place().commonPrefix(first) >= region.bits()) {
                to++;
            }
            List<Provided> inside = due.subList(from, to);
            announce(inside, region);
            keys.announced(inside, host.environment().wallClock());
            from = to;
        }
    }

    /** The peers of a region: all that are in it, and those next to it that a lookup from inside met. */
    private record Region(int bits, TreeMap<Key, Contact> peers) {}

    /**
     * Finds the peers around a key. A lookup finds the k closest; the farthest of them shares n bits with the key, so of all
     * places that share one bit more every peer is known. Walking from each such part to the next that is not known yet, the
     * whole region of n - 1 bits, in which k peers and more are, becomes known.
     */
    private Region explore(Key start, Deadline deadline) throws IOException {
        TreeMap<Key, Contact> peers = new TreeMap<>();
        Lookup lookup = lookUp(start, deadline, peers);
        int known = covered(lookup, start);
        int bits = Math.max(0, known - 2);
        // Parts of the region that share ever fewer bits with the start: each is the sibling of what is known already.
        for (int length = known - 1; length >= bits; length--) {
            explorePart(start.flip(length), length + 1, deadline, peers);
        }
        return new Region(bits, peers);
    }

    private void explorePart(Key place, int bits, Deadline deadline, TreeMap<Key, Contact> peers) throws IOException {
        Lookup lookup = lookUp(place, deadline, peers);
        int known = covered(lookup, place);
        for (int length = known - 1; length >= bits; length--) {
            explorePart(place.flip(length), length + 1, deadline, peers);
        }
    }

    private Lookup lookUp(Key place, Deadline deadline, TreeMap<Key, Contact> peers) throws IOException {
        PeerId name = Preimages.near(place, Preimages.MOST_BITS, random);
        Lookup lookup = overlay.findClosest(name.toBytes(), Goal.CLOSEST, deadline);
        lookup.closest().forEach(contact -> peers.put(contact.key(), contact));
        return lookup;
    }

    /** How many bits a place must share with the lookup's to have all its peers among those that were found. */
    private int covered(Lookup lookup, Key place) {
        List<Contact> closest = lookup.closest();
        if (closest.size() < limits.lookup().k()) {
            return 0; // these are all that there are
        }
        return Math.min(
                lookup.target().commonPrefix(closest.getLast().key()) + 1,
                lookup.target().commonPrefix(place));
    }

    /** One message after the other to each peer, on one connection. */
    private void announce(List<Provided> inside, Region region) throws IOException {
        TreeMap<Key, List<Provided>> byPeer = new TreeMap<>();
        for (Provided provided : inside) {
            closest(provided.place(), region)
                    .forEach(peer -> byPeer.computeIfAbsent(peer.key(), key -> new ArrayList<>())
                            .add(provided));
        }
        Providers providers = new Providers(host, overlay, senders);
        AtomicInteger told = new AtomicInteger();
        List<Contact> contacts =
                byPeer.keySet().stream().map(region.peers()::get).toList();
        senders.sendAll(contacts, Deadline.NONE, contact -> {
            for (Provided provided : byPeer.getOrDefault(contact.key(), List.of())) {
                KadMessage message = providers.announcement(provided.key());
                overlay.tell(contact, message);
                told.incrementAndGet();
            }
        });
        if (told.get() == 0) {
            throw new NobodyTookItException(inside.size() + " announcements", overlay.protocol(), contacts.size());
        }
    }

    private List<Contact> closest(Key place, Region region) {
        return region.peers().values().stream()
                .sorted(Comparator.comparing(Contact::key, place::compareDistances))
                .limit(limits.lookup().k())
                .toList();
    }
}
