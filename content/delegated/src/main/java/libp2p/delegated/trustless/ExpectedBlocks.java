package libp2p.delegated.trustless;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.ipld.Block;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/** The blocks that may come next in a CAR: the root, and what blocks that came link to. One thread. */
final class ExpectedBlocks {
    /** Links that blocks which came point to and that have not come: bounds the memory for each archive. */
    private static final int PENDING = 1 << 21;

    /** Blocks that may come in vain beside as many as came once. */
    private static final int REPEATED = 1024;

    private final Budget budget;
    private final Set<Cid> pending = new HashSet<>();
    private final Set<Cid> seen = new HashSet<>();
    private long bytes;
    private long repeated;

    ExpectedBlocks(Cid root, Budget budget) {
        this.budget = budget;
        if (!Block.isInherent(root)) {
            pending.add(root.toV1());
        }
    }

    /**
     * Takes a block that was checked against its CID.
     *
     * @return whether it is new
     * @throws WrongBytesException if no block that came links to it
     * @throws ContentException if the budget is used up
     */
    boolean accept(Block block) throws WrongBytesException, ContentException {
        Cid cid = block.cid().toV1(); // under another codec the same bytes have other links
        if (Block.isInherent(block.cid()) || seen.contains(cid)) {
            if (++repeated > seen.size() + REPEATED) { // or it would end with its time alone, whatever the budget
                throw new WrongBytesException("an archive that repeats its blocks, which was not asked for", null);
            }
            return false;
        }
        if (!pending.remove(cid)) {
            throw new WrongBytesException(
                    "an archive holds " + block.cid() + ", which nothing before it links to", null);
        }
        seen.add(cid);
        bytes += block.size();
        if (seen.size() > budget.blocks() || bytes > budget.bytes()) {
            throw new ContentException(
                    "an archive of more than " + budget.blocks() + " blocks or " + budget.bytes() + " bytes");
        }
        for (Cid link : links(block)) {
            if (!Block.isInherent(link) && !seen.contains(link.toV1())) {
                pending.add(link.toV1());
            }
        }
        if (pending.size() > PENDING) {
            throw new ContentException("an archive whose blocks have more than " + PENDING + " links ahead");
        }
        return true;
    }

    private static List<Cid> links(Block block) throws ContentException {
        List<Cid> links = new ArrayList<>();
        Codec codec = Codec.of(block.cid().codec());
        if (codec != null) {
            try {
                codec.links(block.data(), links::add);
            } catch (MalformedException e) {
                throw new ContentException(block.cid() + ": " + e.getMessage());
            }
        }
        return links;
    }

    /** Whether every link has come. */
    boolean isComplete() {
        return pending.isEmpty();
    }
}
