package libp2p.bitswap;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/** One peer as a session knows it. Guarded by the lock of the session. */
final class SessionPeer {
    private static final double WEIGHT = 0.2;

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
     * The peer to ask for a block: one that has said that it has it before one that is only likely to, then the one
     * that would take least time; null if there is none.
     *
     * @param outstanding blocks that a peer may owe at a time
     */
    static @Nullable SessionPeer bestOf(Collection<SessionPeer> peers, SessionWant want, int outstanding) {
        SessionPeer best = null;
        for (SessionPeer peer : peers) {
            boolean has = want.have.contains(peer.id);
            boolean likely = peer.useful || has;
            if (!likely || peer.failed || want.refused.contains(peer.id) || peer.owed.size() >= outstanding) {
                continue;
            }
            boolean bestHas = best != null && want.have.contains(best.id);
            if (best == null || (has && !bestHas) || (has == bestHas && peer.expected() < best.expected())) {
                best = peer;
            }
        }
        return best;
    }

    /** Takes back all that the peer owes. */
    List<Cid> releaseOwed() {
        List<Cid> released = List.copyOf(owed.values());
        owed.clear();
        return released;
    }
}
