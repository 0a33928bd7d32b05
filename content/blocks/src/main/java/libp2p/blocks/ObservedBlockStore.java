package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * A store that tells of what was put into it and of what was removed, for peers that wait for a block and for
 * announcements. Closing it closes the store.
 */
public final class ObservedBlockStore implements BlockStore {
    /** Hears of changes, on the thread that makes them. */
    @FunctionalInterface
    public interface Observer {
        /** A batch was stored; the blocks may have been there before. */
        void stored(List<Multihash> hashes);

        /** Blocks are about to be removed, as far as no lease keeps them. */
        default void removing(Collection<Multihash> hashes) {}

        /** Blocks were removed. */
        default void removed(Collection<Multihash> hashes) {}
    }

    private final BlockStore store;
    private final Observer observer;

    /** Tells the observer of what happens by way of this object. */
    public ObservedBlockStore(BlockStore store, Observer observer) {
        this.store = store;
        this.observer = observer;
    }

    @Override
    public void putAll(List<Block> blocks) throws IOException {
        begin(blocks).await();
    }

    @Override
    public Writing begin(List<Block> blocks) throws IOException {
        Writing writing = store.begin(blocks);
        List<Multihash> hashes = new ArrayList<>(blocks.size());
        blocks.forEach(block -> hashes.add(block.cid().hash()));
        return () -> {
            writing.await();
            observer.stored(hashes);
        };
    }

    @Override
    public boolean givesUnfinished() {
        return store.givesUnfinished();
    }

    @Override
    public byte @Nullable [] find(Cid cid) throws IOException {
        return store.find(cid);
    }

    @Override
    public int size(Cid cid) throws IOException {
        return store.size(cid);
    }

    @Override
    public List<Cid> missing(List<Cid> cids) throws IOException {
        return store.missing(cids);
    }

    @Override
    public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
        observer.removing(hashes);
        List<Multihash> removed = store.delete(hashes);
        if (!removed.isEmpty()) {
            observer.removed(removed);
        }
        return removed;
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        store.forEach(visitor);
    }

    @Override
    public Usage usage() throws IOException {
        return store.usage();
    }

    @Override
    public Lease lease() {
        return store.lease();
    }

    @Override
    public Lease collection() {
        return store.collection();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
