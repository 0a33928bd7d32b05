package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** A store that tells of what was put into it, for peers that wait for a block. Closing it closes the store. */
public final class ObservedBlockStore implements BlockStore {
    private final BlockStore store;
    private final Consumer<List<Multihash>> observer;

    /** @param observer hears of the hashes of each batch that was stored, on the thread of the writer */
    public ObservedBlockStore(BlockStore store, Consumer<List<Multihash>> observer) {
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
            observer.accept(hashes);
        };
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
    public void delete(Collection<Multihash> hashes) throws IOException {
        store.delete(hashes);
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
    public void close() throws IOException {
        store.close();
    }
}
