package libp2p.ipld;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.multiformats.Cid;

/** Blocks in memory, and what was asked of them. */
public final class MemoryBlocks implements BlockSource, BlockSink {
    public final Map<Cid, byte[]> blocks = new HashMap<>();
    public final List<Cid> asked = new ArrayList<>();
    public int peakBytes;

    @Override
    public byte[] get(Cid cid) throws IOException {
        asked.add(cid);
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        byte[] data = blocks.get(cid);
        if (data == null) {
            throw new BlockNotFoundException(cid, "not in memory");
        }
        return data;
    }

    @Override
    public void put(Block block) {
        blocks.put(block.cid(), block.data());
    }
}
