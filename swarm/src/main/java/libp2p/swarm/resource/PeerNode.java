package libp2p.swarm.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** The scope of a peer, with its parts of other scopes. Guarded by the lock of the manager. */
final class PeerNode extends Node {
    final PeerId peer;
    /** Its streams whose protocol is not known yet. */
    final Node transientNode;

    private final Map<String, Node> protocols = new HashMap<>(4);
    private final Map<String, Node> services = new HashMap<>(2);
    private @Nullable String name;

    PeerNode(PeerId peer, ScopeLimit limit, ScopeLimit transientLimit, Refusals refusals) {
        super(ScopeKind.PEER, "", limit, refusals);
        this.peer = peer;
        this.transientNode = new TransientPart(transientLimit, refusals);
    }

    @Override
    String name() {
        if (name == null) {
            name = "peer:" + peer;
        }
        return name;
    }

    private Map<String, Node> parts(ScopeKind kind) {
        return kind == ScopeKind.PROTOCOL_PEER ? protocols : services;
    }

    Node part(ScopeKind kind, String subject, ResourceLimits limits, Refusals refusals) {
        Map<String, Node> parts = parts(kind);
        Node part = parts.get(subject);
        if (part == null) {
            part = new Part(kind, subject, limits.of(kind, subject), refusals);
            parts.put(subject, part);
        }
        return part;
    }

    void forEachPart(Consumer<Node> action) {
        if (!transientNode.isUnused()) {
            action.accept(transientNode);
        }
        protocols.values().forEach(action);
        services.values().forEach(action);
    }

    private final class TransientPart extends Node {
        TransientPart(ScopeLimit limit, Refusals refusals) {
            super(ScopeKind.TRANSIENT_PEER, "", limit, refusals);
        }

        @Override
        String name() {
            return "transient." + PeerNode.this.name();
        }
    }

    /** One protocol, or service, with this peer. */
    final class Part extends Node {
        private final String subject;

        Part(ScopeKind kind, String subject, ScopeLimit limit, Refusals refusals) {
            super(kind, subject, limit, refusals);
            this.subject = subject;
        }

        @Override
        String name() {
            return (kind == ScopeKind.PROTOCOL_PEER ? "protocol:" : "service:") + subject + "." + PeerNode.this.name();
        }

        void forget() {
            parts(kind).remove(subject);
        }
    }
}
