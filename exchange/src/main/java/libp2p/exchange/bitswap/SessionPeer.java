package libp2p.exchange.bitswap;

import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/** What a session knows of a peer. Guarded by the lock of the session. */
final class SessionPeer {
    private static final double WEIGHT = 0.2;

    final PeerId id;
    /** Blocks that it was asked for and owes. */
    final Map<Multihash, Cid> owed = new LinkedHashMap<>();
    /** Whether it has had anything, or somebody said so. */
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

    /** How long another block would take, as far as can be told. */
    double expected() {
        return (owed.size() + 1) * nanosPerBlock;
    }
}
