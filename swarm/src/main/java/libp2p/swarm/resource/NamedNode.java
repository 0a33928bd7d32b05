package libp2p.swarm.resource;

import java.util.Map;

/** The scope of a protocol or service. */
final class NamedNode extends Node {
    private final String subject;
    private final Map<String, Node> siblings;

    /** @param siblings the map that holds it while something belongs to it */
    NamedNode(ScopeKind kind, String subject, ScopeLimit limit, Refusals refusals, Map<String, Node> siblings) {
        super(kind, subject, limit, refusals);
        this.subject = subject;
        this.siblings = siblings;
    }

    void forget() {
        siblings.remove(subject);
    }
}
