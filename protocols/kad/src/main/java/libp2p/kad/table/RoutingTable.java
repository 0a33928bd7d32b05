package libp2p.kad.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import libp2p.core.identity.PeerId;
import libp2p.kad.key.Key;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * The routing table: up to k servers for every length of prefix that they share with this host. A peer that is in and answers stays: a
 * newcomer never takes the place of a peer that lives, it waits until one is found dead. Of one IP group only a few are
 * let in, so that many ids on few networks do not fill the table (specification of the IPFS DHT, "Replacement Policy").
 * Thread-safe; no method blocks. Times are monotonic nanoseconds of the caller's clock.
 */
public final class RoutingTable {
    /** The outcome of offering a peer. */
    public enum Offer {
        /** It is in now. */
        ADDED,
        /** It was in; it is noted that it lives. */
        KNOWN,
        /** Its bucket is full; it waits for a place. */
        WAITING,
        /** Its IP group has its share. */
        TOO_MANY_ALIKE,
        /** It is this host. */
        SELF
    }

    private final Key self;
    private final TableLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final KBucket[] buckets = new KBucket[Key.BITS];
    private final Map<PeerId, KBucket.Member> members = new HashMap<>();
    private final Map<Subnet, Integer> groups = new HashMap<>();

    /** @param self the place of this host */
    public RoutingTable(Key self, TableLimits limits) {
        this.self = self;
        this.limits = limits;
    }

    /**
     * Offers a server that has just answered from where it says that it is.
     *
     * @param addresses where it is; those beyond the limit are left out
     */
    public Offer offer(PeerId id, List<Multiaddr> addresses, long now) {
        return offer(id, addresses, addresses, now);
    }

