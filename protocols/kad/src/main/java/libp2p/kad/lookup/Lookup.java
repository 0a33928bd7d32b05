package libp2p.kad.lookup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The iterative search of the specification, without threads: every method takes an event and its time, and returns
 * the peers to ask now. At most alpha requests are under way, shared evenly among paths that have no peer in common: an
 * answer leads on only the path whose request it answers, so that a liar misleads one path. It has come to its end when
 * the closest peers that live have answered, {@link StopCondition} says how many; when no server is left to ask; when
 * its deadline passes; when it has asked as many peers as it may; or when its owner ends it.
 *
 * <p>Of one IP group only {@linkplain LookupLimits#perGroup a few} peers count, by where their answers came from, so that
 * many ids on few networks do not surround a key. Where there are more of one group than count, a lookup asks
 * all k closest, whatever its condition.
 *
 * <p>A peer whose named peers mostly fail, and never answer, is not believed any more. Of one answer only the closest
 * peers count, and only so many are remembered. One thread at a time. Times are monotonic nanoseconds.
 */
public final class Lookup {
    /** The worth of a bit that a peer shares with the target, in latency, when the first peers are chosen. */
    private static final long NANOS_PER_BIT = 20_000_000;

    private static final long UNKNOWN_LATENCY = 100_000_000;

    /** How many more peers of an IP group are known than count: not all of them answer. */
    private static final int KNOWN_OF_GROUP = 10;

    private final Key target;
    private final PeerId self;
    private StopCondition goal;
    private final LookupLimits limits;
    private final long deadline;
    private final Comparator<LookupPeer> byDistance;
    private final TreeSet<LookupPeer> all;
    private final Map<PeerId, LookupPeer> entries = new HashMap<>();
    private final List<LookupPath> paths = new ArrayList<>();
    /** The peers that have to answer or fail first; none of them is forgotten for others that are closer. */
    private final List<LookupPeer> first;

    /** How many of the peers that are known are of each IP group. */
    private final Map<Subnet, Integer> alike = new HashMap<>();

    private int underWay;
    private int requests;
    private int answers;
    private int failures;
    private boolean ended;

    /**
     * A lookup that has not begun.
     *
     * @param self this host, which is never asked
     * @param seeds the closest peers that are known, at least one for anything to be found
     * @param deadline when it ends in any case
     */
    public Lookup(
            Key target, PeerId self, StopCondition goal, LookupLimits limits, List<Contact> seeds, long deadline) {
        this.target = target;
        this.self = self;
        this.goal = goal;
        this.limits = limits;
        this.deadline = deadline;
        this.byDistance = (one, other) -> target.compareDistances(one.contact.key(), other.contact.key());
        this.all = new TreeSet<>(byDistance);
        int count = Math.max(1, Math.min(limits.paths(), seeds.size()));
        for (int i = 0; i < count; i++) {
            paths.add(new LookupPath(new TreeSet<>(byDistance), limits.perGroup()));
        }
        List<Contact> closest = new ArrayList<>(seeds);
        closest.sort(Comparator.comparing(Contact::key, target::compareDistances));
        int turn = 0;
        for (Contact seed : closest) {
            if (learn(seed, null, paths.get(turn % count))) {
                turn++;
            }
        }
        first = goal == StopCondition.WIDE ? new ArrayList<>(all) : List.of();
        first.forEach(entry -> entry.isFirst = true);
    }

    /** Begins; returns the peers to ask first. */
    public List<Contact> start(long now) {
        return proceed(now);
    }

    /** As {@link #answered(PeerId, Multiaddr, List, long)}, of a peer that is where others say. */
    public List<Contact> answered(PeerId peer, List<Contact> closer, long now) {
        return answered(peer, null, closer, now);
    }

    /**
     * A peer has answered.
     *
     * @param seen where its connection comes from; null if that is not known
     * @param closer the peers that it named
     * @return the peers to ask now
     */
    public List<Contact> answered(PeerId peer, @Nullable Multiaddr seen, List<Contact> closer, long now) {
        LookupPeer entry = entries.get(peer);
        if (entry == null || entry.path == null || entry.state == LookupPeer.State.ANSWERED || ended) {
            return List.of();
        }
        if (entry.state == LookupPeer.State.ASKED) {
            underWay--;
            entry.path.underWay--;
        } else {
            failures--; // late, but there it is
        }
        entry.state = LookupPeer.State.ANSWERED;
        entry.path.answers++;
        answers++;
        if (seen != null) {
            count(entry.group, -1);
            entry.group = Diversity.said(List.of(seen));
            count(entry.group, 1);
        }
        if (entry.namer != null) {
            entry.namer.namedWell++;
        }
        List<Contact> named = new ArrayList<>(closer);
        named.sort(Comparator.comparing(Contact::key, target::compareDistances));
        for (Contact contact : named.subList(0, Math.min(named.size(), limits.named()))) {
            learn(contact, entry, entry.path);
        }
        return proceed(now);
    }

    /**
     * A peer could not be reached, or did not answer as it should.
     *
     * @return the peers to ask now
     */
    public List<Contact> failed(PeerId peer, long now) {
        LookupPeer entry = entries.get(peer);
        if (entry == null || entry.state != LookupPeer.State.ASKED || ended) {
            return List.of();
        }
        if (entry.late > 0) {
            entry.late--; // an earlier request, and the peer was asked again since
            return List.of();
        }
        fail(entry);
        return proceed(now);
    }

    /**
     * Time has passed, see {@link #wakeAt}.
     *
     * @return the peers to ask now
     */
    public List<Contact> timePassed(long now) {
        for (LookupPeer entry : all) {
            if (entry.state == LookupPeer.State.ASKED && now >= entry.deadline) {
                entry.late++;
                fail(entry);
            }
        }
        return proceed(now);
    }

    /** Ends the lookup, because its owner has found enough. */
    public void finish() {
        ended = true;
    }

    private void fail(LookupPeer entry) {
        LookupPeer namer = entry.namer;
        entry.fail();
        underWay--;
        failures++;
        if (entry.path != null) {
            entry.path.underWay--;
        }
        if (namer != null && ++namer.namedBadly >= limits.failuresToDiscredit() && namer.namedWell == 0) {
            for (LookupPeer other : all) {
                if (other.namer == namer && other.state == LookupPeer.State.NEW) {
                    other.state = LookupPeer.State.DISCREDITED;
                }
            }
        }
    }

    /** Notes a peer that was named; returns whether it is new on the path. */
    private boolean learn(Contact contact, @Nullable LookupPeer namer, LookupPath path) {
        if (contact.id().equals(self)) {
            return false;
        }
        boolean discredited = namer != null && namer.namedBadly >= limits.failuresToDiscredit() && namer.namedWell == 0;
        LookupPeer entry = entries.get(contact.id());
        if (entry == null) {
            LookupPeer candidate = new LookupPeer(contact, namer);
            if (discredited || !makeRoom(candidate)) {
                return false;
            }
            entry = candidate;
            entries.put(contact.id(), entry);
            all.add(entry);
            count(entry.group, 1);
        } else if (!discredited && entry.state != LookupPeer.State.ANSWERED) {
            entry.learn(contact, namer);
            regroup(entry, Diversity.said(contact.addresses()));
            if (entry.state == LookupPeer.State.DISCREDITED) {
                entry.state = LookupPeer.State.NEW;
                entry.namer = namer;
            }
            entry.retry();
        }
        return path.known.add(entry);
    }

    /** The less crowded group that a peer is said to be in counts: a liar who puts others into one has none passed over. */
    private void regroup(LookupPeer entry, @Nullable Subnet said) {
        if (entry.group != null && said != null && alike.getOrDefault(said, 0) < alike.getOrDefault(entry.group, 0)) {
            count(entry.group, -1);
            entry.group = said;
            count(said, 1);
        }
    }

    /**
     * Forgets the farthest peer that was not asked, if there are too many in all or of the IP group that the new one is
     * said to be in, and the new one is closer.
     */
    private boolean makeRoom(LookupPeer candidate) {
        Subnet group = candidate.group;
        boolean tooManyAlike =
                group != null && alike.getOrDefault(group, 0) >= (long) limits.perGroup() * KNOWN_OF_GROUP;
        if (all.size() < limits.candidates() && !tooManyAlike) {
            return true;
        }
        for (LookupPeer far : all.descendingSet()) {
            boolean unasked = far.state == LookupPeer.State.NEW || far.state == LookupPeer.State.DISCREDITED;
            if (unasked && !far.isFirst && (!tooManyAlike || Objects.equals(group, far.group))) {
                if (byDistance.compare(candidate, far) >= 0) {
                    return false;
                }
                all.remove(far);
                count(far.group, -1);
                entries.remove(far.contact.id());
                paths.forEach(path -> path.known.remove(far));
                return true;
            }
        }
        return false;
    }

    private void count(@Nullable Subnet group, int change) {
        if (group != null && alike.merge(group, change, Integer::sum) == 0) {
            alike.remove(group);
        }
    }

    private List<Contact> proceed(long now) {
        if (!ended && now >= deadline) {
            ended = true;
        }
        List<Contact> asked = new ArrayList<>();
        while (!ended && underWay < limits.alpha() && requests < limits.requests() && ask(asked, now)) {
            // one more
        }
        if (!ended && underWay == 0) {
            ended = true; // no server is left to ask, or none may be asked any more
        }
        if (!ended && isSatisfied()) {
            ended = true;
        }
        return asked;
    }

    private boolean ask(List<Contact> asked, long now) {
        // To converge, only peers that may become one of the closest need to be asked.
        int within = goal == StopCondition.CONVERGED ? 2 * limits.beta() : limits.k();
        LookupPeer next = firstWith(LookupPeer.State.NEW);
        LookupPath chosen = next == null ? null : pathOf(next);
        if (next == null && firstWith(LookupPeer.State.ASKED) != null) {
            return false;
        }
        for (LookupPath path : next == null ? paths : List.<LookupPath>of()) {
            if ((chosen == null || path.underWay < chosen.underWay) && !path.hasConverged(limits.beta())) {
                LookupPeer candidate = path.next(within, this::cost);
                if (candidate != null) {
                    next = candidate;
                    chosen = path;
                }
            }
        }
        if (next == null && goal != StopCondition.CONVERGED) {
            next = unasked();
            chosen = next == null ? null : pathOf(next);
        }
        if (next == null || chosen == null) {
            return false;
        }
        next.ask();
        next.path = chosen;
        long until = now + limits.request().toNanos();
        next.deadline = until < now ? Long.MAX_VALUE : until;
        chosen.underWay++;
        underWay++;
        requests++;
        asked.add(next.contact);
        return true;
    }

    private @Nullable LookupPeer firstWith(LookupPeer.State state) {
        for (LookupPeer entry : first) {
            if (entry.state == state) {
                return entry;
            }
        }
        return null;
    }

    /** Of the k closest that may live the closest that was not asked. */
    private @Nullable LookupPeer unasked() {
        int counted = 0;
        Diversity diversity = new Diversity(limits.perGroup());
        for (LookupPeer entry : all) {
            if (!mayLive(entry) || !diversity.take(entry.group)) {
                continue;
            }
            if (entry.state == LookupPeer.State.NEW) {
                return entry;
            }
            if (++counted >= limits.k()) {
                return null;
            }
        }
        return null;
    }

    private static boolean mayLive(LookupPeer entry) {
        return entry.state != LookupPeer.State.FAILED && entry.state != LookupPeer.State.DISCREDITED;
    }

    private LookupPath pathOf(LookupPeer entry) {
        for (LookupPath path : paths) {
            if (path.known.contains(entry)) {
                return path;
            }
        }
        return paths.getFirst();
    }

    private boolean isSatisfied() {
        if (firstWith(LookupPeer.State.NEW) != null || firstWith(LookupPeer.State.ASKED) != null) {
            return false;
        }
        for (LookupPath path : paths) {
            if (!path.hasConverged(limits.beta())) {
                return false;
            }
        }
        if (goal == StopCondition.CONVERGED) {
            if (!among(limits.paths() * limits.beta()).hasExceeded()) {
                return true;
            }
            goal = StopCondition.CLOSEST;
        }
        int answered = 0;
        Diversity diversity = new Diversity(limits.perGroup());
        for (LookupPeer entry : all) {
            if (mayLive(entry) && diversity.take(entry.group)) {
                if (entry.state != LookupPeer.State.ANSWERED) {
                    return false;
                }
                if (++answered >= limits.k()) {
                    return true;
                }
            }
        }
        return underWay == 0;
    }

    private long cost(Contact contact) {
        long latency = contact.latency() == 0 ? UNKNOWN_LATENCY : contact.latency();
        return latency - target.commonPrefix(contact.key()) * NANOS_PER_BIT;
    }

    /** Whether the lookup has ended; answers that are still under way are of no use any more. */
    public boolean isDone() {
        return ended;
    }

    /** The moment at which {@link #timePassed} is to be called if nothing happens before. */
    public long wakeAt() {
        long earliest = deadline;
        for (LookupPeer entry : all) {
            if (entry.state == LookupPeer.State.ASKED) {
                earliest = Math.min(earliest, entry.deadline);
            }
        }
        return earliest;
    }

    /** The target. */
    public Key target() {
        return target;
    }

    /** The closest peers that have answered, closest first, at most k, and of one IP group only those that count. */
    public List<Contact> closest() {
        Diversity diversity = new Diversity(limits.perGroup());
        return all.stream()
                .filter(entry -> entry.state == LookupPeer.State.ANSWERED && diversity.take(entry.group))
                .limit(limits.k())
                .map(entry -> entry.contact)
                .toList();
    }

    /**
     * As {@link #closest}, without those of IP groups of which there are more than count. The distances of the others are
     * those of chance, also where many ids on few networks surround the target.
     */
    public List<Contact> uncrowded() {
        Diversity diversity = among(limits.k());
        List<Contact> closest = closest();
        return all.stream()
                .filter(entry -> closest.contains(entry.contact) && !diversity.isExceeded(entry.group))
                .map(entry -> entry.contact)
                .toList();
    }

    /** Whether there are more peers of an IP group than count as close to the target as the k closest. */
    public boolean isCrowded() {
        return among(limits.k()).hasExceeded();
    }

    /**
     * The peers that have answered up to the one that is this many-th to count, and those as close that were not asked
     * because enough of their group had answered.
     */
    private Diversity among(int most) {
        Diversity diversity = new Diversity(limits.perGroup());
        LookupPeer last = null;
        int counted = 0;
        for (LookupPeer entry : all) {
            if (entry.state == LookupPeer.State.ANSWERED && diversity.take(entry.group)) {
                last = entry;
                if (++counted >= most) {
                    break;
                }
            }
        }
        if (last != null) {
            all.headSet(last).stream()
                    .filter(entry -> entry.state == LookupPeer.State.NEW)
                    .forEach(entry -> diversity.passOver(entry.group));
        }
        return diversity;
    }

    /** The first k of these peers, of one IP group only those that count, by where others say that they are. */
    public static List<Contact> diverse(Stream<Contact> closestFirst, LookupLimits limits) {
        Diversity diversity = new Diversity(limits.perGroup());
        return closestFirst
                .filter(contact -> diversity.take(Diversity.said(contact.addresses())))
                .limit(limits.k())
                .toList();
    }

    /** The addresses of a peer that was named; empty if no peer named it. */
    public List<Multiaddr> addressesOf(PeerId peer) {
        LookupPeer entry = entries.get(peer);
        return entry == null ? List.of() : entry.contact.addresses();
    }

    /** Requests that were sent. */
    public int requests() {
        return requests;
    }

    /** Requests that were answered. */
    public int answers() {
        return answers;
    }

    /** Requests that failed. */
    public int failures() {
        return failures;
    }

    /** Requests that are under way; at most alpha. */
    public int underWay() {
        return underWay;
    }
}
