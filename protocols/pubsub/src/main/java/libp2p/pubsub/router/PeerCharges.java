package libp2p.pubsub.router;

import java.util.HashMap;
import java.util.Map;
import libp2p.core.identity.PeerId;

/**
 * Bytes of one kind that each peer makes this host hold, charged to those of all peers together. They stay charged to a
 * peer that has left until they are freed. Not thread-safe.
 */
public final class PeerCharges {
    private final HeldBytes ofAll;
    private final Map<PeerId, Long> ofPeer = new HashMap<>();

    /** @param ofAll bounds the bytes, and others with them */
    public PeerCharges(HeldBytes ofAll) {
        this.ofAll = ofAll;
    }

    /** Charges more bytes to a peer; false, and none is charged, if it has no room for them. */
    public boolean take(PeerId peer, long bytes) {
        long has = ofPeer.getOrDefault(peer, 0L);
        if (bytes > ofAll.room(has)) {
            return false;
        }
        ofPeer.put(peer, has + bytes);
        ofAll.add(bytes);
        return true;
    }

    /** Frees bytes that were charged to a peer. */
    public void free(PeerId peer, long bytes) {
        ofPeer.computeIfPresent(peer, (key, has) -> has == bytes ? null : has - bytes);
        ofAll.add(-bytes);
    }
}
