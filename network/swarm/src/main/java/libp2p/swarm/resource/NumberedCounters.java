package libp2p.swarm.resource;

/** The scope of a single connection or stream. */
final class NumberedCounters extends ScopeCounters {
    private final long number;

    NumberedCounters(ScopeKind kind, long number, ScopeLimit limit, Refusals refusals) {
        super(kind, "", limit, refusals);
        this.number = number;
    }

    @Override
    String name() {
        return (kind == ScopeKind.CONNECTION ? "conn-" : "stream-") + number;
    }
}
