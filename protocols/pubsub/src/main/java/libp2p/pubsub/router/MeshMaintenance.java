package libp2p.pubsub.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;
import libp2p.pubsub.router.GossipParameters.Mesh;
import libp2p.pubsub.router.RouterState.Fanout;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.Rpc;
import org.jspecify.annotations.Nullable;

/** The members of the meshes: GRAFT and PRUNE, joining and leaving, and the mesh part of the heartbeat. */
final class MeshMaintenance {
    private final RouterState state;
    private final Mesh size;
    /** The GRAFTs and PRUNEs of the heartbeat under way, by peer. */
    private final Map<Peer, List<Rpc.Graft>> grafts = new LinkedHashMap<>();

    private final Map<Peer, List<Rpc.Prune>> prunes = new LinkedHashMap<>();

    MeshMaintenance(RouterState state) {
        this.state = state;
        this.size = state.parameters.mesh();
    }

    void join(String topic) {
        Set<Peer> mesh = new PeerSet();
        state.mesh.put(topic, mesh);
        if (state.parameters.trials().perMessage() > 0) {
            state.trials.put(topic, new DeliveryTrials(state.self, state.parameters.trials(), state.random));
        }
        Fanout fanout = state.fanout.remove(topic);
        if (fanout != null) {
            for (Peer peer : fanout.peers) {
                if (mesh.size() < size.desired() && canGraft(peer, topic, mesh) && peer.topics.containsKey(topic)) {
                    add(peer, topic, mesh);
                }
            }
        }
        graft(topic, mesh, size.desired() - mesh.size(), false);
        flushGraftPrune();
    }

    void leave(String topic) {
        Set<Peer> mesh = state.mesh.remove(topic);
        if (mesh == null) {
            return;
        }
        state.trials.remove(topic);
        Duration backoff = state.parameters.backoff().unsubscribe();
        for (Peer peer : new ArrayList<>(mesh)) {
            forget(peer, topic);
            prune(peer, topic, backoff, false);
        }
        flushGraftPrune();
    }

    /** Whether a peer may be grafted now. */
    private boolean canGraft(Peer peer, String topic, Set<Peer> mesh) {
        return peer.version.hasMesh()
                && !peer.direct
                && !mesh.contains(peer)
                && !state.backoffs.holds(peer.id, topic, state.now)
                && state.score(peer) >= 0;
    }

    private void add(Peer peer, String topic, Set<Peer> mesh) {
        enter(peer, topic, mesh);
        grafts.computeIfAbsent(peer, key -> new ArrayList<>()).add(new Rpc.Graft(topic));
    }

    private void enter(Peer peer, String topic, Set<Peer> mesh) {
        mesh.add(peer);
        state.scores.graft(peer.id, topic, state.now);
        state.observer.grafted(peer.id, topic);
        DeliveryTrials trials = state.trials.get(topic);
        if (trials != null) {
            trials.add(peer, state.now);
        }
    }

    private void remove(Peer peer, String topic, boolean offerPeers) {
        remove(peer, topic, state.parameters.backoff().prune(), offerPeers);
    }

    private void remove(Peer peer, String topic, Duration backoff, boolean offerPeers) {
        Set<Peer> mesh = state.mesh.get(topic);
        if (mesh != null && mesh.remove(peer)) {
            forget(peer, topic);
        }
        prune(peer, topic, backoff, offerPeers);
    }

    private void forget(Peer peer, String topic) {
        DeliveryTrials trials = state.trials.get(topic);
        if (trials != null) {
            trials.remove(peer);
        }
        state.scores.prune(peer.id, topic);
        state.observer.pruned(peer.id, topic);
    }

    private void prune(Peer peer, String topic, Duration backoff, boolean offerPeers) {
        state.backoffs.add(peer.id, topic, backoff.toNanos(), state.now);
        boolean modern = peer.version.hasPeerExchange();
        List<Rpc.PeerInfo> others =
                modern && offerPeers && state.parameters.peerExchange() ? others(peer, topic) : List.of();
        prunes.computeIfAbsent(peer, key -> new ArrayList<>())
                .add(new Rpc.Prune(topic, others, modern ? backoff.toSeconds() : 0));
    }

