package libp2p.auth;

import libp2p.multiformats.MalformedException;

/**
 * Which protocols a rule is about: one id such as {@code /files/1.0.0}; a family such as {@code /files/*}, which is the
 * id {@code /files} and every id that starts with {@code /files/}; or all, {@code *}.
 *
 * @param kind how the id is compared
 * @param id the protocol or the name of the family; empty for all
 */
public record ProtocolPattern(Kind kind, String id) {
    /** Ways to compare a pattern. */
    public enum Kind {
        /** Every protocol id. */
        ANY,
        /** One protocol id. */
        EXACT,
        /** All protocol ids that begin with a prefix. */
        FAMILY
    }

    private static final String FAMILY_SUFFIX = "/*";

    /** Every protocol. */
    public static final ProtocolPattern ANY = new ProtocolPattern(Kind.ANY, "");

    /** @throws MalformedException if the id is empty, too long, or has white space or an asterisk in it */
    public ProtocolPattern {
        boolean odd = id.chars().anyMatch(c -> Character.isWhitespace(c) || c == '*');
        if (odd || id.isEmpty() != (kind == Kind.ANY) || id.length() > AccessLimits.DEFAULT.protocolLength()) {
            throw new MalformedException("not a protocol such as /files/1.0.0, /files/* or *, of at most "
                    + AccessLimits.DEFAULT.protocolLength() + " characters: " + MalformedException.quote(id));
        }
    }

    /**
     * Reads {@code *}, an id, or a family that ends in {@code /*}.
     *
     * @throws MalformedException if it is none of them
     */
    public static ProtocolPattern parse(String text) {
        if (text.equals("*")) {
            return ANY;
        }
        return text.endsWith(FAMILY_SUFFIX)
                ? new ProtocolPattern(Kind.FAMILY, text.substring(0, text.length() - FAMILY_SUFFIX.length()))
                : new ProtocolPattern(Kind.EXACT, text);
    }

    /** Whether a protocol is one of those that are meant. */
    public boolean matches(String protocol) {
        return switch (kind) {
            case ANY -> true;
            case EXACT -> protocol.equals(id);
            case FAMILY ->
                protocol.startsWith(id) && (protocol.length() == id.length() || protocol.charAt(id.length()) == '/');
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ANY -> "*";
            case EXACT -> id;
            case FAMILY -> id + FAMILY_SUFFIX;
        };
    }
}
