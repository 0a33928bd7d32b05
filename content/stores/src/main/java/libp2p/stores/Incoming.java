package libp2p.stores;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.Block;

/** Blocks on their way into a store that others share. */
final class Incoming {
    private Incoming() {}

    /**
     * The blocks that have to be stored: all but those whose CIDs contain their data.
     *
     * @return a list of its own, which the caller may change
     * @throws LimitExceededException if a block is too large, or the store has no room for all of them
     */
    static List<Block> admitted(List<Block> blocks, BlockStore store, SharedStoreLimits limits) throws IOException {
        long bytes = 0;
        List<Block> stored = new ArrayList<>();
        for (Block block : blocks) {
            if (block.size() > limits.blockBytes()) {
                throw exceeded("block " + block.cid(), block.size(), limits.blockBytes());
            }
            if (!Block.isInherent(block.cid())) {
                stored.add(block);
                bytes += block.size();
            }
        }
        if (limits.storeBytes() != Long.MAX_VALUE) {
            bytes += store.usage().bytes();
            if (bytes > limits.storeBytes()) {
                throw exceeded("blocks", bytes, limits.storeBytes());
            }
        }
        return stored;
    }

    private static LimitExceededException exceeded(String scope, long value, long limit) {
        return new LimitExceededException(scope, "bytes", value, limit, LimitExceededException.Side.LOCAL);
    }
}
