package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * The garbage collection: removes the blocks that no pin keeps, while others read, write and pin: what is put, wanted by a writer, or pinned
 * after a collection has begun stays, and so does everything that {@linkplain BlockStore#lease leases} keep that were
 * open then.
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
     * @param broken pins of which blocks are missing; what can be reached of them was kept
     */
    public record Result(long removed, long removedBytes, long kept, List<BrokenPin> broken) {}

    /**
     * A pin that is not whole.
     *
     * @param pin of which blocks are missing
     * @param missing the first block that is not here, in the order of links; what was below it cannot be told from
     *     what no pin keeps, unless it can be reached on another way
     */
    public record BrokenPin(Pins.Pin pin, Cid missing) {}

    /**
     * Marks what the pins keep and removes the rest; blocks.
     *
     * @throws IOException if a block cannot be read although it is here, or if pins are missing ({@link Pins#doubt});
     *     nothing was removed then
     */
    public Result collect() throws IOException {
        return collect(new Listener() {});
    }

    /** Hears of a collection as it goes on; what it throws ends that, and what is not pinned goes with the next one. */
    public interface Listener {
        /** A block was looked at. */
        default void visited() throws IOException {}

        /** A block was removed. */
        default void removed(Multihash hash) throws IOException {}
    }

    /** As {@link #collect()}, telling a listener. */
    public Result collect(Listener listener) throws IOException {
        HashSet64 live = new HashSet64();
        try (BlockStore.Lease lease = store.lease()) {
            List<Multihash> dead = new ArrayList<>();
            long[] counts = new long[3];
            List<BrokenPin> broken = mark(live, listener);
            store.forEach((hash, size) -> {
                listener.visited();
                if (live.contains(HashSet64.key(hash))) {
                    counts[2]++;
                } else {
                    counts[0]++;
                    counts[1] += size;
                    dead.add(hash);
                    if (dead.size() == DELETED_AT_ONCE) {
                        remove(dead, listener);
                    }
                }
            });
            remove(dead, listener);
            return new Result(counts[0], counts[1], counts[2], broken);
        }
    }

    private void remove(List<Multihash> dead, Listener listener) throws IOException {
        store.delete(dead);
        for (Multihash hash : dead) {
            listener.removed(hash);
        }
        dead.clear();
    }

    private List<BrokenPin> mark(HashSet64 live, Listener listener) throws IOException {
        List<BrokenPin> broken = new ArrayList<>();
        for (Pins.Pin pin : pins.relied()) {
            @Nullable Cid[] missing = new Cid[1];
            new ReachableBlocks(store).of(pin.cid(), pin.kind(), cid -> add(cid, live, listener), (cid, reason) -> {
                live.add(HashSet64.key(cid.hash())); // it may come meanwhile
                missing[0] = missing[0] == null ? cid : missing[0];
            });
            if (missing[0] != null) {
                broken.add(new BrokenPin(pin, missing[0]));
            }
        }
        return broken;
    }

    private static void add(Cid cid, HashSet64 live, Listener listener) throws IOException {
        listener.visited();
        live.add(HashSet64.key(cid.hash()));
    }
}
