package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Finds where blocks stand: first in the memory of the index, then in its datastore, which is asked only if it has
 * anything. Shares the lock of the store, which callers do not hold. Thread-safe.
 */
final class LocationIndex {
    /** Fails once the store is closed; called with the lock held. */
    @FunctionalInterface
    interface Open {
        void check() throws IOException;
    }

    /**
     * Locations of blocks.
     *
     * @param saves of the index before the places were looked for: a change that memory had then may be in the
     *     datastore alone after another
     */
    record Found(Map<Multihash, Location> locations, long saves) {}

    private final Environment environment;
    private final BlockIndex index;
    private final ReentrantLock lock;
    private final Open open;
    /** Blocks that stand in the file and are not durable yet. */
    private final Map<Multihash, Location> appended = new HashMap<>();

    LocationIndex(Environment environment, BlockIndex index, ReentrantLock lock, Open open) {
        this.environment = environment;
        this.index = index;
        this.lock = lock;
        this.open = open;
    }

    /** The place of a block, or null if it is not here; blocks for the disk. */
    @Nullable
    Location locate(Multihash hash) throws IOException {
        lock.lock();
        try {
            open.check();
            Location recent = index.recent(hash);
            if (recent != null) {
                return recent.isPresent() ? recent : null;
            }
        } finally {
            lock.unlock();
        }
        return lookUp(hash);
    }

    /** A block stands in the file, and can be read from there; called with the lock held. */
    void append(Multihash hash, Location location) {
        appended.put(hash, location);
    }

    /** A block that was appended is durable, or given up; called with the lock held. */
    void settle(Multihash hash, Location location) {
        appended.remove(hash, location);
    }

    /**
     * Where the data of a block can be read, or null if it is not here; blocks for the disk. Gives also the places of
     * blocks that the disk may still lose, which {@link #locate} does not know.
     */
    @Nullable
    Location readable(Multihash hash) throws IOException {
        lock.lock();
        try {
            open.check();
            Location written = appended.get(hash);
            if (written != null) {
                return written;
            }
        } finally {
            lock.unlock();
        }
        return locate(hash);
    }

    /** The places of those that are here; blocks for the disk, in one visit to the platform pool. */
    Found locateAll(Collection<Multihash> hashes) throws IOException {
        long saves;
        lock.lock();
        try {
            saves = index.saves();
        } finally {
            lock.unlock();
        }
        return new Found(lookUpAll(hashes), saves);
    }

    /** Asks memory, the datastore for what memory does not know, and then memory again. */
    private Map<Multihash, Location> lookUpAll(Collection<Multihash> hashes) throws IOException {
        List<Multihash> asked = new ArrayList<>();
        Map<Multihash, Location> before = new HashMap<>();
        lock.lock();
        try {
            open.check();
            for (Multihash hash : hashes) {
                Location recent = index.recent(hash);
                if (recent != null) {
                    before.put(hash, recent); // memory may forget it meanwhile, when the datastore has it
                } else if (!index.isUnwritten()) {
                    asked.add(hash);
                }
            }
        } finally {
            lock.unlock();
        }
        if (!asked.isEmpty()) {
            before.putAll(LogWriter.offload(environment, () -> index.storedAll(asked)));
        }
        Map<Multihash, Location> locations = new HashMap<>();
        lock.lock();
        try {
            for (Multihash hash : hashes) {
                Location recent = index.recent(hash);
                Location location = recent == null ? before.get(hash) : recent;
                if (location != null && location.isPresent()) {
                    locations.put(hash, location);
                }
            }
        } finally {
            lock.unlock();
        }
        return locations;
    }

    /** Asks the datastore, and then memory again, where a change may have been put meanwhile. */
    private @Nullable Location lookUp(Multihash hash) throws IOException {
        Location stored = index.stored(hash);
        lock.lock();
        try {
            Location recent = index.recent(hash);
            Location location = recent == null ? stored : recent;
            return location != null && location.isPresent() ? location : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Forgets a place at which a block cannot be read, unless the block has another by now; blocks for the disk.
     *
     * @param before is run before with the lock held: once the index knows nothing of the place, nothing finds the damage
     */
    boolean forget(Multihash hash, Location lost, Runnable before) throws IOException {
        while (true) {
            Found found = locateAll(List.of(hash));
            lock.lock();
            try {
                if (index.saves() == found.saves()) {
                    Location recent = index.recent(hash);
                    boolean isThere =
                            lost.equals(recent == null ? found.locations().get(hash) : recent);
                    if (isThere) {
                        before.run();
                        index.set(hash, lost, Location.REMOVED);
                    }
                    return isThere;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether memory alone knows that a block is not here. */
    boolean isSurelyAbsent(Multihash hash) throws IOException {
        lock.lock();
        try {
            open.check();
            if (appended.containsKey(hash)) {
                return false;
            }
            Location recent = index.recent(hash);
            return recent == null ? index.isUnwritten() : !recent.isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Leaves those that are not here; the datastore is asked for all of them in one visit to the platform pool. */
    void removePresent(Set<Multihash> hashes) throws IOException {
        hashes.removeAll(lookUpAll(hashes).keySet());
    }
}
