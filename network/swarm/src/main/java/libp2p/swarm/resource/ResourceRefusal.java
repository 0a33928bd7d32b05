package libp2p.swarm.resource;

import java.time.Instant;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceReport;

/**
 * A limit of this host stood in the way.
 *
 * @param at when, on the wall clock
 * @param kind of the scope whose limit it is
 * @param scope its name, for example {@code "peer:12D3Koo…"}
 * @param resource of which there is not enough
 * @param value what it would have become
 * @param maximum what it may be
 */
public record ResourceRefusal(Instant at, ScopeKind kind, String scope, Resource resource, long value, long maximum) {
    LimitExceededException exception() {
        return new LimitExceededException(
                scope, resource.toString(), value, maximum, LimitExceededException.Side.LOCAL);
    }

    ResourceReport.LastRefusal report() {
        return new ResourceReport.LastRefusal(at, kind.toString(), scope, resource.toString(), value, maximum);
    }
}
