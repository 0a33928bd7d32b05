package libp2p.pubsub.router;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.RouterState.Fanout;
import libp2p.pubsub.router.SeenMessages.Seen;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.rpc.Rpc.Subscription;
import org.jspecify.annotations.Nullable;

/** Chooses the receivers of a message. */
final class Propagation {
    /**
     * Peers that get messages by flooding, own publications or as peers that know floodsub alone, although this host has not dialed them
     * and they have relayed nothing: strangers would else decide how much it sends.
     */
    private static final int STRANGERS = 32;

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
        Set<Peer> mesh = state.mesh.get(topic);
        List<Peer> strangers = new ArrayList<>();
        for (Peer peer : flood ? state.subscribers(topic) : state.outsiders(topic)) {
            if (peer.direct || (flood || !peer.version.hasMesh()) && state.score(peer) >= state.thresholds.publish()) {
                (isStranger(peer, mesh) ? strangers : to).add(peer);
            }
        }
        to.addAll(state.choose(strangers, STRANGERS));
        if (!flood) {
            to.addAll(mesh == null ? fanout(topic) : mesh);
        }
        to.removeIf(peer -> takesParts(peer, topic));
        return new ArrayList<>(to);
    }

    private boolean isStranger(Peer peer, @Nullable Set<Peer> mesh) {
        return !peer.direct
                && !peer.outbound
                && !state.parameters.floodsub()
                && !peer.hasRelayed(state.now)
                && (mesh == null || !mesh.contains(peer));
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

    /** Chooses the members of the mesh from which a message of another is kept back, if it is going to be forwarded. */
    List<DeliveryTrials.Trial> keepBack(Message message, MessageId id, PeerId from, Set<PeerId> bringers) {
        String topic = message.topic();
        DeliveryTrials trials = state.trials.get(topic);
        Set<Peer> mesh = state.mesh.getOrDefault(topic, Set.of());
        if (trials == null || mesh.size() < state.parameters.mesh().low()) {
            return List.of();
        }
        List<Peer> to = new ArrayList<>(mesh.size());
        for (Peer peer : mesh) {
            if (lacks(peer, message, from, bringers)) { // with those that have told not to want it: they can bring it
                to.add(peer);
            }
        }
        return trials.begin(message, id, to, state.now);
    }

    /** Forwards a message of another. */
    void forward(Message message, MessageId id, PeerId from, Set<PeerId> bringers, Seen seen) {
        String topic = message.topic();
        Rpc rpc = Rpc.of(message);
        Set<Peer> mesh = state.mesh.getOrDefault(topic, Set.of());
        for (Peer peer : mesh) {
            if (!seen.isKeptFrom(peer) && wants(peer, message, id, from, bringers)) {
                state.out.send(peer.id, rpc, RouterOutput.Priority.FORWARD);
            }
        }
        List<Peer> strangers = new ArrayList<>();
        for (Peer peer : state.parameters.floodsub() ? state.subscribers(topic) : state.outsiders(topic)) {
            boolean wanted = peer.direct || state.score(peer) >= state.thresholds.publish();
            if (wanted && !mesh.contains(peer) && wants(peer, message, id, from, bringers)) {
                if (isStranger(peer, mesh)) {
                    strangers.add(peer);
                } else {
                    state.out.send(peer.id, rpc, RouterOutput.Priority.FORWARD);
                }
            }
        }
        for (Peer peer : state.choose(strangers, STRANGERS)) {
            state.out.send(peer.id, rpc, RouterOutput.Priority.FORWARD);
        }
    }

    private boolean wants(Peer peer, Message message, MessageId id, PeerId from, Set<PeerId> bringers) {
        return lacks(peer, message, from, bringers) && !state.isUnwanted(peer, id);
    }

    /** Whether a peer has neither written nor brought a message, and takes whole ones. */
    private boolean lacks(Peer peer, Message message, PeerId from, Set<PeerId> bringers) {
        byte[] author = message.from();
        return !peer.id.equals(from)
                && !takesParts(peer, message.topic())
                && !bringers.contains(peer.id)
                && !(author != null && Arrays.equals(peer.idBytes, author));
    }
}