    private List<Rpc.PeerInfo> others(Peer peer, String topic) {
        List<Rpc.PeerInfo> others = new ArrayList<>();
        for (Peer other : state.choose(
                topic,
                state.limits.frame().prunePeers(),
                candidate -> candidate != peer && candidate.version.hasMesh() && state.score(candidate) >= 0)) {
            others.add(new Rpc.PeerInfo(other.idBytes, state.records.apply(other.id)));
        }
        return others;
    }

    /** Sends the GRAFTs and PRUNEs that have been collected. */
    private void flushGraftPrune() {
        if (grafts.isEmpty() && prunes.isEmpty()) {
            return;
        }
        Set<Peer> told = new LinkedHashSet<>(grafts.keySet());
        told.addAll(prunes.keySet());
        Map<Rpc.Control, List<Rpc>> made = new HashMap<>(); // peers that are told the same share it
        for (Peer peer : told) {
            Rpc.Control control = new Rpc.Control(
                    List.of(),
                    List.of(),
                    grafts.getOrDefault(peer, List.of()),
                    prunes.getOrDefault(peer, List.of()),
                    List.of(),
                    null);
            state.send(peer, made.computeIfAbsent(control, ControlParts::rpcs), RouterOutput.Priority.CONTROL);
        }
        grafts.clear();
        prunes.clear();
    }

    /** GRAFTs of a peer. */
    void handleGraft(Peer peer, List<Rpc.Graft> messages) {
        for (Rpc.Graft graft : messages) {
            Set<Peer> mesh = state.mesh.get(graft.topic());
            // Of unknown topics nothing is said, so that no stranger can make this host answer.
            if (mesh != null && !mesh.contains(peer)) {
                handleGraft(peer, state.name(graft.topic()), mesh);
            }
        }
        flushGraftPrune();
    }

    private void handleGraft(Peer peer, String topic, Set<Peer> mesh) {
        if (!peer.version.hasMesh()) {
            return;
        }
        if (peer.direct) {
            remove(peer, topic, false);
            return;
        }
        long left = state.backoffs.remaining(peer.id, topic, state.now);
        if (left > 0) {
            GossipParameters.Backoff backoff = state.parameters.backoff();
            state.misbehaved(peer, 1, "GRAFT during back-off");
            if (left > backoff.prune().toNanos() - backoff.graftFlood().toNanos()) {
                state.misbehaved(peer, 1, "GRAFT right after PRUNE");
            }
            remove(peer, topic, false);
        } else if (state.score(peer) < 0) {
            remove(peer, topic, false);
        } else if (!hasRoom(peer, topic, mesh)) {
            remove(peer, topic, state.parameters.backoff().refused(), true);
        } else {
            enter(peer, topic, mesh);
        }
    }

    /** Whether the mesh has room for a peer that asks for it. */
    private boolean hasRoom(Peer peer, String topic, Set<Peer> mesh) {
        if (peer.outbound) {
            return true;
        }
        DeliveryTrials trials = state.trials.get(topic);
        return mesh.size() < size.high()
                && (trials == null
                        || peer.hasRelayed(state.now) && !trials.hasFailed(peer)
                        || trials.admits(peer, mesh.size(), size.low(), size.desired(), state.now));
    }

    /** PRUNEs of a peer. */
    void handlePrune(Peer peer, List<Rpc.Prune> messages) {
        for (Rpc.Prune prune : messages) {
            Set<Peer> mesh = state.mesh.get(prune.topic());
            if (mesh == null) {
                continue;
            }
            if (mesh.remove(peer)) {
                forget(peer, prune.topic());
            }
            long nanos = state.backoffs.clamp(prune.backoff());
            state.backoffs.add(
                    peer.id,
                    prune.topic(),
                    nanos > 0 ? nanos : state.parameters.backoff().prune().toNanos(),
                    state.now);
            if (!prune.peers().isEmpty() && state.score(peer) >= state.thresholds.acceptPeers()) {
                connect(prune.peers());
            }
        }
    }

