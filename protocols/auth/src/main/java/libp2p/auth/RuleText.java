package libp2p.auth;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.MalformedException;

/** A rule as a line: {@code allow inbound /files/* 12D3KooW…}. */
final class RuleText {
    private static final String BOTH = "both";

    private RuleText() {}

    /**
     * Reads a line.
     *
     * @param roles of peers, for a rule about a role
     * @throws MalformedException saying what is wrong
     */
    static Rule parse(String line, Function<PeerId, Role> roles) {
        List<String> words = List.of(line.split("\\s+"));
        if (words.size() != 4) {
            throw new MalformedException(
                    "a rule has four words, such as 'allow inbound /files/* 12D3KooW…', not " + words.size());
        }
        return new Rule(
                effect(words.get(0)),
                subject(words.get(3), roles),
                ProtocolPattern.parse(words.get(2)),
                directions(words.get(1)));
    }

    private static Subject subject(String word, Function<PeerId, Role> roles) {
        if (word.equals("*")) {
            return Subject.ANYBODY;
        }
        return word.startsWith(RoleSubject.PREFIX)
                ? new RoleSubject(new Role(word.substring(RoleSubject.PREFIX.length())), roles)
                : Subject.peer(peer(word));
    }

    static Effect effect(String word) {
        return switch (word) {
            case "allow" -> Effect.ALLOW;
            case "deny" -> Effect.DENY;
            default -> throw new MalformedException(MalformedException.quote(word) + " is neither allow nor deny");
        };
    }

    private static Set<Direction> directions(String word) {
        return switch (word) {
            case "inbound" -> Set.of(Direction.INBOUND);
            case "outbound" -> Set.of(Direction.OUTBOUND);
            case BOTH -> EnumSet.allOf(Direction.class);
            default ->
                throw new MalformedException(MalformedException.quote(word) + " is not inbound, outbound or both");
        };
    }

    static PeerId peer(String word) {
        try {
            return PeerId.parse(word);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(
                    MalformedException.quote(word) + " is neither * nor role:NAME nor a peer id: " + e.getMessage());
        }
    }

    static String write(Rule rule) {
        String directions = rule.directions().size() > 1
                ? BOTH
                : lower(rule.directions().iterator().next());
        return lower(rule.effect()) + " " + directions + " " + rule.protocols() + " " + rule.subject();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
