package libp2p.auth;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import libp2p.core.datastore.OwnerOnly;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.MalformedException;

/** Rules as lines of a text. */
final class RulesFile {
    private static final Set<Role> DEFAULT_ROLES = Set.of(Role.ADMIN, Role.MODERATOR, Role.USER, Role.GUEST);
    private static final String DEFAULT = "default";

    private static final String ROLE = "role";

    private final Map<PeerId, Role> roles = new HashMap<>();
    private final Function<PeerId, Role> otherRoles;
    private final List<Rule> rules = new ArrayList<>();
    private Effect fallback = Effect.DENY;
    private int number;

    private RulesFile(Function<PeerId, Role> otherRoles) {
        this.otherRoles = otherRoles;
    }

    /** The content of a file; blocks. */
    static String text(Path file) throws IOException {
        long size = Files.size(file);
        if (size > AccessLimits.DEFAULT.fileBytes()) {
            throw new MalformedException(
                    file + ": " + size + " bytes, more than the limit of " + AccessLimits.DEFAULT.fileBytes());
        }
        try {
            OwnerOnly.requireUnchangeable(file);
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new MalformedException(file + ": not a text in UTF-8");
        }
    }

    /** As {@link #parse(String, Function, Predicate)}; a peer that is given no role in the text is a guest. */
    static AccessRules.Policy parse(String text) {
        return parse(text, peer -> Role.GUEST, DEFAULT_ROLES::contains);
    }

    /**
     * Reads rules.
     *
     * @param otherRoles of peers that are given none in the text
     * @param defined whether there is a role which no line gives to a peer
     * @throws MalformedException naming the line that is wrong, and why
     */
    static AccessRules.Policy parse(String text, Function<PeerId, Role> otherRoles, Predicate<Role> defined) {
        RulesFile file = new RulesFile(otherRoles);
        text.lines().forEach(file::line);
        file.requireRoles(defined);
        return new AccessRules.Policy(file.rules, file.fallback);
    }

    private void line(String raw) {
        number++;
        String line = raw.strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        try {
            String[] words = line.split("\\s+");
            if (words.length == 2 && words[0].equals(DEFAULT)) {
                fallback = RuleText.effect(words[1]);
            } else if (words[0].equals(ROLE)) {
                role(words);
            } else if (rules.size() >= AccessLimits.DEFAULT.rules()) {
                throw new MalformedException("more than " + AccessLimits.DEFAULT.rules() + " rules");
            } else {
                rules.add(RuleText.parse(line, this::role));
            }
        } catch (MalformedException e) {
            throw new MalformedException("rules, line " + number + ": " + e.getMessage());
        }
    }

    /** {@code role admin 12D3KooW…}. */
    private void role(String[] words) {
        if (words.length != 3) {
            throw new MalformedException(
                    "a role is given by three words, such as 'role admin 12D3KooW…', not " + words.length);
        }
        roles.put(RuleText.peer(words[2]), new Role(words[1]));
    }

    private Role role(PeerId peer) {
        Role given = roles.get(peer);
        return given == null ? otherRoles.apply(peer) : given;
    }

    /** A rule about a role that none has, such as a misspelt one, would never hold. */
    private void requireRoles(Predicate<Role> defined) {
        for (Rule rule : rules) {
            if (rule.subject() instanceof RoleSubject subject
                    && !defined.test(subject.role())
                    && !roles.containsValue(subject.role())) {
                throw new MalformedException("rules: there is no role " + subject.role() + ", as '" + rule + "' says");
            }
        }
    }
}
