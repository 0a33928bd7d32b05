package libp2p.bitswap;

import libp2p.blocks.PeerMemory;
import libp2p.core.resource.LimitExceededException;

/** The memory of a peer's want-list, charged to the peer. One thread at a time. */
final class WantMemory implements AutoCloseable {
    /** Of a want with the longest CID, with its places in the list: 376 bytes were measured. */
    static final int WANT_BYTES = 384;

    private final PeerMemory memory;
    /** Number of wants that are charged. */
    private int charged;

    WantMemory(PeerMemory memory) {
        this.memory = memory;
    }

    /** Charges so many wants, or as many of them as there is memory for; returns how many are charged. */
    int grow(int wants) {
        boolean grown = false;
        for (int more = wants - charged; more > 0 && !grown; more /= 2) {
            grown = hold(charged + more);
        }
        return charged;
    }

    /** So many wants are left. */
    void settle(int wants) {
        if (wants < charged) {
            hold(wants);
        }
    }

    private boolean hold(int wants) {
        try {
            memory.hold((long) wants * WANT_BYTES);
            charged = wants;
            return true;
        } catch (LimitExceededException full) {
            return false;
        }
    }

    @Override
    public void close() {
        memory.close();
        charged = 0;
    }
}
