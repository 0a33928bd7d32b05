package libp2p.exchange.bitswap;

import java.util.HashSet;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** A block that a session wants. Guarded by the lock of the session. */
final class Wanted {
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
    /** The data, for those who wait. */
    byte @Nullable [] data;

    Wanted(Cid cid, int priority) {
        this.cid = cid;
        this.priority = priority;
    }
}
