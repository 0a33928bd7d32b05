package libp2p.auth;

import java.util.EnumSet;
import java.util.Set;
import libp2p.core.connection.Connection;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;

/**
 * One rule: what follows for whom, with which protocols, when who opens the stream. Immutable.
 *
 * <pre>{@code
 * Rule.allow("/files/*").forPeer(friend).inbound()
 * }</pre>
 *
 * @param effect what follows
 * @param subject whose streams are meant
 * @param protocols that are meant
 * @param directions inbound: the peer opens the stream; outbound: this host does; at least one
 */
public record Rule(Effect effect, Subject subject, ProtocolPattern protocols, Set<Direction> directions) {
    public Rule {
        if (directions.isEmpty()) {
            throw new IllegalArgumentException("a rule for no direction");
        }
        directions = Set.copyOf(directions);
    }

    /**
     * Lets all peers use the protocols, both ways, until it is narrowed.
     *
     * @param protocols as in {@link ProtocolPattern#parse}
     */
    public static Rule allow(String protocols) {
        return allPeers(Effect.ALLOW, protocols);
    }

    /**
     * Keeps all peers from the protocols, both ways, until it is narrowed.
     *
     * @param protocols as in {@link ProtocolPattern#parse}
     */
    public static Rule deny(String protocols) {
        return allPeers(Effect.DENY, protocols);
    }

    private static Rule allPeers(Effect effect, String protocols) {
        return new Rule(effect, Subject.ANYBODY, ProtocolPattern.parse(protocols), EnumSet.allOf(Direction.class));
    }

    /** The same for one peer only. */
    public Rule forPeer(PeerId peer) {
        return forSubject(Subject.peer(peer));
    }

    /** The same for some only. */
    public Rule forSubject(Subject value) {
        return new Rule(effect, value, protocols, directions);
    }

    /** The same for streams that the peer opens only. */
    public Rule inbound() {
        return new Rule(effect, subject, protocols, Set.of(Direction.INBOUND));
    }

    /** The same for streams that this host opens only. */
    public Rule outbound() {
        return new Rule(effect, subject, protocols, Set.of(Direction.OUTBOUND));
    }

    /** Whether the rule is about such a stream; the subject, which may be slow, is asked last. */
    public boolean applies(Connection connection, Direction direction, String protocol) {
        return directions.contains(direction) && protocols.matches(protocol) && subject.includes(connection);
    }

    /** As {@link #applies} for a stream that is open. */
    boolean stillApplies(Connection connection, Direction direction, String protocol) {
        return directions.contains(direction) && protocols.matches(protocol) && subject.stillIncludes(connection);
    }

    /** As in a file of rules. */
    @Override
    public String toString() {
        return RuleText.write(this);
    }
}
