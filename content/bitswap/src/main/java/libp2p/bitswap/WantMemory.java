package libp2p.bitswap;

import libp2p.blocks.PeerMemory;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;

/** The memory of a peer's want-list, charged to the peer. One thread at a time. */
final class WantMemory implements AutoCloseable {
    /** Of a want with the longest CID, with its places in the list: 376 bytes were measured. */
    static final int WANT_BYTES = 384;

    /** So many are taken even while others hold much of the memory, so that a peer that asks for little at a time goes on. */
    private static final int FEW = 64;

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
            grown = hold(charged + more, Reservation.MEDIUM);
        }
        int few = Math.min(wants, FEW);
        if (charged < few) {
            hold(few, Answer.ESSENTIAL);
        }
        return charged;
    }

    /** So many wants are left. */
    void settle(int wants) {
        if (wants < charged) {
            hold(wants, Reservation.MEDIUM);
        }
    }

    private boolean hold(int wants, int priority) {
        try {
            memory.hold((long) wants * WANT_BYTES, priority);
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
