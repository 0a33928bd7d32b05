package libp2p.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a cell, of a listener, or of an entry of the list of known faults.
 *
 * @param subject what it is about, for people
 * @param cell null for a listener or an entry
 * @param result what came out
 * @param reason why it failed or was skipped; else empty
 * @param took how long it ran
 * @param log what the processes printed; null if none were started
 */
record Outcome(
        String subject,
        @Nullable Cell cell,
        Result result,
        String reason,
        Duration took,
        @Nullable Path log) {
    enum Result {
        PASSED,
        FAILED,
        /** It failed, as an entry of the list of known faults says. */
        KNOWN,
        /** The peer cannot do this one check. */
        SKIPPED,
        /** The peer does not have this transport, security protocol or muxer at all: there is no such row. */
        ABSENT
    }

    static Outcome notRun(Cell cell, KnownFaults.Rule rule) {
        Result result = rule.isOfWholeRows() ? Result.ABSENT : Result.SKIPPED;
        return new Outcome(cell.toString(), cell, result, rule.reason(), Duration.ZERO, null);
    }

    static Outcome failed(Cell cell, String reason, Duration took, @Nullable Path log) {
        return new Outcome(cell.toString(), cell, Result.FAILED, reason, took, log);
    }

    static Outcome passed(Cell cell, Duration took, Path log) {
        return new Outcome(cell.toString(), cell, Result.PASSED, "", took, log);
    }

    /** What came out of a cell that has to fail, by an entry that holds no more if it passed. */
    Outcome expectedToFail(KnownFaults.Rule rule) {
        return switch (result) {
            case FAILED -> new Outcome(subject, cell, Result.KNOWN, rule.reason(), took, log);
            case PASSED ->
                new Outcome(subject, cell, Result.FAILED, "passes, so that the entry is to go: " + rule, took, log);
            case KNOWN, SKIPPED, ABSENT -> this;
        };
    }

    /** An entry of the list of known faults that holds no more. */
    static Outcome ofStaleEntry(String what) {
        return new Outcome("known-faults.json", null, Result.FAILED, what, Duration.ZERO, null);
    }

    /** @param fault empty if there was none */
    static Outcome ofListener(Listener.Kind kind, String fault, Path log) {
        Result result = fault.isEmpty() ? Result.PASSED : Result.FAILED;
        return new Outcome(kind.toString(), null, result, fault, Duration.ZERO, log);
    }

    /** The entry of a cell in the report in JSON; none for a listener, or if a peer or check of its is no more. */
    static Optional<Outcome> fromJson(Map<?, ?> members, Map<String, Peer> peers) {
        Peer dialer = peers.get(text(members, "dialer"));
        Peer listener = peers.get(text(members, "listener"));
        if (dialer == null || listener == null) {
            return Optional.empty();
        }
        Cell cell = new Cell(
                dialer,
                listener,
                Transport.of(text(members, "transport")),
                text(members, "security"),
                text(members, "muxer"),
                Check.of(text(members, "check")));
        Result result = Result.valueOf(text(members, "result").toUpperCase(Locale.ROOT));
        Duration took = members.get("seconds") instanceof Number seconds
                ? Duration.ofMillis((long) (seconds.doubleValue() * 1e3))
                : Duration.ZERO;
        return Optional.of(new Outcome(cell.toString(), cell, result, text(members, "reason"), took, null));
    }

    private static String text(Map<?, ?> members, String name) {
        return String.valueOf((Object) members.get(name));
    }

    /** For the report in JSON. */
    Map<String, Object> toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (cell == null) {
            members.put("listener", subject);
        } else {
            members.put("dialer", cell.dialer().name());
            members.put("listener", cell.listener().name());
            members.put("transport", cell.transport().toString());
            members.put("security", cell.security());
            members.put("muxer", cell.muxer());
            members.put("check", cell.check().toString());
        }
        members.put("result", result.name().toLowerCase(Locale.ROOT));
        members.put("reason", reason);
        members.put("seconds", took.toMillis() / 1e3);
        return members;
    }
}
