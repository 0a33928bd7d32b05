package libp2p.pubsub.router;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.RouterState.Fanout;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import org.jspecify.annotations.Nullable;

/** Chooses the receivers of a message. */
final class Propagation {
    private final RouterState state;
    private final MeshMaintenance meshes;

    Propagation(RouterState state, MeshMaintenance meshes) {
        this.state = state;
        this.meshes = meshes;
    }

    /** The receivers of a publication of this host. */
    List<Peer> ofOwn(String topic) {
        Set<Peer> to = new LinkedHashSet<>();
        boolean flood = state.parameters.floodPublish() || state.parameters.floodsub();
        for (Peer peer : state.subscribers(topic)) {
            if (peer.direct || (flood || !peer.version.hasMesh()) && state.score(peer) >= state.thresholds.publish()) {
                to.add(peer);
            }
        }
        if (!flood) {
            Set<Peer> mesh = state.mesh.get(topic);
            to.addAll(mesh == null ? fanout(topic) : mesh);
        }
        to.removeIf(peer -> takesParts(peer, topic));
        return new ArrayList<>(to);
    }

    /** Whether a peer wants parts of messages, and this host sends them, instead of whole ones. */
    private boolean takesParts(Peer peer, String topic) {
        Subscription own = state.subscriptions.get(topic);
        Subscription theirs = peer.topics.get(topic);
        return own != null
                && own.supportsPartial()
                && theirs != null
                && theirs.requestsPartial()
                && peer.extensions != null
                && peer.extensions.partialMessages()
                && state.parameters.extensions().partialMessages();
    }

    private Set<Peer> fanout(String topic) {
        Fanout fanout = state.fanout.computeIfAbsent(topic, key -> new Fanout());
        fanout.lastPublished = state.now;
        meshes.fillFanout(topic, fanout);
        return fanout.peers;
    }

    /** Forwards a message of another. */
    void forward(Message message, MessageId id, PeerId from, Set<PeerId> bringers) {
        byte[] author = message.from();
        Rpc rpc = Rpc.of(message);
        Set<Peer> mesh = state.mesh.getOrDefault(message.topic(), Set.of());
        for (Peer peer : state.subscribers(message.topic())) {
            boolean wanted = peer.direct
                    || mesh.contains(peer)
                    || (!peer.version.hasMesh() || state.parameters.floodsub())
                            && state.score(peer) >= state.thresholds.publish();
            if (wanted) {
                forwardTo(peer, rpc, id, from, bringers, author);
            }
        }
        for (Peer peer : mesh) { // a mesh peer whose subscription is not known
            if (!peer.topics.containsKey(message.topic())) {
                forwardTo(peer, rpc, id, from, bringers, author);
            }
        }
    }

    private void forwardTo(
            Peer peer, Rpc rpc, MessageId id, PeerId from, Set<PeerId> bringers, byte @Nullable [] author) {
        if (!peer.id.equals(from)
                && !takesParts(peer, rpc.messages().get(0).topic())
                && !bringers.contains(peer.id)
                && !state.isUnwanted(peer, id)
                && !(author != null && Arrays.equals(peer.id.toBytes(), author))) {
            state.out.send(peer.id, rpc, RouterOutput.Priority.FORWARD);
        }
    }
}
