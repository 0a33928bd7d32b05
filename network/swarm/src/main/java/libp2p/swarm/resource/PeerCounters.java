package libp2p.swarm.resource;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/** The scope of a peer, with its parts of other scopes. Guarded by the lock of the manager. */
final class PeerCounters extends ScopeCounters {
    final PeerId peer;
    /** Its streams whose protocol is not known yet. */
    final ScopeCounters transientNode;

    private final Map<String, ScopeCounters> protocols = new HashMap<>(4);
    private final Map<String, ScopeCounters> services = new HashMap<>(2);
    private @Nullable String name;

    PeerCounters(PeerId peer, ScopeLimit limit, ScopeLimit transientLimit, Refusals refusals) {
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

    private Map<String, ScopeCounters> parts(ScopeKind kind) {
        return kind == ScopeKind.PROTOCOL_PEER ? protocols : services;
    }

    ScopeCounters part(ScopeKind kind, String subject, ResourceLimits limits, Refusals refusals) {
        Map<String, ScopeCounters> parts = parts(kind);
        ScopeCounters part = parts.get(subject);
        if (part == null) {
            part = new Part(kind, subject, limits.of(kind, subject), refusals);
            parts.put(subject, part);
        }
        return part;
    }

    void forEachPart(Consumer<ScopeCounters> action) {
        if (!transientNode.isUnused()) {
            action.accept(transientNode);
        }
        protocols.values().forEach(action);
        services.values().forEach(action);
    }

    private final class TransientPart extends ScopeCounters {
        TransientPart(ScopeLimit limit, Refusals refusals) {
            super(ScopeKind.TRANSIENT_PEER, "", limit, refusals);
        }

        @Override
        String name() {
            return "transient." + PeerCounters.this.name();
        }
    }

    /** One protocol, or service, with this peer. */
    final class Part extends ScopeCounters {
        private final String subject;

        Part(ScopeKind kind, String subject, ScopeLimit limit, Refusals refusals) {
            super(kind, subject, limit, refusals);
            this.subject = subject;
        }

        @Override
        String name() {
            return (kind == ScopeKind.PROTOCOL_PEER ? "protocol:" : "service:") + subject + "."
                    + PeerCounters.this.name();
        }

        void forget() {
            parts(kind).remove(subject);
        }
    }
}
