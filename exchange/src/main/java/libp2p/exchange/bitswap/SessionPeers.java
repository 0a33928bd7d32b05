package libp2p.exchange.bitswap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** The peers of a session, and which of them is asked for which block. Guarded by the lock of the session. */
final class SessionPeers {
    private final Bitswap bitswap;
    private final int outstanding;
    private final Map<PeerId, SessionPeer> peers = new LinkedHashMap<>();
    private final SessionMail mail = new SessionMail();

    /**
     * No peers yet.
     *
     * @param outstanding blocks that a peer may owe at a time
     */
    SessionPeers(Bitswap bitswap, int outstanding) {
        this.bitswap = bitswap;
        this.outstanding = outstanding;
    }

    /** A peer that is likely to have the blocks, even if it failed before. */
    void addUseful(PeerId id) {
        SessionPeer peer = peers.computeIfAbsent(id, this::create);
        peer.useful = true;
        peer.failed = false;
    }

    /** Connected peers take part, unless they are known to speak no Bitswap. */
    void addConnected() {
        Host host = bitswap.host();
        for (Connection connection : host.connections()) {
            PeerId peer = connection.remotePeer();
            if (!peers.containsKey(peer) && !connection.isLimited() && bitswap.mayBeAsked(peer)) {
                peers.put(peer, create(peer));
            }
        }
    }

    private SessionPeer create(PeerId id) {
        return new SessionPeer(id, now());
    }

    private long now() {
        return bitswap.host().environment().nanoTime();
    }

    /** A peer that takes part, or null. */
    @Nullable
    SessionPeer get(PeerId id) {
        return peers.get(id);
    }

    /** Those that take part now. */
    List<SessionPeer> all() {
        return List.copyOf(peers.values());
    }

    int size() {
        return peers.size();
    }

    /** Asks the best peer for a block, or all that are left whether they have it. */
    void ask(Wanted want) {
        SessionPeer best = SessionPeer.bestOf(peers.values(), want, outstanding);
        if (best == null) {
            askWhether(want);
            return;
        }
        if (best.owed.isEmpty()) {
            best.lastHeard = now();
        }
        want.asked = best.id;
        best.owed.put(want.cid.hash(), want.cid);
        want.queried.add(best.id);
        mail.askFor(want, best.id);
    }

    private void askWhether(Wanted want) {
        for (SessionPeer peer : peers.values()) {
            if (!peer.failed && !peer.useful && want.queried.add(peer.id)) {
                mail.askWhether(want, peer.id);
            }
        }
    }

    /** A block has come from a peer: nobody else needs to send it. */
    void settle(Wanted want, PeerId from) {
        for (PeerId asked : want.queried) {
            SessionPeer peer = peers.get(asked);
            if (peer == null) {
                continue;
            }
            peer.owed.remove(want.cid.hash());
            if (!asked.equals(from) && !peer.failed) {
                mail.cancel(want, asked);
            }
        }
    }

    /** A block is no longer wanted: every peer that was asked is told. */
    void cancel(Wanted want) {
        want.queried.forEach(asked -> mail.cancel(want, asked));
    }

    /** Takes the messages that wait for peers. */
    Map<PeerId, List<BitswapMessage.Want>> takeMail() {
        return mail.take();
    }
}
