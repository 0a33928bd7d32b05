package libp2p.stores;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;

/**
 * Blocks that a store has and that do not fit their hashes: they count as missing, so that they are got and put again,
 * which heals them. The most recent ones are remembered; the others are found again when they are read. Thread-safe.
 */
final class LostBlocks {
    private static final int MOST = 65_536;

    private final String store;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<Multihash> lost = new LinkedHashSet<>();

    /** @param store how messages call it */
    LostBlocks(String store) {
        this.store = store;
    }

    void add(Multihash hash, String place, Exception reason) {
        boolean added;
        lock.lock();
        try {
            added = lost.add(hash);
            if (lost.size() > MOST) {
                Iterator<Multihash> oldest = lost.iterator();
                oldest.next();
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
        if (added) {
            System.getLogger(LostBlocks.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            () -> store + ": block " + hash + " at " + place
                                    + " is damaged and counts as missing until it is put again: "
                                    + reason.getMessage());
        }
    }

    boolean has(Multihash hash) {
        lock.lock();
        try {
            return lost.contains(hash);
        } finally {
            lock.unlock();
        }
    }

    /** Blocks are whole again. */
    void healed(Collection<Block> blocks) {
        lock.lock();
        try {
            if (!lost.isEmpty()) {
                blocks.forEach(block -> lost.remove(block.cid().hash()));
            }
        } finally {
            lock.unlock();
        }
    }
}
