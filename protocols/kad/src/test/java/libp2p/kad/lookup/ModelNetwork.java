package libp2p.kad.lookup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * A network for lookups, without messages: every honest node has a routing table of up to 20 nodes for each length of
 * prefix, drawn at random from those that there are, and answers with the closest of them. Others answer as a test
 * says. Latencies are drawn; time is the test's.
 */
final class ModelNetwork {
    static final int K = 20;
    private static final long MILLI = 1_000_000;

    /** How a node answers a request for a key: with whom it names, or null for not at all. */
    interface Behaviour {
        List<PeerId> answer(PeerId node, Key target);
    }

    private record Reply(long at, PeerId from, List<Contact> closer, boolean failed) {}

    final SplittableRandom random;
    private final List<PeerId> honest = new ArrayList<>();
    private final List<Key> keys = new ArrayList<>();
    private final Map<PeerId, Behaviour> others = new HashMap<>();
    private final Set<PeerId> dead = new HashSet<>();
    private final Map<PeerId, Key> places = new HashMap<>();
    private final Map<PeerId, Multiaddr> addresses = new HashMap<>();
    private final Map<PeerId, List<PeerId>> tables = new HashMap<>();
    private final long seed;
    /** Hears of every request. */
    Consumer<PeerId> asked = node -> {};

    /** Nodes that an honest node learned about beside those of the honest network. */
    private final Map<PeerId, List<PeerId>> alsoKnown = new HashMap<>();

