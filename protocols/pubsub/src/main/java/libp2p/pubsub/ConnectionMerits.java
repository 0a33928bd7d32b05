package libp2p.pubsub;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.DecayingTag;
import libp2p.core.host.Merit;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.RouterObserver;

/**
 * Tells the connection manager what peers have done: they brought messages, and they are in a mesh where they did so. A
 * place in a mesh alone is worth nothing, because strangers ask for it. Called under the router's lock.
 */
final class ConnectionMerits implements RouterObserver {
    private final ConnectionManager connections;
    private final DecayingTag deliveries;
    /** The topics in whose meshes a peer is; bounded by the sizes of the meshes. */
    private final Map<PeerId, Set<String>> meshes = new HashMap<>();
    /** Members of a mesh that have brought a message there. */
    private final Set<PeerId> proved = new HashSet<>();

    ConnectionMerits(ConnectionManager connections) {
        this.connections = connections;
        this.deliveries = connections.decayingTag(Merit.DELIVERIES);
    }

    @Override
    public void grafted(PeerId peer, String topic) {
        meshes.computeIfAbsent(peer, key -> new HashSet<>(2)).add(topic);
    }

    @Override
    public void pruned(PeerId peer, String topic) {
        Set<String> left = meshes.get(peer);
        if (left != null && left.remove(topic) && left.isEmpty()) {
            meshes.remove(peer);
            if (proved.remove(peer)) {
                connections.untag(peer, Merit.MESH);
            }
        }
    }

    @Override
    public void brought(PeerId from, String topic) {
        deliveries.bump(from, 1, Merit.DELIVERIES.value());
        if (meshes.getOrDefault(from, Set.of()).contains(topic) && proved.add(from)) {
            connections.tag(from, Merit.MESH);
        }
    }
}
