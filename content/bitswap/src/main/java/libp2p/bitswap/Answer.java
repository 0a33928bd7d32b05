package libp2p.bitswap;

import java.util.ArrayList;
import java.util.List;
import libp2p.blocks.PeerMemory;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;

/** Answers to the wants of a peer that go into one message. One thread. */
final class Answer {
    /**
     * Priority of what a peer goes on with while memory is short: one block at a time, and a few wants. More than what
     * calls for relief, which is seven eighths: silent streams may fill all below.
     */
    static final int ESSENTIAL = 240;

    final List<Block> blocks = new ArrayList<>();
    final List<Cid> have = new ArrayList<>();
    final List<Cid> dontHave = new ArrayList<>();
    final List<BitswapMessage.Want> answered = new ArrayList<>();
    private final PeerMemory memory;
    long bytes;
    /** Whether there was no memory for a block. */
    boolean outOfMemory;

    /** @param memory to which the blocks are charged, until another answer is, or the caller closes it */
    Answer(PeerMemory memory) {
        this.memory = memory;
    }

    boolean isEmpty() {
        return blocks.isEmpty() && have.isEmpty() && dontHave.isEmpty();
    }

    /** Charges so many bytes beside those that are here; false if there is no memory for them. */
    boolean holds(int more) {
        try {
            memory.hold(bytes + more, blocks.isEmpty() ? ESSENTIAL : Reservation.MEDIUM);
            return true;
        } catch (LimitExceededException full) {
            outOfMemory = true;
            return false;
        }
    }
}
