package libp2p.bitswap;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.ipld.Block;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The data of blocks that a session has asked for ahead of its reader, so that the store need not read them again. The
 * sessions of a host share a budget; what has come first is what a reader wants first, so a block that finds no room is
 * left to the store. Each is given once. Thread-safe; a session adds none once it has cleared it.
 */
final class UnreadBlocks {
    /** Bytes that the sessions of a host may hold. Thread-safe. */
    static final class Budget {
        private final AtomicLong free;

        Budget(long bytes) {
            free = new AtomicLong(bytes);
        }

        private boolean take(int bytes) {
            return free.getAndUpdate(left -> left < bytes ? left : left - bytes) >= bytes;
        }

        private void giveBack(int bytes) {
            free.addAndGet(bytes);
        }

        long free() {
            return free.get();
        }
    }

    private final Budget budget;
    private final Map<Multihash, byte[]> data = new ConcurrentHashMap<>();

    UnreadBlocks(Budget budget) {
        this.budget = budget;
    }

    /** A block has come for which no reader waits. */
    void add(Block block) {
        int cost = cost(block.data());
        if (budget.take(cost) && data.putIfAbsent(block.cid().hash(), block.data()) != null) {
            budget.giveBack(cost);
        }
    }

    /** The data of a block, which is forgotten here; or null. */
    byte @Nullable [] take(Multihash hash) {
        byte[] taken = data.remove(hash);
        if (taken != null) {
            budget.giveBack(cost(taken));
        }
        return taken;
    }

    void clear() {
        data.keySet().forEach(this::take);
    }

    private static int cost(byte[] block) {
        return block.length + ReceivedBlockWriter.OVERHEAD;
    }
}
