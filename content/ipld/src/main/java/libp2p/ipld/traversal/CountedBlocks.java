package libp2p.ipld.traversal;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;

/**
 * Blocks within the budget of a request. Each is counted as often as it is reached: a file of few blocks may reach them
 * on more ways than anything can walk. One thread at a time.
 */
public final class CountedBlocks implements BlockSource {
    private final BlockSource source;
    private final Budget budget;
    private long blocks;
    private long bytes;

    /** @param budget of which blocks and bytes count */
    public CountedBlocks(BlockSource source, Budget budget) {
        this.source = source;
        this.budget = budget;
    }

    @Override
    public byte[] get(Cid cid) throws IOException {
        byte[] data = source.get(cid);
        blocks++;
        bytes += data.length;
        budget.check(blocks, bytes, 0, cid);
        return data;
    }

    @Override
    public void prefetch(List<Cid> cids) {
        source.prefetch(cids);
    }
}
