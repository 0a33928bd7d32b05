package libp2p.bitswap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/** One peer as a session knows it. Guarded by the lock of the session. */
final class SessionPeer {
    private static final double WEIGHT = 0.2;
    /** A word that a block is there is worth so much patience. */
    private static final int FAR_LONGER = 10;

    final PeerId id;
    /** Blocks that it was asked for and owes. */
    final Map<Multihash, Cid> owed = new LinkedHashMap<>();
    /** Whether it has had anything, or a peer said so. */
    boolean useful;

    boolean failed;
    long lastHeard;
    long blocks;
    private double nanosPerBlock = 1_000_000;

    SessionPeer(PeerId id, long now) {
        this.id = id;
        lastHeard = now;
    }

    /** A block has come. */
    void delivered(long now) {
        if (!owed.isEmpty()) {
            nanosPerBlock += WEIGHT * (Math.max(1, now - lastHeard) - nanosPerBlock);
        }
        lastHeard = now;
        blocks++;
        useful = true;
    }

    /** Estimated time of another block. */
    double expected() {
        return (owed.size() + 1) * nanosPerBlock;
    }

    /**
     * Blocks that it may owe: what it would send within a time, and one in any case. So a peer that drips holds up few.
     *
     * @param most however fast it is
     */
    int share(int most, long nanos) {
        return (int) Math.clamp((long) (nanos / nanosPerBlock), 1, most);
    }

    /**
     * Whether to ask this peer rather than another for a block: one that has said that it has it, unless it would take
     * far longer, before one that is only likely to, then the one that would take least time.
     */
    boolean isBetter(SessionPeer other, SessionWant want) {
        boolean has = want.have.contains(id);
        if (has == want.have.contains(other.id)) {
            return expected() < other.expected();
        }
        return has ? expected() < FAR_LONGER * other.expected() : FAR_LONGER * expected() <= other.expected();
    }

    /** Takes back all that the peer owes. */
    List<Cid> releaseOwed() {
        List<Cid> released = List.copyOf(owed.values());
        owed.clear();
        return released;
    }
}
