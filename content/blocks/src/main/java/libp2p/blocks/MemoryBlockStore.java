package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** Blocks in memory, within the quota of its limits. */
public final class MemoryBlockStore implements BlockStore {
    private final BlockStoreLimits limits;
    private final Map<Multihash, byte[]> blocks = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Leases leases = new Leases();
    private long bytes;

    /** An empty store with these bounds. */
    public MemoryBlockStore(BlockStoreLimits limits) {
        this.limits = limits;
    }

    @Override
    public byte @Nullable [] find(Cid cid) {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        lock.lock();
        try {
            return blocks.get(cid.hash());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int size(Cid cid) {
        byte[] data = find(cid);
        return data == null ? -1 : data.length;
    }

    @Override
    public void putAll(List<Block> added) throws IOException {
        lock.lock();
        try {
            Map<Multihash, byte[]> fresh = new HashMap<>();
            long more = 0;
            for (Block block : added) {
                checkSize(block, limits);
                Multihash hash = block.cid().hash();
                leases.keep(hash);
                if (!Block.isInherent(block.cid())
                        && !blocks.containsKey(hash)
                        && fresh.put(hash, block.data()) == null) {
                    more += block.size();
                }
            }
            checkQuota(bytes + more, limits);
            blocks.putAll(fresh);
            bytes += more;
        } finally {
            lock.unlock();
        }
    }

    static void checkSize(Block block, BlockStoreLimits limits) throws LimitExceededException {
        if (block.size() > limits.blockBytes()) {
            throw new LimitExceededException(
                    "block " + block.cid(),
                    "bytes",
                    block.size(),
                    limits.blockBytes(),
                    LimitExceededException.Side.LOCAL);
        }
    }

    static void checkQuota(long bytes, BlockStoreLimits limits) throws LimitExceededException {
        if (bytes > limits.storeBytes()) {
            throw new LimitExceededException(
                    "blocks", "bytes", bytes, limits.storeBytes(), LimitExceededException.Side.LOCAL);
        }
    }

    @Override
    public List<Multihash> delete(Collection<Multihash> hashes) {
        List<Multihash> removed = new ArrayList<>();
        lock.lock();
        try {
            for (Multihash hash : hashes) {
                byte[] gone = leases.isKept(hash) ? null : blocks.remove(hash);
                if (gone != null) {
                    bytes -= gone.length;
                    removed.add(hash);
                }
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        List<Map.Entry<Multihash, byte[]>> all;
        lock.lock();
        try {
            all = new ArrayList<>(blocks.entrySet());
        } finally {
            lock.unlock();
        }
        for (Map.Entry<Multihash, byte[]> entry : all) {
            visitor.block(entry.getKey(), entry.getValue().length);
        }
    }

    @Override
    public Usage usage() {
        lock.lock();
        try {
            return new Usage(blocks.size(), bytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Lease lease() {
        return leases.take(false);
    }

    @Override
    public Lease collection() {
        return leases.take(true);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
