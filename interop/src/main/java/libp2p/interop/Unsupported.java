package libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The abilities that peers lack, as checked in ({@code interop/unsupported.json}): the only reason to skip a cell. */
final class Unsupported {
    private static final String ANY = "any";
    private static final Set<String> MEMBERS =
            Set.of("peer", "role", "transport", "security", "muxer", "check", "reason");

    /** One line of the file; {@code any} fits everything, and a list with commas each of its members. */
    record Rule(
            String peer, String role, String transport, String security, String muxer, String check, String reason) {
        /** Whether it leaves out all checks of the rows that it covers. */
        boolean isOfWholeRows() {
            return check.equals(ANY);
        }

        boolean covers(Cell cell) {
            boolean asDialer =
                    !role.equals("listener") && fits(peer, cell.dialer().name());
            boolean asListener =
                    !role.equals("dialer") && fits(peer, cell.listener().name());
            return (asDialer || asListener)
                    && fits(transport, cell.transport().toString())
                    && fits(security, cell.security())
                    && fits(muxer, cell.muxer())
                    && fits(check, cell.check().toString());
        }

        private static boolean fits(String pattern, String value) {
            return pattern.equals(ANY) || List.of(pattern.split(",")).contains(value);
        }
    }

    private final List<Rule> rules;

    Unsupported(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** @throws IOException if the file is not a list of rules with known members, all of them text */
    static Unsupported read(Path file) throws IOException {
        List<Rule> rules = new ArrayList<>();
        if (!(Json.read(Files.readString(file)) instanceof List<?> items)) {
            throw new IOException(file + ": not a list");
        }
        for (Object item : items) {
            if (!(item instanceof Map<?, ?> members) || !MEMBERS.containsAll(members.keySet())) {
                throw new IOException(file + ": not a rule: " + Json.write(item));
            }
            rules.add(rule(members));
        }
        return new Unsupported(rules);
    }

    private static Rule rule(Map<?, ?> members) throws IOException {
        String reason = text(members, "reason");
        if (reason.equals(ANY)) {
            throw new IOException("a rule without a reason: " + Json.write(members));
        }
        return new Rule(
                text(members, "peer"),
                text(members, "role"),
                text(members, "transport"),
                text(members, "security"),
                text(members, "muxer"),
                text(members, "check"),
                reason);
    }

    private static String text(Map<?, ?> members, String name) {
        return members.get(name) instanceof String text ? text : ANY;
    }

    /** The rule by which this cell is not run, if there is one. */
    Optional<Rule> rule(Cell cell) {
        return rules.stream().filter(rule -> rule.covers(cell)).findFirst();
    }
}
