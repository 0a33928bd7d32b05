package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/**
 * Gets the blocks of a DAG under a lease, so that no collection removes one that was found: each is kept before it is
 * looked for. In the end all are in the store, whatever a source had elsewhere. One thread.
 */
final class KeptDag implements BlockSource {
    private static final int LOOKED_UP_AT_ONCE = 1024;

    private final BlockStore store;
    private final BlockStore.Lease lease;
    private final BlockSource source;
    private final HashSet64 kept = new HashSet64();

    KeptDag(BlockStore store, BlockStore.Lease lease, BlockSource source) {
        this.store = store;
        this.lease = lease;
        this.source = source;
    }

    /** Blocks until all that a pin keeps is durable in the store. */
    void keep(Cid root, Pins.Kind kind) throws IOException {
        List<Cid> cids = new ArrayList<>();
        if (kind == Pins.Kind.RECURSIVE) {
            new DagWalk(this, Budget.OWN).walk(root, block -> cids.add(block.cid()));
        } else if (!Block.isInherent(root)) {
            get(root);
            cids.add(root);
        }
        source.awaitStored();
        for (int from = 0; from < cids.size(); from += LOOKED_UP_AT_ONCE) {
            List<Cid> some = cids.subList(from, Math.min(cids.size(), from + LOOKED_UP_AT_ONCE));
            for (Cid missing : store.missing(some)) {
                // a cache had it, or it was removed when it had been looked for and was not kept yet
                store.put(Block.trusted(missing, source.get(missing)));
            }
        }
    }

    @Override
    public void prefetch(List<Cid> cids) {
        try {
            keep(cids);
        } catch (IOException e) {
            return; // it shows when they are got
        }
        source.prefetch(cids);
    }

    @Override
    public byte[] get(Cid cid) throws IOException {
        if (!kept.contains(HashSet64.key(cid.hash()))) {
            keep(List.of(cid));
        }
        return source.get(cid);
    }

    private void keep(List<Cid> cids) throws IOException {
        List<Multihash> hashes = new ArrayList<>();
        for (Cid cid : cids) {
            if (!Block.isInherent(cid)) {
                hashes.add(cid.hash());
            }
        }
        lease.keep(hashes);
        hashes.forEach(hash -> kept.add(HashSet64.key(hash)));
    }
}
