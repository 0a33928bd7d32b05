package libp2p.swarm.connmgr;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.host.Decay;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Values, protections and shelters of peers. Bounded: the peer whose tags were not touched for longest is forgotten
 * first, and connected ones after all others, lest strangers that come and go by the thousand, with a little to show
 * each, have this host forget what its peers have shown. Thread-safe.
 */
final class TagBook {
    private static final class Tag {
        int value;

        @Nullable
        Decay decay;

        long since;

        /** Lets the intervals pass that have passed. */
        void decay(long now) {
            if (decay != null) {
                long interval = decay.interval().toNanos();
                long intervals = (now - since) / interval;
                value = decay.after(value, intervals);
                since += intervals * interval;
            }
        }
    }

    private final Environment environment;
    private final Predicate<PeerId> connected;
    private final int maximumPeers;
    private final int maximumTags;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<PeerId, Map<String, Tag>> tags = new LinkedHashMap<>(16, 0.75f, true);
    private final NamedPeers protections;
    private final NamedPeers shelters;

    /**
     * @param connected whether a peer is connected; called with the lock held
     * @param maximumPeers peers with tags, peers with protections, and peers with shelters
     * @param maximumTags tags, protections and shelters of one peer, of each
     */
    TagBook(Environment environment, Predicate<PeerId> connected, int maximumPeers, int maximumTags) {
        this.environment = environment;
        this.connected = connected;
        this.maximumPeers = maximumPeers;
        this.maximumTags = maximumTags;
        this.protections = new NamedPeers("protected", maximumPeers, maximumTags);
        this.shelters = new NamedPeers("sheltered", maximumPeers, maximumTags);
    }

    void set(PeerId peer, String name, int value) {
        lock.lock();
        try {
            Tag tag = tag(peer, name);
            tag.value = value;
            tag.decay = null;
        } finally {
            lock.unlock();
        }
    }

    /** @param most that the value comes to; one above it stays */
    void bump(PeerId peer, String name, int delta, int most, Decay decay) {
        lock.lock();
        try {
            long now = environment.nanoTime();
            Tag tag = tag(peer, name);
            if (tag.decay == null) {
                tag.decay = decay;
                tag.since = now;
            }
            tag.decay(now);
            tag.value = (int) Math.clamp((long) tag.value + delta, 0, Math.max(most, tag.value));
        } finally {
            lock.unlock();
        }
    }

    private Tag tag(PeerId peer, String name) {
        Map<String, Tag> present = tags.computeIfAbsent(peer, key -> new HashMap<>(4));
        Tag tag = present.get(name);
        if (tag == null) {
            if (present.size() >= maximumTags) {
                throw new IllegalStateException("peer " + peer + " has " + maximumTags + " tags already");
            }
            tag = new Tag();
            present.put(name, tag);
            if (tags.size() > maximumPeers) {
                forgetOne();
            }
        }
        return tag;
    }

    private void forgetOne() {
        for (int looks = tags.size(); looks > 0; looks--) {
            Map.Entry<PeerId, Map<String, Tag>> eldest = tags.pollFirstEntry();
            if (looks == 1 || !connected.test(eldest.getKey())) {
                return;
            }
            tags.put(eldest.getKey(), eldest.getValue()); // behind the others, so that it is not looked at each time
        }
    }

    void remove(PeerId peer, String name) {
        lock.lock();
        try {
            Map<String, Tag> present = tags.get(peer);
            if (present != null && present.remove(name) != null && present.isEmpty()) {
                tags.remove(peer);
            }
        } finally {
            lock.unlock();
        }
    }

    void removeFromAll(String name) {
        lock.lock();
        try {
            tags.values().removeIf(present -> present.remove(name) != null && present.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    int value(PeerId peer) {
        lock.lock();
        try {
            Map<String, Tag> present = tags.get(peer);
            if (present == null) {
                return 0;
            }
            long now = environment.nanoTime();
            long sum = 0;
            for (Tag tag : present.values()) {
                tag.decay(now);
                sum += tag.value;
            }
            present.values().removeIf(tag -> tag.decay != null && tag.value == 0);
            if (present.isEmpty()) {
                tags.remove(peer);
            }
            return (int) Math.clamp(sum, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    void protect(PeerId peer, String name) {
        lock.lock();
        try {
            protections.add(peer, name);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether another protection is still held. */
    boolean unprotect(PeerId peer, String name) {
        lock.lock();
        try {
            return protections.remove(peer, name);
        } finally {
            lock.unlock();
        }
    }

    boolean isProtected(PeerId peer) {
        lock.lock();
        try {
            return protections.contains(peer);
        } finally {
            lock.unlock();
        }
    }

    void shelter(PeerId peer, String name) {
        lock.lock();
        try {
            shelters.add(peer, name);
        } finally {
            lock.unlock();
        }
    }

    void unshelter(PeerId peer, String name) {
        lock.lock();
        try {
            boolean _ = shelters.remove(peer, name);
        } finally {
            lock.unlock();
        }
    }

    boolean isSheltered(PeerId peer) {
        lock.lock();
        try {
            return shelters.contains(peer);
        } finally {
            lock.unlock();
        }
    }
}
