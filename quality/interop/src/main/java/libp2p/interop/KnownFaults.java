package libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What peers cannot do, and what they do wrong, as checked in ({@code quality/interop/known-faults.json}): the only reasons for
 * which a cell is left out or may fail. An entry ends with its date, with the version that it names, or when it fits
 * nothing any more; {@link #stale} tells which have. Not thread-safe.
 */
final class KnownFaults {
    private static final String SUITE = "interop";
    private static final String ANY = "any";
    private static final Set<String> WHERE = Set.of("peer", "role", "transport", "security", "muxer", "check");
    private static final Set<String> ALWAYS = Set.of("suite", "kind", "reason", "until");

    /** Whether cells of an entry are run. */
    enum Kind {
        /** The peer lacks the ability: its cells are not run. */
        UNSUPPORTED,
        /** The peer does it wrong: its cells are run, and have to fail. */
        FAULT
    }

    /**
     * One entry for the matrix; {@code any} fits everything, and a list with commas each of its members.
     *
     * @param version of the peer, beyond which the entry does not hold
     * @param until the last day on which it holds
     */
    record Rule(
            Kind kind,
            String peer,
            String version,
            String role,
            String transport,
            String security,
            String muxer,
            String check,
            String reason,
            LocalDate until) {
        /** Whether it leaves out all checks of the rows that it covers. */
        boolean isOfWholeRows() {
            return check.equals(ANY);
        }

        boolean covers(Cell cell) {
            boolean asDialer =
                    !role.equals("listener") && peer.equals(cell.dialer().name());
            boolean asListener =
                    !role.equals("dialer") && peer.equals(cell.listener().name());
            return (asDialer || asListener)
                    && fits(transport, cell.transport().toString())
                    && fits(security, cell.security())
                    && fits(muxer, cell.muxer())
                    && fits(check, cell.check().toString());
        }

        private static boolean fits(String pattern, String value) {
            return pattern.equals(ANY) || List.of(pattern.split(",")).contains(value);
        }

        @Override
        public String toString() {
            return "%s of %s %s: %s".formatted(check.equals(ANY) ? "rows" : check, peer, version, reason);
        }
    }

    private final List<Rule> rules;
    private final Set<Rule> used = new HashSet<>();

    private KnownFaults(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Reads the entries for the matrix; those of other suites are passed over.
     *
     * @throws IOException if the file is not a list of entries, each with a suite, a kind, a reason and a date, and
     *     those for the matrix with a peer, its version and no unknown member
     */
    static KnownFaults read(Path file) throws IOException {
        List<Rule> rules = new ArrayList<>();
        if (!(Json.read(Files.readString(file)) instanceof List<?> items)) {
            throw new IOException(file + ": not a list");
        }
        for (Object item : items) {
            if (!(item instanceof Map<?, ?> members)
                    || !ALWAYS.stream().allMatch(name -> members.get(name) instanceof String)) {
                throw new IOException(file + ": an entry without one of " + ALWAYS + ": " + Json.write(item));
            }
            if (text(members, "suite").equals(SUITE)) {
                rules.add(rule(members));
            }
        }
        return new KnownFaults(rules);
    }

    private static Rule rule(Map<?, ?> members) throws IOException {
        Set<Object> unknown = new HashSet<>(members.keySet());
        unknown.removeAll(ALWAYS);
        unknown.removeAll(WHERE);
        if (!unknown.remove("version") || !members.containsKey("peer") || !unknown.isEmpty()) {
            throw new IOException("an entry without peer or version, or with members unknown: " + Json.write(members));
        }
        try {
            return new Rule(
                    text(members, "kind").equals("fault") ? Kind.FAULT : Kind.UNSUPPORTED,
                    text(members, "peer"),
                    text(members, "version"),
                    text(members, "role"),
                    text(members, "transport"),
                    text(members, "security"),
                    text(members, "muxer"),
                    text(members, "check"),
                    text(members, "reason"),
                    LocalDate.parse(text(members, "until")));
        } catch (DateTimeParseException e) {
            throw new IOException("not a date: " + Json.write(members), e);
        }
    }

    private static String text(Map<?, ?> members, String name) {
        return members.get(name) instanceof String text ? text : ANY;
    }

    /** The entry by which this cell is not run, or has to fail, if there is one. */
    Optional<Rule> rule(Cell cell) {
        List<Rule> covering = rules.stream().filter(rule -> rule.covers(cell)).toList();
        used.addAll(covering);
        return covering.stream().findFirst();
    }

    /**
     * The entries that hold no more, each with the reason why.
     *
     * @param peers that were run
     * @param complete whether all cells with these peers were looked up, so that an entry that fits none has no use
     */
    List<String> stale(List<Peer> peers, boolean complete, LocalDate today) {
        return rules.stream()
                .flatMap(rule -> peers.stream()
                        .filter(peer -> peer.name().equals(rule.peer()))
                        .flatMap(peer -> whyStale(rule, peer, complete, today).stream()))
                .toList();
    }

    private Optional<String> whyStale(Rule rule, Peer peer, boolean complete, LocalDate today) {
        return Stream.of(
                        today.isAfter(rule.until()) ? "has expired on " + rule.until() : "",
                        peer.version().equals(rule.version()) ? "" : "is not of version " + peer.version(),
                        complete && !used.contains(rule) ? "fits no cell" : "")
                .filter(why -> !why.isEmpty())
                .findFirst()
                .map(why -> "the entry " + why + ": " + rule);
    }
}