    ModelNetwork(long seed, int nodes) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        for (int i = 0; i < nodes; i++) {
            honest.add(newId());
        }
        honest.sort(Comparator.comparing(this::place));
        honest.forEach(node -> keys.add(place(node)));
    }

    private Key place(PeerId node) {
        return places.computeIfAbsent(node, Key::of);
    }

    PeerId newId() {
        byte[] id = new byte[34];
        random.nextBytes(id);
        id[0] = 0x12;
        id[1] = 32;
        return PeerId.fromBytes(id);
    }

    /** A node whose place shares so many bits with a key, as if it had been found by trying many ids. */
    PeerId newNear(Key key, int bits) {
        byte[] place = new byte[32];
        random.nextBytes(place);
        Key drawn = Key.ofDigest(place);
        for (int bit = 0; bit < bits; bit++) {
            if (drawn.bit(bit) != key.bit(bit)) {
                drawn = drawn.flip(bit);
            }
        }
        PeerId id = newId();
        places.put(id, drawn);
        return id;
    }

    /** A node as a lookup knows it. */
    Contact contact(PeerId node) {
        Multiaddr where = addresses.get(node);
        return new Contact(node, place(node), where == null ? List.of() : List.of(where), 0);
    }

    /** Where a node is; those of which nothing is said are in a network without public addresses. */
    void locate(PeerId node, String ip) {
        addresses.put(node, Multiaddr.parse("/ip4/" + ip + "/tcp/4001"));
    }

    List<PeerId> honest() {
        return honest;
    }

    void add(PeerId node, Behaviour behaviour) {
        others.put(node, behaviour);
    }

    void kill(PeerId node) {
        dead.add(node);
    }

    /** Lets the honest nodes that are close to a key know about others, as they would when those join. */
    void introduce(List<PeerId> newcomers, Key near, int witnesses) {
        closestHonest(near, witnesses)
                .forEach(node ->
                        alsoKnown.computeIfAbsent(node, n -> new ArrayList<>()).addAll(newcomers));
    }

    /** The honest living nodes that are closest to a key. */
    List<PeerId> closestHonest(Key target, int count) {
        return honest.stream()
                .filter(node -> !dead.contains(node))
                .sorted(Comparator.comparing(this::place, target::compareDistances))
                .limit(count)
                .toList();
    }

    /** The answer of an honest node. */
    List<PeerId> answerOf(PeerId node, Key target) {
        List<PeerId> known = new ArrayList<>(alsoKnown.getOrDefault(node, List.of()));
        known.addAll(tables.computeIfAbsent(node, this::table));
        known.sort(Comparator.comparing(this::place, target::compareDistances));
        return known.subList(0, Math.min(K, known.size()));
    }

    private List<PeerId> table(PeerId node) {
        Key own = place(node);
        List<PeerId> table = new ArrayList<>();
        for (int length = 0; length < 24; length++) {
            table.addAll(bucket(own, length));
        }
        return table;
    }

    /** The same at every call: at most K of the nodes that share exactly so many bits with a key. */
    private List<PeerId> bucket(Key own, int length) {
        Key other = own.flip(length);
        int from = firstWith(other, length + 1, false);
        int to = firstWith(other, length + 1, true);
        List<PeerId> members = new ArrayList<>();
        if (to - from <= K) {
            members.addAll(honest.subList(from, to));
        } else {
            SplittableRandom draw = new SplittableRandom(seed ^ own.hashCode() * 31L + length);
            Set<Integer> drawn = new HashSet<>();
            while (drawn.size() < K) {
                drawn.add(from + draw.nextInt(to - from));
            }
            drawn.stream().sorted().forEach(index -> members.add(honest.get(index)));
        }
        return members;
    }

    /** Where the nodes begin, or end, that share so many bits with a key. */
    private int firstWith(Key key, int bits, boolean after) {
        int low = 0;
        int high = keys.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            boolean inside = keys.get(middle).commonPrefix(key) >= bits;
            boolean before = !inside && keys.get(middle).compareTo(key) < 0;
            if (before || inside && after) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Nodes that a newcomer might begin with. */
    List<Contact> seeds(PeerId self, Key target) {
        List<PeerId> known = answerOf(self, target);
        return known.stream().map(this::contact).toList();
    }

    /** Called for every answer that came in; returns true to end the lookup. */
    interface Observer extends Function<PeerId, Boolean> {}

    /** Runs a lookup to its end; checks what must hold at every moment. Returns how long it took, in nanoseconds. */
    long run(Lookup lookup, LookupLimits limits, Observer observer) {
        PriorityQueue<Reply> replies =
                new PriorityQueue<>(Comparator.comparingLong(Reply::at).thenComparing(Reply::from));
        Set<PeerId> asked = new HashSet<>();
        long now = 1;
        send(lookup.start(now), lookup.target(), now, replies, asked);
        while (!lookup.isDone()) {
            if (lookup.underWay() > limits.alpha()) {
                throw new AssertionError(lookup.underWay() + " requests under way");
            }
            Reply next = replies.peek();
            long wake = lookup.wakeAt();
            if (next == null || next.at() > wake) {
                now = Math.max(now, wake);
                send(lookup.timePassed(now), lookup.target(), now, replies, asked);
                continue;
            }
            replies.poll();
            now = next.at();
            if (!next.failed() && observer.apply(next.from())) {
                lookup.finish();
            }
            send(
                    next.failed() ? lookup.failed(next.from(), now) : lookup.answered(next.from(), next.closer(), now),
                    lookup.target(),
                    now,
                    replies,
                    asked);
        }
        if (lookup.requests() > limits.requests()) {
            throw new AssertionError(lookup.requests() + " requests");
        }
        return now;
    }

    long run(Lookup lookup, LookupLimits limits) {
        return run(lookup, limits, node -> false);
    }

    private void send(List<Contact> requests, Key target, long now, PriorityQueue<Reply> replies, Set<PeerId> asked) {
        for (Contact contact : requests) {
            PeerId node = contact.id();
            this.asked.accept(node);
            if (!asked.add(node)) {
                throw new AssertionError("asked twice: " + node);
            }
            long latency = (5 + random.nextInt(300)) * MILLI;
            if (dead.contains(node)) {
                if (random.nextBoolean()) {
                    replies.add(new Reply(now + latency, node, List.of(), true));
                }
                continue;
            }
            Behaviour behaviour = others.get(node);
            boolean isHonest = behaviour == null && java.util.Collections.binarySearch(keys, place(node)) >= 0;
            List<PeerId> named =
                    behaviour != null ? behaviour.answer(node, target) : isHonest ? answerOf(node, target) : null;
            if (named != null) {
                boolean first = behaviour != null;
                List<Contact> closer = named.stream().map(this::contact).toList();
                replies.add(new Reply(now + (first ? MILLI : latency), node, closer, false));
            }
        }
    }
}
