package libp2p.bitswap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
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

    /** Blocks whose presence all peers are asked for, beside those that callers wait for. */
    static final int AROUND = 64;

    private final Network network;
    private final int outstanding;
    private final long silence;
    private final int most;
    private final Map<PeerId, SessionPeer> peers = new LinkedHashMap<>();
    private final PendingWantlists wantlists = new PendingWantlists();
    private int around;
    private long changes;

    /**
     * No peers yet.
     *
     * @param outstanding blocks that a peer may owe at a time
     * @param most peers at a time
     * @param silence for which a peer may be silent that owes blocks
     */
    SessionPeers(Network network, int outstanding, int most, Duration silence) {
        this.network = network;
        this.silence = silence.toNanos();
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
            changes++;
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
        changes++;
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

    /** Asks for those blocks of which none is asked: the best peer for the block, or all that are left for its presence. */
    void ask(Collection<SessionWant> wants) {
        List<SessionPeer> ready = new ArrayList<>();
        List<SessionPeer> busy = new ArrayList<>();
        for (SessionPeer peer : peers.values()) {
            if (peer.useful && !peer.failed) {
                (hasRoom(peer) ? ready : busy).add(peer);
            }
        }
        for (SessionWant want : wants) {
            SessionPeer best = want.asked == null ? bestOf(ready, want, null) : null;
            if (best != null) {
                ask(best, want);
                if (!hasRoom(best) && ready.remove(best)) {
                    busy.add(best);
                }
            } else if (want.asked == null && !isHopeful(busy, want)) {
                askAround(want);
            }
        }
    }

    private boolean hasRoom(SessionPeer peer) {
        return peer.owed.size() < peer.share(outstanding, silence);
    }

    /** The best of the peers that have room, or null: a useful one, or one that has said that it has the block. */
    private @Nullable SessionPeer bestOf(List<SessionPeer> ready, SessionWant want, @Nullable SessionPeer without) {
        SessionPeer best = null;
        for (SessionPeer peer : ready) {
            if (peer != without && !want.refused.contains(peer.id) && (best == null || peer.isBetter(best, want))) {
                best = peer;
            }
        }
        for (PeerId id : want.have) {
            SessionPeer peer = peers.get(id);
            if (peer != null
                    && peer != without
                    && !peer.failed
                    && !want.refused.contains(id)
                    && hasRoom(peer)
                    && (best == null || peer.isBetter(best, want))) {
                best = peer;
            }
        }
        return best;
    }

    /** Whether a peer that may have the block will soon have room. */
    private boolean isHopeful(List<SessionPeer> busy, SessionWant want) {
        for (SessionPeer peer : busy) {
            if (peer.expected() < silence && !want.refused.contains(peer.id)) {
                return true;
            }
        }
        return false;
    }

    private void ask(SessionPeer best, SessionWant want) {
        if (best.owed.isEmpty()) {
            best.lastHeard = network.nanoTime();
        }
        want.asked = best.id;
        want.askedAt = network.nanoTime();
        best.owed.put(want.cid.hash(), want.cid);
        want.queried.add(best.id);
        wantlists.sendWantBlock(want, best.id);
    }

    /**
     * Sends a want-have to all that were not asked. Each costs memory for each peer that is connected: only for what a
     * caller waits for, and for some blocks besides.
     */
    private void askAround(SessionWant want) {
        if (want.aroundAt == changes || !want.around && !want.isAwaited() && around >= AROUND) {
            return;
        }
        around += want.around ? 0 : 1;
        want.around = true;
        want.aroundAt = changes;
        for (SessionPeer peer : peers.values()) {
            if (!peer.failed && !peer.useful && want.queried.add(peer.id)) {
                wantlists.sendWantHave(want, peer.id);
            }
        }
    }

    /** A peer was silent for too long: what it owes is asked of others, or of all. */
    void passOver(SessionPeer silent, Map<Multihash, SessionWant> wants) {
        silent.lastHeard = network.nanoTime();
        silent.useful = false;
        changes++;
        for (Cid cid : silent.releaseOwed()) {
            SessionWant want = wants.get(cid.hash());
            if (want == null) {
                continue;
            }
            want.asked = null;
            want.have.remove(silent.id);
            want.refused.add(silent.id);
            ask(List.of(want));
            if (want.asked == null) { // no other: the silent one may still come round
                want.refused.remove(silent.id);
                want.queried.remove(silent.id);
                want.aroundAt = -1;
            }
        }
    }

    /**
     * Takes back from a peer that has become slow what it will not send soon, as far as others can be asked for it; where
     * none is known to have it, all are asked.
     */
    void relieve(SessionPeer slow, Map<Multihash, SessionWant> wants) {
        int share = slow.share(outstanding, silence);
        if (slow.owed.size() <= share) {
            return;
        }
        List<SessionPeer> ready = new ArrayList<>();
        for (SessionPeer peer : peers.values()) {
            if (peer.useful && !peer.failed && peer != slow && hasRoom(peer)) {
                ready.add(peer);
            }
        }
        List<Cid> owed = List.copyOf(slow.owed.values());
        for (Cid cid : owed.subList(share, owed.size())) {
            SessionWant want = wants.get(cid.hash());
            SessionPeer other = want == null ? null : bestOf(ready, want, slow);
            if (want != null && other != null && other.expected() < slow.expected()) {
                slow.owed.remove(cid.hash());
                want.queried.remove(slow.id);
                wantlists.sendCancel(want, slow.id);
                ask(other, want);
                if (!hasRoom(other)) {
                    ready.remove(other);
                }
            } else if (want != null) {
                askAround(want);
            }
        }
    }

    private void leaveAround(SessionWant want) {
        around -= want.around ? 1 : 0;
        want.around = false;
    }

    /** A block has come from a peer: no other needs to send it. */
    void settle(SessionWant want, PeerId from) {
        leaveAround(want);
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
        leaveAround(want);
        want.queried.forEach(asked -> wantlists.sendCancel(want, asked));
    }

    /** Takes the messages that wait for peers. */
    Map<PeerId, List<BitswapMessage.Want>> takeWantlists() {
        return wantlists.take();
    }
}
