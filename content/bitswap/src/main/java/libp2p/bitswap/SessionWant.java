package libp2p.bitswap;

import java.util.HashSet;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A block that a session wants. Guarded by the lock of the session. */
final class SessionWant {
    final Cid cid;
    final int priority;
    /** Peers that were asked whether they have the block. */
    final Set<PeerId> queried = new HashSet<>();
    /** Peers that said so. */
    final Set<PeerId> have = new HashSet<>();
    /** Peers that said no, or did not deliver. */
    final Set<PeerId> refused = new HashSet<>();
    /** The peer that was asked for the block, or null. */
    @Nullable
    PeerId asked;
    /** When a peer was asked for it last, by the clock of the environment. */
    long askedAt;
    /** Whether all peers were asked whether they have the block; takes one of the few places for that until it is settled. */
    boolean around;
    /** Of the changes of the peers, the last that its asking around knows. */
    long aroundAt = -1;
    /** Callers that wait for the data. */
    private int waiting;

    private boolean arrived;
    private byte @Nullable [] data;

    SessionWant(Cid cid, int priority) {
        this.cid = cid;
        this.priority = priority;
    }

    /** A caller begins to wait. */
    void await() {
        waiting++;
    }

    /** Whether a caller waits. */
    boolean isAwaited() {
        return waiting > 0;
    }

    /** A caller waits no more. */
    void leave() {
        if (--waiting == 0) {
            data = null;
        }
    }

    /**
     * The block is here. Its data is kept only for those who wait, and until the last of them has it: this object is
     * older than the data, and would keep it from young collections for long after both are garbage.
     *
     * @return whether a caller waits for it
     */
    boolean arrive(byte[] block) {
        arrived = true;
        if (waiting > 0) {
            data = block;
        }
        return waiting > 0;
    }

    /** The block came before it was wanted: those who wait look for it where it is. */
    void settle() {
        arrived = true;
    }

    boolean hasArrived() {
        return arrived;
    }

    /** The data for one who waits; null before it has arrived, and for one who came later. */
    byte @Nullable [] data() {
        return data;
    }
}