    /**
     * As {@link #offer(PeerId, List, long)}.
     *
     * @param seen where its connections come from, which alone counts for its IP groups: those that it names may be those of
     *     others, which it would shut out
     */
    public Offer offer(PeerId id, List<Multiaddr> addresses, List<Multiaddr> seen, long now) {
        Key key = Key.of(id);
        int shared = self.commonPrefix(key);
        if (shared == Key.BITS) {
            return Offer.SELF;
        }
        List<Multiaddr> kept = List.copyOf(addresses.subList(0, Math.min(addresses.size(), limits.addresses())));
        lock.lock();
        try {
            KBucket.Member known = members.get(id);
            if (known != null) {
                known.lastAnswer = now;
                if (!kept.isEmpty()) {
                    known.addresses = kept;
                }
                return Offer.KNOWN;
            }
            KBucket bucket = bucket(shared);
            KBucket.Member candidate = new KBucket.Member(id, key, kept, IpGroups.of(seen), now);
            if (!isDiverse(bucket, candidate)) {
                return Offer.TOO_MANY_ALIKE;
            }
            if (bucket.size() >= limits.k()) {
                bucket.await(candidate, limits.replacements());
                return Offer.WAITING;
            }
            add(bucket, candidate);
            return Offer.ADDED;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a peer would be let in if it answered: it is not in, and its bucket and its IP groups have room.
     *
     * @param seen where its connections come from
     */
    public boolean hasRoomFor(PeerId id, List<Multiaddr> seen, long now) {
        Key key = Key.of(id);
        int shared = self.commonPrefix(key);
        lock.lock();
        try {
            if (shared == Key.BITS || members.containsKey(id)) {
                return false;
            }
            KBucket bucket = bucket(shared);
            return bucket.size() < limits.k()
                    && isDiverse(bucket, new KBucket.Member(id, key, List.of(), IpGroups.of(seen), now));
        } finally {
            lock.unlock();
        }
    }

    private KBucket bucket(int shared) {
        KBucket bucket = buckets[shared];
        if (bucket == null) {
            bucket = new KBucket();
            buckets[shared] = bucket;
        }
        return bucket;
    }

    private boolean isDiverse(KBucket bucket, KBucket.Member candidate) {
        return candidate.groups.stream().allMatch(group -> groups.getOrDefault(group, 0) < limits.perGroup())
                && bucket.hasRoomInGroups(candidate, limits.perGroupInBucket());
    }

    private void add(KBucket bucket, KBucket.Member member) {
        bucket.forget(member.id);
        bucket.add(member);
        members.put(member.id, member);
        member.groups.forEach(group -> groups.merge(group, 1, Integer::sum));
    }

    /**
     * Notes that a peer answered; nothing happens if it is not in the table.
     *
     * @param latency of the answer in nanoseconds, or 0 if it was not measured
     */
    public void answered(PeerId id, long latency, long now) {
        lock.lock();
        try {
            KBucket.Member member = members.get(id);
            if (member != null) {
                member.lastAnswer = now;
                if (latency > 0) {
                    member.latency = member.latency == 0 ? latency : (4 * member.latency + latency) / 5;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes out a peer that is dead, or no server any more; the one that was heard of last of those that wait for the
     * bucket comes in for it.
     *
     * @return whether it was in the table
     */
    public boolean remove(PeerId id) {
        lock.lock();
        try {
            Key key = Key.of(id);
            int shared = self.commonPrefix(key);
            KBucket bucket = shared == Key.BITS ? null : buckets[shared];
            if (bucket == null) {
                return false;
            }
            bucket.forget(id);
            KBucket.Member member = members.remove(id);
            if (member == null || !bucket.remove(member)) {
                return false;
            }
            member.groups.forEach(
                    group -> groups.computeIfPresent(group, (name, count) -> count > 1 ? count - 1 : null));
            for (KBucket.Member candidate : bucket.candidates()) {
                if (isDiverse(bucket, candidate)) {
                    add(bucket, candidate);
                    break;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a peer is in the table. */
    public boolean contains(PeerId id) {
        lock.lock();
        try {
            return members.containsKey(id);
        } finally {
            lock.unlock();
        }
    }

    /** A peer of the table, or null. */
    public @Nullable TablePeer find(PeerId id) {
        lock.lock();
        try {
            KBucket.Member member = members.get(id);
            return member == null ? null : member.snapshot();
        } finally {
            lock.unlock();
        }
    }

    /** The number of peers. */
    public int size() {
        lock.lock();
        try {
            return members.size();
        } finally {
            lock.unlock();
        }
    }

    /** The peers closest to a target, and as many others at random, from all of the table. */
    public List<TablePeer> spread(Key target, int count, RandomGenerator random) {
        List<TablePeer> near = closest(target, count);
        Set<PeerId> ids = near.stream().map(TablePeer::id).collect(Collectors.toSet());
        List<TablePeer> others = new ArrayList<>(peers());
        others.removeIf(peer -> ids.contains(peer.id()));
        Collections.shuffle(others, random);
        return Stream.concat(near.stream(), others.stream().limit(count)).toList();
    }

    /** The peers closest to a key, closest first, at most {@code count}. */
    public List<TablePeer> closest(Key target, int count) {
        int shared = self.commonPrefix(target);
        List<KBucket.Member> found = new ArrayList<>();
        lock.lock();
        try {
            // With the target share: a bucket's length more than this host does those of its own bucket; as much those
            // of all
            // longer prefixes; less, each as much as its length, those of the shorter ones.
            if (shared < Key.BITS) {
                append(found, target, shared, shared + 1);
            }
            if (found.size() < count) {
                append(found, target, Math.min(shared + 1, Key.BITS), Key.BITS);
            }
            for (int length = Math.min(shared, Key.BITS) - 1; length >= 0 && found.size() < count; length--) {
                append(found, target, length, length + 1);
            }
            return found.stream().limit(count).map(KBucket.Member::snapshot).toList();
        } finally {
            lock.unlock();
        }
    }

    private void append(List<KBucket.Member> found, Key target, int from, int to) {
        int before = found.size();
        for (int length = from; length < to; length++) {
            KBucket bucket = buckets[length];
            if (bucket != null) {
                found.addAll(bucket.members());
            }
        }
        found.subList(before, found.size()).sort(Comparator.comparing(member -> member.key, target::compareDistances));
    }

    /** All peers, those that share the least with this host first. */
    public List<TablePeer> peers() {
        List<TablePeer> all = new ArrayList<>();
        lock.lock();
        try {
            for (KBucket bucket : buckets) {
                if (bucket != null) {
                    bucket.members().forEach(member -> all.add(member.snapshot()));
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** The peers that have not shown for a while that they live, the quietest first; they are to be asked. */
    public List<TablePeer> stale(long now) {
        return peers().stream()
                .filter(peer -> now - peer.lastAnswer() >= limits.stale().toNanos())
                .sorted(Comparator.comparingLong(TablePeer::lastAnswer))
                .toList();
    }

    /**
     * The peer that is to be asked before one that waits may hope for its place, or null if all have answered lately.
     */
    public @Nullable TablePeer suspect(PeerId waiting, long now) {
        int shared = self.commonPrefix(Key.of(waiting));
        lock.lock();
        try {
            KBucket bucket = shared == Key.BITS ? null : buckets[shared];
            KBucket.Member quietest = bucket == null ? null : bucket.quietest();
            return quietest != null
                            && now - quietest.lastAnswer >= limits.stale().toNanos()
                    ? quietest.snapshot()
                    : null;
        } finally {
            lock.unlock();
        }
    }

    /** The number of peers that share exactly so many bits with this host. */
    public int sizeOf(int shared) {
        lock.lock();
        try {
            KBucket bucket = buckets[shared];
            return bucket == null ? 0 : bucket.size();
        } finally {
            lock.unlock();
        }
    }

    /** The longest prefix that a peer of the table shares with this host, or -1 if it is empty. */
    public int longestPrefix() {
        for (int shared = Key.BITS - 1; shared >= 0; shared--) {
            if (sizeOf(shared) > 0) {
                return shared;
            }
        }
        return -1;
    }
}
