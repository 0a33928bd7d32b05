package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.ipld.ContentException;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Multihash;

/**
 * Removes the blocks that no pin keeps, while others read and write: what is put, or wanted by a writer, after a
 * collection has begun stays, and so does everything that writers have put whose {@linkplain BlockStore#lease leases}
 * were open then.
 */
public final class GarbageCollector {
    private static final int DELETED_AT_ONCE = 16_384;

    private final BlockStore store;
    private final Pins pins;

    /** Removes from a store what is below no pin. */
    public GarbageCollector(BlockStore store, Pins pins) {
        this.store = store;
        this.pins = pins;
    }

    /**
     * The outcome of a collection.
     *
     * @param removed blocks
     * @param removedBytes of their content
     * @param kept blocks that are below a pin
     */
    public record Result(long removed, long removedBytes, long kept) {}

    /**
     * Marks what the pins keep and removes the rest; blocks. A block that is missing below a recursive pin ends it
     * before anything is removed.
     */
    public Result collect() throws IOException {
        HashSet64 live = new HashSet64();
        try (BlockStore.Lease lease = store.lease()) {
            List<Multihash> dead = new ArrayList<>();
            long[] counts = new long[3];
            mark(live);
            store.forEach((hash, size) -> {
                if (live.contains(HashSet64.key(hash))) {
                    counts[2]++;
                } else {
                    counts[0]++;
                    counts[1] += size;
                    dead.add(hash);
                    if (dead.size() == DELETED_AT_ONCE) {
                        store.delete(dead);
                        dead.clear();
                    }
                }
            });
            store.delete(dead);
            return new Result(counts[0], counts[1], counts[2]);
        }
    }

    private void mark(HashSet64 live) throws IOException {
        for (Pins.Pin pin : pins.list()) {
            live.add(HashSet64.key(pin.cid().hash()));
            if (pin.kind() == Pins.Kind.RECURSIVE) {
                try {
                    new DagWalk(store::get, Budget.OWN)
                            .walk(
                                    pin.cid(),
                                    block -> live.add(HashSet64.key(block.cid().hash())));
                } catch (IOException e) {
                    throw new ContentException(
                            "nothing was removed, since the pin " + pin.cid() + " is not whole: " + e.getMessage(), e);
                }
            }
        }
    }
}
