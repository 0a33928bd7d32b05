package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;

/**
 * The blocks that a store gave to a task that will acknowledge them. {@link BlockStore#find} gives a block that another
 * task has begun to store, and that task may fail: {@link #settle} waits for such blocks, and stores them itself where
 * that is needed. Costs nothing over a store without a half way. Thread-safe.
 */
public final class GivenBlocks {
    private static final int AT_ONCE = 1_024;
    private static final int PENDING = 65_536;

    private final BlockStore store;
    private final BlockSource again;
    private final boolean needed;
    private final ReentrantLock lock = new ReentrantLock();
    /** Given, and not known to be durable. */
    private Set<Cid> given = new LinkedHashSet<>();

    private int next = AT_ONCE;

    /**
     * Nothing was given yet.
     *
     * @param again gives a block again that the store has not kept: from the store, or from where it comes from
     */
    public GivenBlocks(BlockStore store, BlockSource again) {
        this.store = store;
        this.again = again;
        needed = store.givesUnfinished();
    }

    /**
     * A block was given. The store is asked about many at once; blocks for the disk then.
     *
     * @throws IOException if one of them cannot be got again, or not be stored
     */
    public void add(Cid cid) throws IOException {
        if (!needed || Block.isInherent(cid)) {
            return;
        }
        List<Cid> asked;
        lock.lock();
        try {
            given.add(cid);
            if (given.size() < next) {
                return;
            }
            asked = take();
        } finally {
            lock.unlock();
        }
        List<Cid> missing = store.missing(asked);
        if (missing.size() > PENDING) {
            store(missing);
            missing = List.of();
        }
        lock.lock();
        try {
            given.addAll(missing);
            next = 2 * given.size() + AT_ONCE;
        } finally {
            lock.unlock();
        }
    }

    private List<Cid> take() {
        List<Cid> taken = List.copyOf(given);
        given = new LinkedHashSet<>();
        return taken;
    }

    /**
     * Makes every block that was given durable; blocks for the disk.
     *
     * @throws IOException if one of them cannot be got again, or not be stored
     */
    public void settle() throws IOException {
        List<Cid> taken;
        lock.lock();
        try {
            taken = take();
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < taken.size(); i += AT_ONCE) {
            store(store.missing(taken.subList(i, Math.min(taken.size(), i + AT_ONCE))));
        }
    }

    /** How many blocks are not known to be durable. */
    int remembered() {
        lock.lock();
        try {
            return given.size();
        } finally {
            lock.unlock();
        }
    }

    private void store(List<Cid> missing) throws IOException {
        List<BlockStore.Writing> begun = new ArrayList<>();
        for (Cid cid : missing) {
            begun.add(store.begin(List.of(Block.trusted(cid, again.get(cid)))));
        }
        for (BlockStore.Writing writing : begun) {
            writing.await();
        }
    }
}
