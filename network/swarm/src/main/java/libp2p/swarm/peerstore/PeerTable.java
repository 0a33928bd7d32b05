package libp2p.swarm.peerstore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import libp2p.swarm.peerstore.PeerEntry.Group;
import org.jspecify.annotations.Nullable;

/**
 * The peers that are known, within the bounds: strangers are forgotten first, of those used longest ago the heaviest;
 * peers that this host has reached once when they take more than half; connected ones and those that a user named only
 * when there are no others. Guarded by the lock of the peerstore.
 */
final class PeerTable {
    /** Strangers, used longest ago, of which the heaviest is forgotten. */
    private static final int OLDEST = 16;

    private final PeerstoreLimits limits;
    private final Consumer<PeerId> changed;
    /** By the ordinal of the group. */
    private final List<SequencedMap<PeerId, PeerEntry>> groups = List.of(lru(), lru(), lru());

    private final SequencedMap<PeerId, PeerEntry> withRecord = lru();
    private final long[] weights = new long[Group.values().length];

    /** @param changed hears, with the lock held, which peers were changed or forgotten; must not block */
    PeerTable(PeerstoreLimits limits, Consumer<PeerId> changed) {
        this.limits = limits;
        this.changed = changed;
    }

    private static SequencedMap<PeerId, PeerEntry> lru() {
        return new LinkedHashMap<>(16, 0.75f, true);
    }

    private SequencedMap<PeerId, PeerEntry> group(Group which) {
        return groups.get(which.ordinal());
    }

    /** Finds a peer, which counts as a use. */
    @Nullable
    PeerEntry get(PeerId peer) {
        PeerEntry entry = find(peer);
        if (entry != null && entry.isStored()) {
            entry.unpack();
            if (entry.isEmpty()) {
                remove(peer);
                return null;
            }
            place(peer, entry);
            keepBounds(); // it takes more than it did
        }
        return entry;
    }

    /** Takes a peer from the disk; false if its time is over. */
    boolean restore(PeerId peer, PeerEntry entry, long now) {
        if (entry.isOver(now)) {
            return false;
        }
        place(peer, entry);
        keepBounds();
        return true;
    }

    /** Takes over what was changed in an entry, which may be new, and forgets what is over the bounds. */
    void settle(PeerId peer, PeerEntry entry, long now) {
        entry.expire(now);
        if (entry.isEmpty()) {
            remove(peer);
            return;
        }
        place(peer, entry);
        changed.accept(peer);
        keepBounds();
    }

    private void place(PeerId peer, PeerEntry entry) {
        Group now = entry.currentGroup();
        if (now != Group.PINNED) {
            entry.cut(limits.strangerBytes());
        }
        if (group(entry.group).remove(peer) != null) {
            weights[entry.group.ordinal()] -= entry.counted;
            weights[now.ordinal()] += entry.counted;
        }
        entry.group = now;
        group(now).put(peer, entry);
        count(peer, entry);
    }

    private void keepBounds() {
        while (size() > limits.peers() || weight() > limits.bytes()) {
            remove(leastUseful());
        }
        while (withRecord.size() > limits.records()) {
            Map.Entry<PeerId, PeerEntry> eldest = withRecord.firstEntry();
            eldest.getValue().forgetRecord();
            count(eldest.getKey(), eldest.getValue());
            changed.accept(eldest.getKey());
        }
    }

    private PeerId leastUseful() {
        SequencedMap<PeerId, PeerEntry> strangers = group(Group.STRANGERS);
        SequencedMap<PeerId, PeerEntry> reached = group(Group.REACHED);
        boolean reachedHaveMore = reached.size() > limits.peers() / 2
                || weights[Group.REACHED.ordinal()] > limits.bytes() / 2
                || strangers.isEmpty();
        if (!reached.isEmpty() && reachedHaveMore) {
            return reached.firstEntry().getKey();
        }
        return strangers.isEmpty() ? group(Group.PINNED).firstEntry().getKey() : heaviest(strangers);
    }

    private static PeerId heaviest(SequencedMap<PeerId, PeerEntry> strangers) {
        return strangers.entrySet().stream()
                .limit(OLDEST)
                .max(Comparator.comparingInt(entry -> entry.getValue().counted))
                .orElseThrow()
                .getKey();
    }

    private void count(PeerId peer, PeerEntry entry) {
        int now = entry.weight();
        weights[entry.group.ordinal()] += now - entry.counted;
        entry.counted = now;
        if (entry.hasRecord()) {
            withRecord.put(peer, entry);
        } else if (entry.countedRecord) {
            withRecord.remove(peer);
        }
        entry.countedRecord = entry.hasRecord();
    }

    void remove(PeerId peer) {
        PeerEntry entry = find(peer);
        if (entry != null) {
            group(entry.group).remove(peer);
            weights[entry.group.ordinal()] -= entry.counted;
            entry.counted = 0;
            entry.countedRecord = false;
            withRecord.remove(peer);
            changed.accept(peer);
        }
    }

    private @Nullable PeerEntry find(PeerId peer) {
        for (SequencedMap<PeerId, PeerEntry> group : groups) {
            PeerEntry entry = group.get(peer);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }

    /** All peers about which something is known now, sorted. */
    List<PeerId> peers(long now) {
        List<PeerId> peers = new ArrayList<>(size());
        for (SequencedMap<PeerId, PeerEntry> group : groups) {
            group.forEach((peer, entry) -> {
                if (!entry.isOver(now)) {
                    peers.add(peer);
                }
            });
        }
        peers.sort(null);
        return peers;
    }

    int size() {
        int size = 0;
        for (SequencedMap<PeerId, PeerEntry> group : groups) {
            size += group.size();
        }
        return size;
    }

    int records() {
        return withRecord.size();
    }

    /** Bytes of heap, about. */
    long weight() {
        return Arrays.stream(weights).sum();
    }

    void clear() {
        groups.forEach(Map::clear);
        withRecord.clear();
        Arrays.fill(weights, 0);
    }
}
