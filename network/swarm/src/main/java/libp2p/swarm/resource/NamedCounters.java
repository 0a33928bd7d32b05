package libp2p.swarm.resource;

import java.util.Map;

/** The scope of a protocol or service. */
final class NamedCounters extends ScopeCounters {
    private final String subject;
    private final Map<String, ScopeCounters> siblings;

    /** @param siblings the map that holds it while something belongs to it */
    NamedCounters(
            ScopeKind kind, String subject, ScopeLimit limit, Refusals refusals, Map<String, ScopeCounters> siblings) {
        super(kind, subject, limit, refusals);
        this.subject = subject;
        this.siblings = siblings;
    }

    void forget() {
        siblings.remove(subject);
    }
}