    private void connect(List<Rpc.PeerInfo> offered) {
        for (Rpc.PeerInfo info : offered) {
            try {
                PeerId id = PeerId.fromBytes(info.id());
                if (!id.equals(state.self) && !state.peers.containsKey(id)) {
                    state.out.connect(id, info.record());
                }
            } catch (MalformedException malformed) {
                continue; // no peer
            }
        }
    }

    /** Grafts a peer again in the meshes it is in. */
    void regraft(Peer peer) {
        state.mesh.forEach((topic, mesh) -> {
            if (mesh.contains(peer)) {
                grafts.computeIfAbsent(peer, key -> new ArrayList<>()).add(new Rpc.Graft(topic));
            }
        });
        flushGraftPrune();
    }

    /** A peer has gone. */
    void removed(Peer peer) {
        state.mesh.forEach((topic, mesh) -> {
            if (mesh.remove(peer)) {
                forget(peer, topic);
            }
        });
        state.fanout.values().forEach(fanout -> fanout.peers.remove(peer));
    }

    /** A peer has left a topic. */
    void unsubscribed(Peer peer, String topic) {
        Set<Peer> mesh = state.mesh.get(topic);
        if (mesh != null && mesh.remove(peer)) {
            forget(peer, topic);
        }
        Fanout fanout = state.fanout.get(topic);
        if (fanout != null) {
            fanout.peers.remove(peer);
        }
    }

    /** The mesh part of the heartbeat; scores are those at its beginning. */
    void heartbeat() {
        state.mesh.forEach(this::maintain);
        flushGraftPrune();
    }

    private void maintain(String topic, Set<Peer> mesh) {
        for (Peer peer : List.copyOf(mesh)) {
            if (peer.score < 0) {
                remove(peer, topic, false);
            }
        }
        DeliveryTrials trials = state.trials.get(topic);
        if (trials != null) {
            endTrials(topic, mesh, trials);
        }
        if (mesh.size() < size.low()) {
            graft(topic, mesh, size.desired() - mesh.size(), false);
        }
        if (mesh.size() > size.high()) {
            pruneExcess(topic, mesh);
        }
        if (mesh.size() >= size.low()) {
            long dialed = mesh.stream().filter(peer -> peer.outbound).count();
            if (dialed < size.outbound()) {
                graft(topic, mesh, (int) (size.outbound() - dialed), true);
            }
        }
        if (state.ticks % size.opportunisticTicks() == 0 && mesh.size() > 1) {
            opportunisticGraft(topic, mesh);
        }
    }

    /** Sends what was kept back, and prunes the members that have failed; a small mesh keeps them if there are no other peers. */
    private void endTrials(String topic, Set<Peer> mesh, DeliveryTrials trials) {
        for (DeliveryTrials.Trial trial : trials.settle(state.now)) {
            Message message = state.cache.get(trial.id);
            if (message != null && mesh.contains(trial.peer()) && !state.isUnwanted(trial.peer(), trial.id)) {
                state.out.send(trial.peer().id, Rpc.of(message), RouterOutput.Priority.FORWARD);
            }
        }
        trials.open(state.now, state.parameters.timing().heartbeat().toNanos());
        for (Peer peer : trials.failing()) {
            if (mesh.size() <= size.low() && !hasOthers(topic, mesh)) {
                return; // there is no other for its place
            }
            state.observer.underperformed(peer.id, topic);
            int times = trials.fail(peer, state.now);
            remove(peer, topic, longer(state.parameters.backoff().prune(), times), false);
        }
    }

    /** Whether a topic has peers that could be in its mesh and are not. */
    private boolean hasOthers(String topic, Set<Peer> mesh) {
        for (Peer peer : state.subscribers(topic)) {
            if (peer.version.hasMesh() && !peer.direct && !mesh.contains(peer)) {
                return true;
            }
        }
        return false;
    }

