package libp2p.bitswap;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * The peers of a session, and which of them is asked for which block. Strangers come and go: one that was of no use is
 * forgotten with its connection, and there are never more than a session has places for. Guarded by the lock of the
 * session.
 */
final class SessionPeers {
    /** The peers of a host as a session sees them. */
    interface Network {
        /** Gives each peer with a connection that is good for blocks to the visitor, some perhaps more than once. */
        void forEachConnected(Consumer<PeerId> visitor);

        /** Whether a peer may have blocks, as far as is known. */
        boolean mayBeAsked(PeerId peer);

        /** A clock, in nanoseconds. */
        long nanoTime();
    }

    private final Network network;
    private final int outstanding;
    private final int most;
    private final Map<PeerId, SessionPeer> peers = new LinkedHashMap<>();
    private final PendingWantlists wantlists = new PendingWantlists();

    /**
     * No peers yet.
     *
     * @param outstanding blocks that a peer may owe at a time
     * @param most peers at a time
     */
    SessionPeers(Network network, int outstanding, int most) {
        this.network = network;
        this.outstanding = outstanding;
        this.most = most;
    }

    /** A peer that is likely to have the blocks, even if it failed before; takes the place of one of no use. */
    void addUseful(PeerId id, Collection<SessionWant> wants) {
        if (peers.size() >= most && !peers.containsKey(id)) {
            peers.values().stream()
                    .filter(peer -> peer.blocks == 0 && peer.owed.isEmpty())
                    .min(Comparator.comparing(peer -> peer.useful))
                    .ifPresent(peer -> evict(peer.id, wants));
        }
        SessionPeer peer = add(id);
        if (peer != null) {
            peer.useful = true;
            peer.failed = false;
        }
    }

    /** Connected peers take part, unless they are known to speak no Bitswap, as far as there are places. */
    void addConnected() {
        if (peers.size() >= most) {
            return;
        }
        network.forEachConnected(peer -> {
            if (!peers.containsKey(peer) && network.mayBeAsked(peer)) {
                add(peer);
            }
        });
    }

    private @Nullable SessionPeer add(PeerId id) {
        SessionPeer known = peers.get(id);
        if (known != null || peers.size() >= most) {
            return known;
        }
        SessionPeer peer = new SessionPeer(id, network.nanoTime());
        peers.put(id, peer);
        return peer;
    }

    /** The last connection to a peer has ended: it is forgotten, unless it has sent blocks or a peer said it may. */
    void disconnected(PeerId id, Collection<SessionWant> wants) {
        SessionPeer peer = peers.get(id);
        if (peer != null && peer.blocks == 0 && (peer.failed || !peer.useful)) {
            forget(id, wants);
        }
    }

    /** Forgets a peer that may still be connected: it is told that nothing is wanted of it. */
    private void evict(PeerId id, Collection<SessionWant> wants) {
        for (SessionWant want : wants) {
            if (want.queried.contains(id)) {
                wantlists.sendCancel(want, id);
            }
        }
        forget(id, wants);
    }

    private void forget(PeerId id, Collection<SessionWant> wants) {
        peers.remove(id);
        for (SessionWant want : wants) {
            want.queried.remove(id);
            want.have.remove(id);
            want.refused.remove(id);
        }
    }

    /** A peer that takes part, or null. */
    @Nullable
    SessionPeer get(PeerId id) {
        return peers.get(id);
    }

    /** Whether a peer owes a block whose CID has the same form. */
    boolean isOwedLike(PeerId id, Cid like) {
        SessionPeer peer = peers.get(id);
        return peer != null
                && peer.owed.values().stream()
                        .anyMatch(cid -> cid.codec() == like.codec()
                                && cid.hash().code() == like.hash().code());
    }

    /** Those that take part now. */
    List<SessionPeer> all() {
        return List.copyOf(peers.values());
    }

    int size() {
        return peers.size();
    }

    /** Sends the best peer a want-block, or all that are left a want-have. */
    void ask(SessionWant want) {
        SessionPeer best = SessionPeer.bestOf(peers.values(), want, outstanding);
        if (best == null) {
            sendWantHave(want);
            return;
        }
        if (best.owed.isEmpty()) {
            best.lastHeard = network.nanoTime();
        }
        want.asked = best.id;
        want.askedAt = network.nanoTime();
        best.owed.put(want.cid.hash(), want.cid);
        want.queried.add(best.id);
        wantlists.sendWantBlock(want, best.id);
    }

    private void sendWantHave(SessionWant want) {
        for (SessionPeer peer : peers.values()) {
            if (!peer.failed && !peer.useful && want.queried.add(peer.id)) {
                wantlists.sendWantHave(want, peer.id);
            }
        }
    }

    /** A block has come from a peer: no other needs to send it. */
    void settle(SessionWant want, PeerId from) {
        for (PeerId asked : want.queried) {
            SessionPeer peer = peers.get(asked);
            if (peer == null) {
                continue;
            }
            peer.owed.remove(want.cid.hash());
            if (!asked.equals(from) && !peer.failed) {
                wantlists.sendCancel(want, asked);
            }
        }
    }

    /** A block is no longer wanted: every peer that was asked is told. */
    void cancel(SessionWant want) {
        want.queried.forEach(asked -> wantlists.sendCancel(want, asked));
    }

    /** Takes the messages that wait for peers. */
    Map<PeerId, List<BitswapMessage.Want>> takeWantlists() {
        return wantlists.take();
    }
}
