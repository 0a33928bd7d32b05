package libp2p.bitswap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.identity.PeerId;

/** The changes of wantlists that a session has yet to send to its peers; guarded by the lock of the session. */
final class PendingWantlists {
    private final Map<PeerId, List<BitswapMessage.Want>> waiting = new LinkedHashMap<>();

    /** Sends a want-block: asks a peer for a block. */
    void sendWantBlock(SessionWant want, PeerId peer) {
        add(peer, new BitswapMessage.Want(want.cid, want.priority, false, true, true));
    }

    /** Sends a want-have: asks a peer whether it has a block. */
    void sendWantHave(SessionWant want, PeerId peer) {
        add(peer, new BitswapMessage.Want(want.cid, want.priority, false, false, true));
    }

    /** Takes back what a peer was asked about a block. */
    void sendCancel(SessionWant want, PeerId peer) {
        add(peer, new BitswapMessage.Want(want.cid, 0, true, true, false));
    }

    private void add(PeerId peer, BitswapMessage.Want want) {
        waiting.computeIfAbsent(peer, id -> new ArrayList<>()).add(want);
    }

    /** Everything that waits, which waits no more. */
    Map<PeerId, List<BitswapMessage.Want>> take() {
        Map<PeerId, List<BitswapMessage.Want>> taken = new LinkedHashMap<>(waiting);
        waiting.clear();
        return taken;
    }
}