    /** A back-off that doubles with each time. */
    private Duration longer(Duration backoff, int times) {
        Duration longest = state.limits.state().longestBackoff();
        Duration doubled = backoff.multipliedBy(1L << Math.min(16, times - 1));
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }

    /** Grafts the peers of a topic that have relayed messages of late, then those that this host has dialed, then others. */
    private void graft(String topic, Set<Peer> mesh, int count, boolean dialedOnly) {
        List<Peer> candidates = state.choose(
                topic,
                Integer.MAX_VALUE,
                candidate -> (!dialedOnly || candidate.outbound) && canGraft(candidate, topic, mesh));
        DeliveryTrials trials = state.trials.get(topic);
        candidates.sort(Comparator.comparingInt(peer -> rank(peer, trials)));
        for (Peer peer : candidates.subList(0, Math.min(count, candidates.size()))) {
            add(peer, topic, mesh);
        }
    }

    private int rank(Peer peer, @Nullable DeliveryTrials trials) {
        if (trials != null && trials.hasFailed(peer)) {
            return 3;
        }
        return peer.hasRelayed(state.now) ? 0 : peer.outbound ? 1 : 2;
    }

    /** Keeps the best D_score, and of the rest as many as D allows, at random, with D_out that this host has dialed. */
    private void pruneExcess(String topic, Set<Peer> mesh) {
        List<Peer> order = state.byScore(mesh);
        List<Peer> rest = new ArrayList<>(order.subList(size.byScore(), order.size()));
        state.shuffle(rest);
        List<Peer> kept = new ArrayList<>(order.subList(0, size.byScore()));
        kept.addAll(rest.subList(0, size.desired() - size.byScore()));
        List<Peer> dropped = new ArrayList<>(rest.subList(size.desired() - size.byScore(), rest.size()));
        long dialed = kept.stream().filter(peer -> peer.outbound).count();
        for (int i = 0; dialed < size.outbound() && i < dropped.size(); i++) {
            if (dropped.get(i).outbound) {
                for (int j = kept.size() - 1; j >= 0; j--) {
                    if (!kept.get(j).outbound) {
                        Peer instead = kept.set(j, dropped.get(i));
                        dropped.set(i, instead);
                        dialed++;
                        break;
                    }
                }
            }
        }
        for (Peer peer : dropped) {
            remove(peer, topic, true);
        }
    }

    /**
     * Opportunistic grafting: a mesh whose median score is low gets a few peers above the median, so that it leaves a
     * circle of peers that do just enough to stay.
     */
    private void opportunisticGraft(String topic, Set<Peer> mesh) {
        List<Peer> order = state.byScore(mesh);
        double median = order.get(order.size() / 2).score;
        if (median < state.thresholds.opportunisticGraft()) {
            for (Peer peer : state.choose(
                    topic,
                    size.opportunisticPeers(),
                    candidate -> canGraft(candidate, topic, mesh) && candidate.score > median)) {
                add(peer, topic, mesh);
            }
        }
    }

    /** Fanouts are kept for a time after the last publication, and filled up meanwhile. */
    void maintainFanout() {
        long life = state.parameters.timing().fanout().toNanos();
        state.fanout.values().removeIf(fanout -> state.now - fanout.lastPublished > life);
        state.fanout.forEach((topic, fanout) -> {
            fanout.peers.removeIf(peer -> !peer.topics.containsKey(topic) || peer.score < state.thresholds.publish());
            fillFanout(topic, fanout);
        });
    }

    void fillFanout(String topic, Fanout fanout) {
        fanout.peers.addAll(state.choose(
                topic,
                size.desired() - fanout.peers.size(),
                peer -> peer.version.hasMesh()
                        && !peer.direct
                        && !fanout.peers.contains(peer)
                        && state.score(peer) >= state.thresholds.publish()));
    }
}
