package libp2p.core.resource;

import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;

/**
 * The used, the allowed and the refused resources at one moment: the source of the metrics and of the tree that
 * the program prints. Resources have the names that they have in {@link LimitExceededException}, for example {@code
 * "streamsInbound"}.
 *
 * @param scopes the host's own scopes, then those of protocols, services and peers that something belongs to, by name
 * @param refusals how often limits stood in the way since the host was started, by kind of scope and resource
 * @param last the last refusals, oldest first; their number is bounded
 */
public record ResourceReport(List<Scope> scopes, List<RefusalCount> refusals, List<LastRefusal> last) {
    public ResourceReport {
        scopes = List.copyOf(scopes);
        refusals = List.copyOf(refusals);
        last = List.copyOf(last);
    }

    /**
     * One scope.
     *
     * @param kind for example {@code "peer"}
     * @param name for example {@code "peer:12D3…"}
     * @param resources by name, in a stable order
     */
    public record Scope(String kind, String name, SequencedMap<String, Amount> resources) {}

    /**
     * Use of one resource.
     *
     * @param used what is in use now, in the unit of the resource: pieces or bytes
     * @param limit what may be used; {@code Long.MAX_VALUE} without a limit
     */
    public record Amount(long used, long limit) {
        /** Whether the scope has a limit of this resource. */
        public boolean isLimited() {
            return limit < Long.MAX_VALUE;
        }
    }

    /**
     * Number of refusals by the limit of a resource, over all scopes of a kind.
     *
     * @param kind of the scopes, such as {@code "peer"} or {@code "system"}
     * @param resource such as {@code "streamsInbound"}
     * @param count since the host started
     */
    public record RefusalCount(String kind, String resource, long count) {}

    /**
     * One refusal.
     *
     * @param at on the wall clock
     * @param kind of the scope, such as {@code "peer"}
     * @param scope name of the scope, such as {@code "peer:12D3…"}
     * @param resource such as {@code "streamsInbound"}
     * @param value what it would have become
     * @param limit which it would have passed
     */
    public record LastRefusal(Instant at, String kind, String scope, String resource, long value, long limit) {}
}
