package libp2p.bitswap;

import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** Two sessions keep a block each while their budget has room for one: one is kept, and all is given back. */
@JCStressTest
@Outcome(id = "1, true", expect = Expect.ACCEPTABLE, desc = "one is kept, and nothing stays charged")
@Outcome(id = "2, .*", expect = Expect.FORBIDDEN, desc = "the sessions hold more than their budget")
@Outcome(id = ".*, false", expect = Expect.FORBIDDEN, desc = "the budget is not what it was")
@Outcome(expect = Expect.FORBIDDEN, desc = "no block was kept, though there was room")
@State
public class UnreadBlocksStress {
    private static final Block BLOCK = Block.of(Multicodec.RAW, new byte[] {1});
    private static final long ROOM = BLOCK.size() + ReceivedBlockWriter.OVERHEAD;

    private final UnreadBlocks.Budget budget = new UnreadBlocks.Budget(ROOM);
    private final UnreadBlocks first = new UnreadBlocks(budget);
    private final UnreadBlocks second = new UnreadBlocks(budget);

    @Actor
    public void one() {
        first.add(BLOCK);
    }

    @Actor
    public void other() {
        second.add(BLOCK);
    }

    @Arbiter
    public void count(IZ_Result result) {
        result.r1 = taken(first) + taken(second);
        result.r2 = budget.free() == ROOM;
    }

    private static int taken(UnreadBlocks blocks) {
        return blocks.take(BLOCK.cid().hash()) == null ? 0 : 1;
    }
}
