package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.ipld.codec.Codec;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
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
     * A pin that is not whole, but of which everything is known that it keeps.
     *
     * @param pin of which blocks are missing
     * @param missing the first block that is not here, in the order of links
     */
    public record BrokenPin(Pins.Pin pin, Cid missing) {}

    /**
     * Marks what the pins keep and removes the rest; blocks.
     *
     * @throws IOException if a block cannot be read although it is here, if pins are missing ({@link Pins#doubt}), or if
     *     a pin lacks a block that may have links: what is below it cannot be told from what no pin keeps; nothing was
     *     removed then
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
        try (BlockStore.Lease lease = store.collection()) {
            Map<Multihash, Integer> dead = new HashMap<>();
            long[] counts = new long[3];
            List<BrokenPin> broken = mark(live, listener);
            store.forEach((hash, size) -> {
                listener.visited();
                if (live.contains(HashSet64.key(hash))) {
                    counts[2]++;
                } else {
                    dead.put(hash, size);
                    if (dead.size() == DELETED_AT_ONCE) {
                        remove(dead, counts, listener);
                    }
                }
            });
            remove(dead, counts, listener);
            return new Result(counts[0], counts[1], counts[2], broken);
        }
    }

    /** Removes blocks that no pin keeps, and counts those that no lease keeps either. */
    private void remove(Map<Multihash, Integer> dead, long[] counts, Listener listener) throws IOException {
        for (Multihash hash : store.delete(dead.keySet())) {
            counts[0]++;
            counts[1] += dead.getOrDefault(hash, 0);
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
                if (pin.kind() == Pins.Kind.RECURSIVE && mayHaveLinks(cid) && store.find(cid) == null) {
                    throw new IOException("nothing was removed: of the pin " + pin.cid() + " the block " + cid
                            + " is not here, and what is below it may be here and cannot be told from what no pin keeps;"
                            + " fetch the block again, or remove the pin");
                }
                missing[0] = missing[0] == null ? cid : missing[0];
            });
            if (missing[0] != null) {
                broken.add(new BrokenPin(pin, missing[0]));
            }
        }
        return broken;
    }

    private static boolean mayHaveLinks(Cid cid) {
        return cid.codec() != Multicodec.RAW && Codec.of(cid.codec()) != null;
    }

    private static void add(Cid cid, HashSet64 live, Listener listener) throws IOException {
        listener.visited();
        live.add(HashSet64.key(cid.hash()));
    }
}
