package libp2p.pubsub.router;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.Rpc.Subscription;
import libp2p.pubsub.score.PeerScores;
import org.jspecify.annotations.Nullable;

/** A view of the router from outside, to be used under its lock. */
public final class RouterView {
    private final RouterState state;

    RouterView(RouterState state) {
        this.state = state;
    }

    private static List<PeerId> ids(Collection<Peer> peers) {
        List<PeerId> ids = new ArrayList<>(peers.size());
        peers.forEach(peer -> ids.add(peer.id));
        ids.sort(null);
        return ids;
    }

    /** The peers pubsub is spoken with, sorted. */
    public List<PeerId> peers() {
        return ids(state.peers.values());
    }

    /** The peers known to be subscribed to a topic, sorted. */
    public List<PeerId> peers(String topic) {
        return ids(state.subscribers(topic));
    }

    /** The mesh of a topic, sorted. */
    public List<PeerId> mesh(String topic) {
        return ids(state.mesh.getOrDefault(topic, Set.of()));
    }

    /** The topics that peers are subscribed to, sorted. */
    public List<String> topicsOfPeers() {
        return state.subscribers.keySet().stream().sorted().toList();
    }

    /** The topics of this host, sorted. */
    public List<String> topics() {
        return state.subscriptions.keySet().stream().sorted().toList();
    }

    /** The version agreed on with a peer, or null. */
    public @Nullable Version version(PeerId id) {
        Peer peer = state.peers.get(id);
        return peer == null ? null : peer.version;
    }

    /** The subscription of a peer to a topic, or null. */
    public @Nullable Subscription subscription(PeerId id, String topic) {
        Peer peer = state.peers.get(id);
        return peer == null ? null : peer.topics.get(topic);
    }

    /** Whether a peer exchanges partial messages. */
    public boolean sendsPartials(PeerId id) {
        Peer peer = state.peers.get(id);
        return peer != null && peer.extensions != null && peer.extensions.partialMessages();
    }

    /** Whether a peer takes parts of the messages of a topic, not only the news of them. */
    public boolean requestsPartial(PeerId id, String topic) {
        Subscription theirs = subscription(id, topic);
        return theirs != null && theirs.requestsPartial() && sendsPartials(id);
    }

    /** Whether this host has subscribed to a topic for messages in parts. */
    public boolean exchangesPartials(String topic) {
        Subscription own = state.subscriptions.get(topic);
        return own != null && (own.requestsPartial() || own.supportsPartial());
    }

    /**
     * The peers of a topic that exchange parts of its messages with this host, sorted: one side wants parts that the
     * other can send.
     *
     * @param mesh those in the mesh, or the others
     */
    public List<PeerId> partialPeers(String topic, boolean mesh) {
        Subscription own = state.subscriptions.get(topic);
        if (own == null || !state.parameters.extensions().partialMessages()) {
            return List.of();
        }
        Set<Peer> inMesh = state.mesh.getOrDefault(topic, Set.of());
        List<Peer> peers = new ArrayList<>();
        for (Peer peer : state.subscribers(topic)) {
            Subscription theirs = peer.topics.get(topic);
            if (theirs != null
                    && inMesh.contains(peer) == mesh
                    && (own.requestsPartial() && theirs.supportsPartial()
                            || own.supportsPartial() && theirs.requestsPartial())
                    && sendsPartials(peer.id)) {
                peers.add(peer);
            }
        }
        return ids(peers);
    }

    /** The score of a peer now. */
    public double score(PeerId id) {
        return state.scores.score(id);
    }

    /** All scores, part by part. */
    public List<PeerScores.Snapshot> scores() {
        return state.scores.inspect();
    }

    /** The sizes of the maps, for tests of bounds: topics of peers, seen ids, cached messages, promises, back-offs. */
    public String sizes() {
        return "topics " + state.subscribers.size() + ", seen " + state.seen.size() + ", cached " + state.cache.size()
                + ", promises " + state.promises.size() + ", backoffs " + state.backoffs.size();
    }
}
