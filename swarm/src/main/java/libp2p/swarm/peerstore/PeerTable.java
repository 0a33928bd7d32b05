package libp2p.swarm.peerstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * The peers that are known, within the bounds: of those that nobody needs now the one used longest ago is forgotten first;
 * connected ones and those that a user named only when there are no others. Guarded by the lock of the peerstore.
 */
final class PeerTable {
    private final MemoryPeerstore.Limits limits;
    private final Consumer<PeerId> changed;
    private final SequencedMap<PeerId, PeerEntry> pinned = lru();
    private final SequencedMap<PeerId, PeerEntry> others = lru();
    private final SequencedMap<PeerId, PeerEntry> withRecord = lru();
    private long weight;

    /** @param changed hears, with the lock held, which peers were changed or forgotten; must not block */
    PeerTable(MemoryPeerstore.Limits limits, Consumer<PeerId> changed) {
        this.limits = limits;
        this.changed = changed;
    }

    private static SequencedMap<PeerId, PeerEntry> lru() {
        return new LinkedHashMap<>(16, 0.75f, true);
    }

    /** Finds a peer, which counts as a use. */
    @Nullable
    PeerEntry get(PeerId peer) {
        PeerEntry entry = others.get(peer);
        if (entry == null) {
            entry = pinned.get(peer);
        }
        if (entry != null && entry.isStored()) {
            entry.unpack();
            if (entry.isEmpty()) {
                remove(peer);
                return null;
            }
            count(peer, entry);
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
        entry.pinned = entry.isPinned();
        (entry.pinned ? others : pinned).remove(peer);
        (entry.pinned ? pinned : others).put(peer, entry);
        count(peer, entry);
    }

    private void keepBounds() {
        while (size() > limits.peers() || weight > limits.bytes()) {
            remove((others.isEmpty() ? pinned : others).firstEntry().getKey());
        }
        while (withRecord.size() > limits.records()) {
            Map.Entry<PeerId, PeerEntry> eldest = withRecord.firstEntry();
            eldest.getValue().forgetRecord();
            count(eldest.getKey(), eldest.getValue());
            changed.accept(eldest.getKey());
        }
    }

    private void count(PeerId peer, PeerEntry entry) {
        int now = entry.weight();
        weight += now - entry.counted;
        entry.counted = now;
        if (entry.hasRecord()) {
            withRecord.put(peer, entry);
        } else if (entry.countedRecord) {
            withRecord.remove(peer);
        }
        entry.countedRecord = entry.hasRecord();
    }

    void remove(PeerId peer) {
        PeerEntry entry = others.remove(peer);
        if (entry == null) {
            entry = pinned.remove(peer);
        }
        if (entry != null) {
            weight -= entry.counted;
            entry.counted = 0;
            entry.countedRecord = false;
            withRecord.remove(peer);
            changed.accept(peer);
        }
    }

    /** All peers about which something is known now, sorted. */
    List<PeerId> peers(long now) {
        List<PeerId> peers = new ArrayList<>(size());
        for (SequencedMap<PeerId, PeerEntry> map : List.of(pinned, others)) {
            map.forEach((peer, entry) -> {
                if (!entry.isOver(now)) {
                    peers.add(peer);
                }
            });
        }
        peers.sort(null);
        return peers;
    }

    int size() {
        return pinned.size() + others.size();
    }

    int records() {
        return withRecord.size();
    }

    /** Bytes of heap, about. */
    long weight() {
        return weight;
    }

    void clear() {
        pinned.clear();
        others.clear();
        withRecord.clear();
        weight = 0;
    }
}
